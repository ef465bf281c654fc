import { Client } from 'pg';
import { urlOf, type Connection, type Purpose } from './data-directory';

/** Two numbers that spell "tier" and a one: the session lock that says "this cluster has an owner". */
const lockKey = [0x74696572, 1] as const;

export const ownerName = (purpose: Purpose): string => `tierbook owner ${purpose} ${process.pid}`;
export const joinedName = (): string => `tierbook joined command ${process.pid}`;

/**
 * A connection to the maintenance database, so that nothing of ours stands in the way of copying or dropping
 * `tierbook`. It does not keep the process alive. Throws what `pg` throws.
 */
export async function connectForChecks(connection: Connection, applicationName: string): Promise<Client> {
  const client = new Client({
    connectionString: urlOf({ ...connection, database: 'postgres' }),
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
    keepAlive: true,
  });
  // A lost connection shows as 'end'; without a listener the error would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
  (client as Client & { unref(): void }).unref();
  return client;
}

/** Makes this session the owner; false when another one is. */
export async function takeLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', [
    ...lockKey,
  ]);
  return rows[0]?.taken === true;
}

/** Purpose and process number of the session that holds the lock; undefined when nobody does. */
export async function lockHolder(client: Client): Promise<{ purpose: Purpose; pid: number } | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name
       from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.classid = $1 and l.objid = $2 and l.objsubid = 2`,
    [...lockKey],
  );
  if (!rows[0]) return undefined;
  const [, purpose, pid] = / owner (\w+) (\d+)$/.exec(rows[0].name) ?? [];
  return { purpose: purpose === 'command' ? 'command' : 'server', pid: Number(pid ?? 0) };
}

/** How many other Tierbook processes work on this owner's database. */
export async function countJoined(client: Client): Promise<number> {
  const { rows } = await client.query<{ joined: number }>(
    `select count(*)::int as joined from pg_stat_activity where application_name like 'tierbook joined %'`,
  );
  return rows[0]?.joined ?? 0;
}

/** Makes the database on the first start; a start that was killed before gets it now. */
export async function ensureDatabase(client: Client, name: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
}
