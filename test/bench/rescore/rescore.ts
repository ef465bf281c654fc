import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { AccountService } from '../../../src/app/account.service';
import { COMMAND_LINE } from '../../../src/app/actor';
import { TieringModelService } from '../../../src/app/tiering-model.service';
import { TypeOrmUnitOfWork } from '../../../src/persistence/unit-of-work';
import { SystemClock } from '../../../src/server/clock';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import setUp from '../../support/global-setup';
import tearDown from '../../support/global-teardown';
import { writeAccountsFile } from './accounts-file';
import { copyFile, importBare, scoreBare } from './plain-import';
import { rescoreOnly, rescoreWhole } from './plain-scoring';

const { values } = parseArgs({ options: { accounts: { type: 'string', default: '100000' } } });
const ACCOUNTS = Number(values.accounts);
const TODAY = new Date().toISOString().slice(0, 10);
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const ROOT = join(__dirname, '..', '..', '..');
const COMMAND = join(ROOT, 'dist', 'src', 'cli', 'tierbook.js');
const PEAK_MEMORY = join(__dirname, 'peak-memory.cjs');

/**
 * Imports a file of accounts, re-scores them on a day on which one in ten changes, and publishes a model; beside each
 * of these what PostgreSQL alone takes for the same. Needs the built product.
 */
async function main(): Promise<void> {
  await setUp();
  const folder = mkdtempSync(join(tmpdir(), 'tierbook-bench-'));
  chmodSync(folder, 0o755);
  const opened: TestDatabase[] = [];
  const open = async (): Promise<TestDatabase> => {
    const database = await createTestDatabase();
    opened.push(database);
    return database;
  };
  try {
    const file = join(folder, 'accounts.csv');
    await writeAccountsFile(file, ACCOUNTS, TODAY);
    chmodSync(file, 0o644);

    const [product, bare, filled] = [await open(), await open(), await open()];
    const copied = await timed(() => copyThen(bare, file, scoreBare(YESTERDAY)));
    await new TieringModelService(
      new TypeOrmUnitOfWork(filled.dataSource),
      new SystemClock('UTC'),
    ).ensurePublished();
    const copiedWhole = await timed(() => copyThen(filled, file, importBare(YESTERDAY)));
    const imported = await command(product, folder, 'import', 'accounts', file, '--as-of', YESTERDAY);
    const again = await command(product, folder, 'import', 'accounts', file, '--as-of', YESTERDAY);
    tell('import', imported, [
      ['COPY into one table, then the same scoring', copied],
      ['COPY, then accounts, scorecards, history and movements by plain SQL', copiedWhole],
    ]);
    tell('import of the same file again', again, []);
    await compare(product, bare, PLACEMENTS, placements('"externalId"', 'bare'));
    await compare(product, filled, PLACEMENTS);
    await compare(product, filled, ROWS);

    await product.query('VACUUM ANALYZE');
    // The same book, for each of the plain statements.
    const [only, whole] = [await cloneOf(product), await cloneOf(product)];
    opened.push(only, whole);
    const plain = await timed(() => only.query(rescoreOnly(TODAY)));
    const rescored = await command(product, folder, 'recalculate');
    const plainWhole = await timed(() => whole.query(rescoreWhole(TODAY)));
    tell('re-score, one in ten changes', rescored, [
      ['plain SQL, account rows alone', plain],
      ['plain SQL, with scorecards, history, pending downgrades and reviews', plainWhole],
    ]);
    await compare(product, only, PLACEMENTS);
    await compare(product, whole, PLACEMENTS);
    await compare(product, whole, REVIEWS);
    tell('re-score, nothing changes', await command(product, folder, 'recalculate'), []);
    const looked = await command(product, folder, 'recalculate', '--all');
    tell('re-score, nothing changes, every account looked at', looked, []);

    await publish(product, folder, { 3: 12 });
    await publish(product, folder, { 1: 48, 2: 22, 3: 7 });
  } finally {
    for (const database of opened) await database.drop();
    rmSync(folder, { recursive: true, force: true });
    await tearDown();
  }
}

interface Run {
  readonly seconds: number;
  /** Of the process, in MB; null where the work is PostgreSQL's. */
  readonly peak: number | null;
  readonly output: string;
}

async function timed(work: () => Promise<unknown>): Promise<Run> {
  const startedAt = performance.now();
  await work();
  return { seconds: (performance.now() - startedAt) / 1_000, peak: null, output: '' };
}

/** Runs a command of the built product, from its start to its end. */
function command(database: TestDatabase, folder: string, ...words: readonly string[]): Promise<Run> {
  return run(database, folder, [COMMAND, ...words]);
}

async function run(database: TestDatabase, folder: string, words: readonly string[]): Promise<Run> {
  const peakFile = join(folder, 'peak');
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['-r', PEAK_MEMORY, ...words], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, DATABASE_URL: database.url, PEAK_MEMORY_FILE: peakFile },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  if (code !== 0) throw new Error(`${words.join(' ')} failed: ${errors}`);
  return {
    seconds: (performance.now() - startedAt) / 1_000,
    peak: Number(readFileSync(peakFile, 'utf8')) / 1_024,
    output,
  };
}

/** A copy of the database; nothing else may be connected to it. */
async function cloneOf(database: TestDatabase): Promise<TestDatabase> {
  const template = process.env.TEST_TEMPLATE;
  await database.dataSource.destroy();
  process.env.TEST_TEMPLATE = new URL(database.url).pathname.slice(1);
  try {
    return await createTestDatabase();
  } finally {
    process.env.TEST_TEMPLATE = template;
    await database.dataSource.initialize();
  }
}

async function copyThen(database: TestDatabase, file: string, scoring: string): Promise<void> {
  for (const statement of copyFile(file)) await database.query(statement);
  await database.query(scoring);
}

/** Stands for where every account is placed. */
function placements(key: string, table: string): string {
  return `SELECT count(*)::int AS accounts, md5(string_agg(concat_ws(':', ${key}, total, computed_tier, expansion_potential), ','
    ORDER BY ${key} COLLATE "C")) AS digest FROM ${table}`;
}

const PLACEMENTS = placements('external_id', 'account');

/** How many rows there are about the accounts. */
const ROWS = `SELECT ${['scorecard', 'tier_history', 'arr_movement', 'account_engagement', 'audit_entry']
  .map((table) => `(SELECT count(*)::int FROM ${table} WHERE account_id IS NOT NULL) AS ${table}`)
  .join(', ')}`;

/** Which reviews are due for how many reasons, and how much was told of what happened. */
const REVIEWS = `
  SELECT (SELECT count(*)::int FROM event) AS events, (SELECT count(*)::int FROM tier_history) AS history,
    md5(string_agg(concat_ws(':', external_id, review_due_on, jsonb_array_length(review_triggers)), ','
      ORDER BY external_id COLLATE "C")) AS digest
  FROM account`;

/** Throws where the product and the plain SQL do not answer alike. */
async function compare(
  product: TestDatabase,
  plain: TestDatabase,
  asked: string,
  askedOfPlain = asked,
): Promise<void> {
  const [a] = await product.query(asked);
  const [b] = await plain.query(askedOfPlain);
  if (JSON.stringify(a) === JSON.stringify(b)) return;
  throw new Error(`the answers differ, ${JSON.stringify(a)} and ${JSON.stringify(b)}: ${asked}`);
}

function tell(what: string, product: Run, others: readonly (readonly [string, Run])[]): void {
  const rate = ({ seconds }: Run): string =>
    `${Math.round(ACCOUNTS / seconds).toLocaleString('en')} accounts/s`;
  const peak = product.peak === null ? '' : `, at most ${product.peak.toFixed(0)} MB`;
  console.log(`${what}: ${product.seconds.toFixed(1)} s, ${rate(product)}${peak}`);
  for (const [name, other] of others) {
    const ratio = other.seconds / product.seconds;
    console.log(`  ${name}: ${other.seconds.toFixed(1)} s, ${rate(other)}; ratio ${ratio.toFixed(2)}`);
  }
}

/**
 * Publishes other score floors while somebody changes single accounts, and somebody else reads them.
 *
 * @param floors by rank
 */
async function publish(
  product: TestDatabase,
  folder: string,
  floors: Readonly<Record<number, number>>,
): Promise<void> {
  const clock = new SystemClock('UTC');
  const accounts = new AccountService(new TypeOrmUnitOfWork(product.dataSource), clock, 'USD');
  const reader = new Client({ connectionString: product.url });
  await reader.connect();
  let isOver = false;
  const repeat = async (work: (round: number) => Promise<unknown>): Promise<number[]> => {
    const waits: number[] = [];
    for (let round = 1; !isOver; round += 1) {
      const startedAt = performance.now();
      await work(round);
      waits.push(performance.now() - startedAt);
      await new Promise((next) => setTimeout(next, 20));
    }
    return waits;
  };
  const anyone = (round: number): string => `acc-${1 + ((round * 7_919) % ACCOUNTS)}`;
  const writing = repeat((round) =>
    accounts.upsertAccounts(COMMAND_LINE, [
      { externalId: anyone(round), values: { name: `Renamed ${round}` } },
    ]),
  );
  const reading = repeat((round) =>
    reader.query('SELECT * FROM account WHERE external_id = $1', [anyone(round)]),
  );
  try {
    const script = join(__dirname, 'publish.ts');
    const published = await run(product, folder, [
      '-r',
      '@swc-node/register',
      script,
      JSON.stringify(floors),
    ]);
    isOver = true;
    const told = JSON.parse(published.output) as {
      seconds: number;
      accounts: number;
      moved: number;
      pending: number;
    };
    const rate = Math.round(told.accounts / told.seconds).toLocaleString('en');
    console.log(
      `publish, score floors ${JSON.stringify(floors)}: ${told.seconds.toFixed(1)} s, ${rate} accounts/s; ${told.moved} moved at once, ${told.pending} pending`,
    );
    for (const [who, waits] of [
      ['a change of one account', await writing],
      ['a read of one account', await reading],
    ] as const) {
      const sorted = [...waits].sort((a, b) => a - b);
      const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0);
      console.log(`  ${who} meanwhile: ${at(0.5)} ms, at most ${at(1)} ms (${sorted.length} of them)`);
    }
  } finally {
    isOver = true;
    await Promise.allSettled([writing, reading]);
    await reader.end();
  }
}

void main();
