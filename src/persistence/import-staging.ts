import { Client } from 'pg';
import { type ImportStaging, type StagedRow } from '../app/ports/import-staging';
import { APPLICATION_NAME } from './data-source';

/** Bytes beyond which no further keys are added to an answer. */
const MANY_BYTES = 8 * 1024 * 1024;

// The raw cells of a file may hold NUL characters, which jsonb refuses and JSON as text takes.
const CREATE = `
  CREATE TEMPORARY TABLE claimed (key text COLLATE "C" PRIMARY KEY, line integer NOT NULL);
  CREATE TEMPORARY TABLE staged (key text COLLATE "C" NOT NULL, line integer NOT NULL, data text NOT NULL)`;

const INDEX = `
  CREATE INDEX ON staged (key, line);
  ANALYZE staged`;

// The first of several lines in one call must win, whatever order they are stored in.
const CLAIM = `
  INSERT INTO claimed SELECT DISTINCT ON (key) key, line FROM unnest($1::text[], $2::int[]) AS given(key, line)
  ORDER BY key, line
  ON CONFLICT DO NOTHING`;

const ROWS_AFTER = `
  WITH next AS (
    SELECT key, sum(octet_length(data)) AS size FROM staged WHERE key > $1 GROUP BY key ORDER BY key LIMIT $2
  ), running AS (
    SELECT key, sum(size) OVER (ORDER BY key) - size AS before FROM next
  )
  SELECT staged.key, staged.line, staged.data FROM staged JOIN running USING (key)
  WHERE running.before < $3
  ORDER BY staged.key, staged.line`;

/** Temporary tables of a session of its own: PostgreSQL drops them when the session ends. */
export class SqlImportStaging implements ImportStaging {
  private indexed = false;

  private constructor(private readonly client: Client) {}

  /** @param url postgres://user:password@host:port/database */
  static async open(url: string): Promise<SqlImportStaging> {
    const client = new Client({ connectionString: url, application_name: APPLICATION_NAME });
    // A connection that is lost fails the next statement, which says so.
    client.on('error', ignore);
    await client.connect();
    await client.query(CREATE);
    return new SqlImportStaging(client);
  }

  async claim(keys: readonly { readonly key: string; readonly line: number }[]): Promise<number[]> {
    const names = keys.map(({ key }) => key);
    await this.client.query(CLAIM, [names, keys.map(({ line }) => line)]);
    const { rows } = await this.client.query<{ key: string; line: number }>(
      'SELECT key, line FROM claimed WHERE key = ANY($1::text[])',
      [names],
    );
    const lines = new Map(rows.map(({ key, line }) => [key, line]));
    return keys.map(({ key, line }) => lines.get(key) ?? line);
  }

  async add(rows: readonly StagedRow<unknown>[]): Promise<void> {
    if (rows.length === 0) return;
    await this.client.query('INSERT INTO staged SELECT * FROM unnest($1::text[], $2::int[], $3::text[])', [
      rows.map(({ key }) => key),
      rows.map(({ line }) => line),
      rows.map(({ data }) => JSON.stringify(data)),
    ]);
  }

  async rowsAfter<Data>(key: string, keys: number): Promise<StagedRow<Data>[]> {
    // Cheaper once than row by row; PostgreSQL never analyses temporary tables by itself.
    if (!this.indexed) await this.client.query(INDEX);
    this.indexed = true;
    const { rows } = await this.client.query<{ key: string; line: number; data: string }>(ROWS_AFTER, [
      key,
      keys,
      MANY_BYTES,
    ]);
    return rows.map(({ data, ...row }) => ({ ...row, data: JSON.parse(data) as Data }));
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.client.query('DELETE FROM staged WHERE key = ANY($1::text[])', [keys]);
  }

  async countKeys(): Promise<number> {
    const { rows } = await this.client.query<{ count: number }>(
      'SELECT count(DISTINCT key)::int AS count FROM staged',
    );
    return rows[0]?.count ?? 0;
  }

  /** Forgets everything. */
  async close(): Promise<void> {
    await this.client.end();
  }
}

function ignore(): void {
  // See open.
}
