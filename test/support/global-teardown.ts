import { rmSync } from 'node:fs';
import { Client } from 'pg';

/** Drops the template and stops the PostgreSQL of the run. */
export default async function globalTeardown(): Promise<void> {
  const { TEST_SERVER_URL: url, TEST_TEMPLATE: template, TEST_FOLDER: folder } = process.env;
  if (globalThis.testPostgres !== undefined) {
    await globalThis.testPostgres.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  } else if (url !== undefined && template !== undefined) {
    const admin = new Client({ connectionString: url });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await admin.end();
  }
}
