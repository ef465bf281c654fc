import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client } from 'pg';
import { createDataSource } from '../../src/persistence/data-source';
import { TypeOrmUnitOfWork } from '../../src/persistence/unit-of-work';
import { migrate } from '../../src/persistence/migrate';
import { TieringModelService } from '../../src/app/tiering-model.service';
import { loadDemoBook } from '../../src/demo/load-demo-book';
import { type CalendarDate } from '../../src/domain/calendar';
import { type TestClock } from '../support/clock';

const MIGRATIONS = join(__dirname, '../../migrations');

export interface BookSize {
  /** Rounded to whole copies of the demo book. */
  readonly accounts: number;
  readonly csms: number;
  /** Accounts of the demo book that is copied. */
  readonly original: number;
}

/** What has accounts, CSMs or scorecards to refer to is written after them. */
const OF_STAFF = ['csm', 'csm_employment', 'csm_leave', 'pool', 'pool_membership'];
const OF_ACCOUNTS = [
  'account',
  'scorecard',
  'account_engagement',
  'arr_movement',
  'tier_history',
  'portfolio_assignment',
  'pending_downgrade',
  'service_adjustment',
  'tier_review',
  'tier_override',
  'intervention',
];
/** Room between the ids of copied rows of the tier history, for what is written between them. */
const HISTORY_STRIDE = 8;

/** Migrates the database and lives through a demo book, as `tierbook seed demo` does. */
export async function loadOriginal(url: string, accounts: number, clock: TestClock): Promise<void> {
  const dataSource = await createDataSource(url).initialize();
  try {
    await migrate(dataSource);
    const unitOfWork = new TypeOrmUnitOfWork(dataSource);
    await new TieringModelService(unitOfWork, clock).ensurePublished();
    await loadDemoBook({ unitOfWork, baseCurrency: 'USD', accounts, today: clock.today() });
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Makes a large book of a small one: the accounts with all that the questions read of them, and the staff, are copied
 * by plain SQL until there are as many as wanted. So every row is one that Tierbook itself has written, but for ids,
 * names and a longer tier history. It is the same book each time, for the same day.
 */
export async function growBook(client: Client, size: BookSize): Promise<void> {
  const { accounts, staff } = await countsOf(client);
  const copies = Math.max(1, Math.round(size.accounts / accounts));
  const teams = Math.max(1, Math.min(copies, Math.round(size.csms / staff)));
  const shifts = await shiftsOf(client);
  await client.query(`SET synchronous_commit = off; SET work_mem = '256MB'`);
  for (const table of OF_STAFF) await copyTable(client, table, shifts, teams, teams);
  for (const table of OF_ACCOUNTS) await copyTable(client, table, shifts, copies, teams);
  await lengthenHistory(client, shifts.get('tier_history') ?? 0);
  for (const table of shifts.keys()) {
    await client.query(
      `SELECT setval(pg_get_serial_sequence('${table}', 'id'), (SELECT max(id) FROM ${table}))`,
    );
  }
  await client.query('VACUUM (ANALYZE)');
}

/** Whether the database holds a book of that day, with the tables of today, that was grown to its end. */
export async function isGrown(client: Client, day: CalendarDate): Promise<boolean> {
  const { rows } = await client.query<{ comment: string | null }>(
    `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = current_database()`,
  );
  return rows[0]?.comment === grownOn(day);
}

/** Says so of the database. */
export async function noteGrown(client: Client, database: string, day: CalendarDate): Promise<void> {
  await client.query(`COMMENT ON DATABASE ${database} IS '${grownOn(day)}'`);
}

function grownOn(day: CalendarDate): string {
  const schema = createHash('sha256');
  for (const name of readdirSync(MIGRATIONS).sort()) schema.update(readFileSync(join(MIGRATIONS, name)));
  return `grown on ${day} in the tables of ${schema.digest('hex').slice(0, 12)}`;
}

async function countsOf(client: Client): Promise<{ accounts: number; staff: number }> {
  const { rows } = await client.query<{ accounts: number; staff: number }>(
    `SELECT (SELECT count(*)::int FROM account) AS accounts, (SELECT count(*)::int FROM csm) AS staff`,
  );
  return rows[0] ?? { accounts: 0, staff: 0 };
}

/** By how much the ids of one copy differ from those of the one before; tables that have no id of their own are left out. */
async function shiftsOf(client: Client): Promise<Map<string, number>> {
  const shifts = new Map<string, number>();
  for (const table of [...OF_STAFF, ...OF_ACCOUNTS]) {
    const columns = await columnsOf(client, table);
    if (!columns.some(({ name }) => name === 'id')) continue;
    const { rows } = await client.query<{ most: number | null }>(`SELECT max(id)::int AS most FROM ${table}`);
    shifts.set(table, (rows[0]?.most ?? 0) + 1);
  }
  return shifts;
}

interface Column {
  readonly name: string;
  /** The table whose id it holds; null for a plain one. */
  readonly refersTo: string | null;
}

async function columnsOf(client: Client, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `SELECT a.attname AS name, (
       SELECT confrelid::regclass::text FROM pg_constraint
       WHERE contype = 'f' AND conrelid = a.attrelid AND conkey = ARRAY[a.attnum]
     ) AS "refersTo"
     FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY a.attnum`,
    [table],
  );
  return rows;
}

async function copyTable(
  client: Client,
  table: string,
  shifts: ReadonlyMap<string, number>,
  copies: number,
  teams: number,
): Promise<void> {
  const columns = await columnsOf(client, table);
  const isStaff = OF_STAFF.includes(table);
  const shifted = ({ name, refersTo }: Column): string => {
    const owner = name === 'id' ? table : refersTo;
    const shift = owner === null ? undefined : shifts.get(owner);
    if (shift !== undefined && owner !== null) {
      const copy = OF_STAFF.includes(owner) && !isStaff ? `copy % ${teams}` : 'copy';
      const stride = owner === 'tier_history' ? HISTORY_STRIDE : 1;
      return `(r.${name} + ${copy} * ${shift}) * CASE WHEN copy = 0 THEN 1 ELSE ${stride} END`;
    }
    if (name === 'external_id') return `r.external_id || '-' || copy`;
    if (name === 'name' && table !== 'pool') return `r.name || ' ' || copy`;
    return `r.${name}`;
  };
  await quietly(client, table, async () => {
    await client.query(
      `INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')})
       SELECT ${columns.map(shifted).join(', ')}
       FROM generate_series(1, ${copies - 1}) AS copy CROSS JOIN ${table} r
       ORDER BY copy, ${columns.some(({ name }) => name === 'id') ? 'r.id' : '1'}`,
    );
  });
}

/** Downgrades that were called off again, after the first row of each copied account: four rows an account in all. */
async function lengthenHistory(client: Client, shift: number): Promise<void> {
  const from = shift * HISTORY_STRIDE;
  await quietly(client, 'tier_history', async () => {
    await client.query(
      `INSERT INTO tier_history (id, account_id, kind, cause, computed_tier, held_from, held_to, effective_from,
         effective_to, pending_target, pending_detected_on, grace_until, grace_reason, caused_by, scorecard_id,
         model_version, actor_id, actor_name, occurred_on, occurred_at)
       SELECT h.id + step, h.account_id,
         CASE WHEN step % 2 = 1 THEN 'DOWNGRADE_PENDING' ELSE 'DOWNGRADE_CANCELLED' END, 'FACTS',
         CASE WHEN step % 2 = 1 THEN 'tech-touch' ELSE h.held_to END, h.held_to, h.held_to, h.effective_to,
         h.effective_to, 'tech-touch', h.occurred_on, h.occurred_on + 90, 'FACTS', '[]', h.scorecard_id,
         h.model_version, h.actor_id, h.actor_name, h.occurred_on, h.occurred_at
       FROM tier_history h
       CROSS JOIN generate_series(1, 4) AS step
       WHERE h.id >= ${from} AND h.kind = 'INITIAL' AND (step <= 2 OR h.account_id % 4 = 0)`,
    );
  });
}

/**
 * Writes without audit, events and checks of what was checked already; triggers that keep figures beside the data do
 * their work.
 */
async function quietly(client: Client, table: string, write: () => Promise<void>): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT t.tgname AS name FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
     WHERE t.tgrelid = $1::regclass AND NOT t.tgisinternal AND p.proname !~ '^audit_|_events$|^refuse_'`,
    [table],
  );
  await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
  for (const { name } of rows) await client.query(`ALTER TABLE ${table} ENABLE TRIGGER ${name}`);
  await write();
  await client.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
}
