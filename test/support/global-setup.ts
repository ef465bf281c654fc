import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { TieringModelService } from '../../src/app/tiering-model.service';
import { createDataSource } from '../../src/persistence/data-source';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/persistence/embedded-postgres';
import { migrate } from '../../src/persistence/migrate';
import { TypeOrmUnitOfWork } from '../../src/persistence/unit-of-work';
import { fixedClock } from './clock';
import { readTemplateState } from './template-state';

declare global {
  var testPostgres: EmbeddedPostgres | undefined;
}

/**
 * One PostgreSQL for the run with one migrated template database, which every test file clones. It is the embedded
 * one, or the one that TEST_DATABASE_URL names: a server of any supported version on which databases may be made.
 */
export default async function globalSetup(): Promise<void> {
  let url = process.env.TEST_DATABASE_URL;
  if (url === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'tierbook-test-'));
    process.env.TEST_FOLDER = folder;
    // PostgreSQL runs as another user when the tests run as root, and has to get in.
    chmodSync(folder, 0o755);
    globalThis.testPostgres = await openEmbeddedPostgres({
      dataDir: join(folder, 'data'),
      // Where the programs go if that user cannot enter the project.
      stagingDirs: [join(folder, 'staged')],
      purpose: 'server',
      log: () => undefined,
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
    });
    url = globalThis.testPostgres.url;
  }
  const template = `tierbook_template_${process.pid}`;
  const admin = new Client({ connectionString: url });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${template}`);
  await admin.end();

  const templateUrl = new URL(url);
  templateUrl.pathname = `/${template}`;
  const dataSource = await createDataSource(templateUrl.href).initialize();
  await migrate(dataSource);
  await new TieringModelService(
    new TypeOrmUnitOfWork(dataSource),
    fixedClock('2026-01-01'),
  ).ensurePublished();
  process.env.TEST_TEMPLATE_STATE = JSON.stringify(await readTemplateState((sql) => dataSource.query(sql)));
  await dataSource.destroy();
  process.env.TEST_SERVER_URL = url;
  process.env.TEST_TEMPLATE = template;
}
