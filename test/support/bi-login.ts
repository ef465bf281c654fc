import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';

const ROOT = join(__dirname, '../..');

/** What every role of a test logs in with. */
export const PASSWORD = 'a-password-of-the-reader';

/** Connects as whom the address names, or as another role of a test. */
export async function connect(url: string, user?: string): Promise<Client> {
  const address = new URL(url);
  if (user !== undefined) Object.assign(address, { username: user, password: PASSWORD });
  const client = new Client({ connectionString: address.href });
  await client.connect();
  return client;
}

/** The SQL blocks of a document, statement by statement. */
export function statements(file: string, containing = ''): string[] {
  const blocks = readFileSync(join(ROOT, file), 'utf8').matchAll(/```sql\n([^`]*)```/g);
  return [...blocks]
    .map(([, block = '']) => block)
    .filter((block) => block.includes(containing))
    .flatMap((block) => block.split(/;\n/))
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
