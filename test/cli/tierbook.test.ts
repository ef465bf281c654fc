import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { secrets } from '../../src/server/secrets';
import { CompiledProduct } from '../support/compiled-product';
import { createTestDatabase, type TestDatabase } from '../support/database';

const ROOT = resolve(__dirname, '../..');

let database: TestDatabase;
let product: CompiledProduct;
let folder: string;

beforeAll(async () => {
  product = new CompiledProduct();
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tierbook-cli-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  product.remove();
  await database.drop();
});

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly outcome: Promise<Outcome>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** Runs the command line as a process of its own on the test's database. */
function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn('node', [product.program, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, DATABASE_URL: database.url, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return {
    outcome: new Promise((done) => {
      child.on('close', (code) => {
        done({ code, stdout, stderr });
      });
    }),
    kill: (signal) => {
      child.kill(signal);
    },
  };
}

function tierbook(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Outcome> {
  return start(args, env).outcome;
}

function file(name: string, lines: readonly string[]): string {
  writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''));
  return join(folder, name);
}

describe('an import', () => {
  test('ends with 0 when all rows went in, with the map given in one go or one by one, before the file or after it', async () => {
    const path = file('a.csv', ['id,title,arr', 'A,Acme,120000']);
    const first = await tierbook([
      'import',
      'accounts',
      path,
      '--map',
      'externalId=id',
      '--map',
      'name=title',
    ]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('1 created, 0 updated, 0 unchanged, 0 rejected');
    const again = await tierbook(['import', 'accounts', '--map', 'externalId=id', 'name=title', path]);
    expect(again.stdout).toContain('0 created, 0 updated, 1 unchanged, 0 rejected');
    expect(again.code).toBe(0);
  });

  test('ends with 2 when some rows were rejected, and names their file', async () => {
    const path = file('b.csv', ['externalId,arr', 'B,oops', 'C,1']);
    const { code, stdout } = await tierbook(['import', 'accounts', path]);
    expect(code).toBe(2);
    expect(stdout).toContain('1 created, 0 updated, 0 unchanged, 1 rejected');
    expect(stdout).toContain(`the rejected rows are in ${path}.rejects.csv: mend them there`);
  });

  test('ends with 1 when the file as a whole is wrong', async () => {
    expect(await tierbook(['import', 'accounts', file('c.csv', ['name', 'Acme'])])).toEqual({
      code: 1,
      stdout: '',
      stderr: `tierbook: "c.csv" has no column for externalId; use --map externalId=<column> (the file's columns are "name")\n`,
    });
  });

  test('without a file says how it is called', async () => {
    const { code, stderr } = await tierbook(['import', 'subscriptions']);
    expect(code).toBe(1);
    expect(stderr).toContain('name the CSV file');
  });

  test('of subscriptions, as of a day, as a dry run', async () => {
    const path = file('d.csv', ['account,start,arr', 'A,2025-01-01,5000']);
    const args = ['import', 'subscriptions', path, '--as-of', '2025-02-01', '--dry-run'];
    const { code, stderr } = await tierbook(args);
    // The account's own history goes further than that day.
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(await database.query('SELECT FROM subscription_line')).toEqual([]);
  });

  test('finishes the running batch on Ctrl-C, even one that npm passes on again, says how far it got and ends with 130', async () => {
    const pipe = join(folder, 'pipe.csv');
    execFileSync('mkfifo', [pipe]);
    const { outcome, kill } = start(['import', 'accounts', pipe]);
    const rows = Array.from({ length: 2_500 }, (_, index) => `P-${index}`);
    const input = createWriteStream(pipe);
    input.write(`externalId\n${rows.join('\n')}\n`);
    while ((await imported()) < 2_000) await new Promise((next) => setTimeout(next, 50));
    kill('SIGINT');
    kill('SIGINT');
    // What is left would be a batch of its own.
    input.end(`${rows.map((id) => `Q${id}`).join('\n')}\n`);
    const { code, stdout, stderr } = await outcome;
    expect(stderr).toContain('stopping after the running batch; press Ctrl-C again to break off at once');
    expect(stdout).toContain('was stopped: the rows up to line');
    expect(code).toBe(130);
    expect(await imported()).toBeLessThan(5_000);
  });

  async function imported(): Promise<number> {
    const [row] = await database.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM account WHERE external_id LIKE '%P-%'`,
    );
    return row?.n ?? 0;
  }
});

describe('tokens', () => {
  test('are printed once, alone, kept as a hash, and revoked by name', async () => {
    const args = ['token', 'create', '--name', 'dashboard', '--role', 'viewer', '--expires', '2126-07-01'];
    const { code, stdout, stderr } = await tierbook(args, { BUSINESS_TIME_ZONE: 'Europe/Berlin' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tb_[\w-]{43}\n$/);
    expect(stderr).toContain('it is refused from 2126-06-30T22:00:00.000Z on');
    const [stored] = await database.query<{ token_hash: Buffer; role: string }>('SELECT * FROM api_token');
    expect(stored?.role).toBe('VIEWER');
    expect(stored?.token_hash).toEqual(secrets.hash(stdout.trim()));

    const today = new Date().toISOString().slice(0, 10);
    const prefix = stdout.slice(0, 8);
    const listed = await tierbook(['token', 'list']);
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout.split('\n').map((line) => line.split(/ +/).join(' '))).toEqual([
      'PREFIX ROLE STATE CREATED EXPIRES LAST USED CSM NAME',
      `${prefix} VIEWER usable ${today} 2126-06-30 - - dashboard`,
      '',
    ]);

    const revoked = await tierbook(['token', 'revoke', 'dashboard']);
    expect(revoked.stdout).toMatch(/^Revoked the token "dashboard" \(tb_.{5}…, VIEWER\)\.\n$/);
    expect((await tierbook(['token', 'list'])).stdout).toContain(`${prefix} VIEWER  revoked ${today}`);
    expect(await tierbook(['token', 'revoke', 'dashboard'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'tierbook: no usable token has the name or prefix "dashboard"\n',
    });
  });

  test('need a known role, and a day in the future', async () => {
    const wrong = await tierbook(['token', 'create', '--name', 'x', '--role', 'boss']);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('"boss" is none of VIEWER, CSM, MANAGER, ADMIN');
    const late = await tierbook([
      'token',
      'create',
      '--name',
      'x',
      '--role',
      'CSM',
      '--expires',
      '2020-01-01',
    ]);
    expect(late.code).toBe(1);
    expect(late.stderr).toContain('would have expired already');
  });

  test('of the role CSM need the CSM whose portfolio is their own', async () => {
    const stored = (): Promise<unknown[]> => database.query('SELECT name FROM api_token ORDER BY name');
    const before = await stored();
    const args = ['token', 'create', '--name', 'nobody', '--role', 'CSM'];
    expect(await tierbook(args)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'tierbook: a token of the role CSM needs the CSM whose portfolio is its own\n',
    });
    expect(await tierbook([...args, '--csm', 'ghost'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'tierbook: there is no CSM "ghost"\n',
    });
    expect(await stored()).toEqual(before);
  });
});

describe('other commands', () => {
  test('migrate says that nothing was outstanding', async () => {
    expect(await tierbook(['migrate'])).toMatchObject({
      code: 0,
      stdout: 'The database is up to date; no migration was outstanding.\n',
    });
  });

  test('migrate names what it ran', async () => {
    const empty = await createTestDatabase({ empty: true });
    try {
      const { stdout } = await tierbook(['migrate'], { DATABASE_URL: empty.url });
      expect(stdout).toMatch(/^Ran \d+ migrations?: CreateTierbook1764000000000/);
    } finally {
      await empty.drop();
    }
  });

  test('recalculate says what became of the book', async () => {
    const { code, stdout } = await tierbook(['recalculate']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Scored [\d,]+ accounts?: 0 changed, 0 moved\.\n$/);
  });

  test('export writes nothing but the table to stdout', async () => {
    const { code, stdout } = await tierbook(['export', 'breakdown', '--by', 'tier', '--format', 'jsonl']);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^\{"tier":"strategic","accounts":1,/);
  });

  test('export of a segment that there is not is refused', async () => {
    for (const what of ['accounts', 'breakdown']) {
      expect(await tierbook(['export', what, '--segment', 'Nobody'])).toEqual({
        code: 1,
        stdout: '',
        stderr: 'tierbook: there is no segment "Nobody"\n',
      });
    }
  });

  test('export of the future, or by what is no dimension, is refused', async () => {
    const future = await tierbook(['export', 'breakdown', '--as-of', '2999-01-01']);
    expect(future).toMatchObject({ code: 1, stdout: '' });
    expect(future.stderr).toMatch(/^tierbook: .*2999-01-01/);
    const unknown = await tierbook(['export', 'breakdown', '--by', 'TIER,MOOD']);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('"MOOD" is none of TIER, ARR_BAND');
  });

  test('schema print needs no database', async () => {
    const { code, stdout } = await tierbook(['schema', 'print'], {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    });
    expect(code).toBe(0);
    expect(stdout).toContain('type Query {');
  });

  test('seed demo fills an empty book, and no other', async () => {
    const empty = await createTestDatabase();
    try {
      const env = { DATABASE_URL: empty.url };
      const first = await tierbook(['seed', 'demo', '--accounts', '20'], env);
      expect(first).toMatchObject({ code: 0, stdout: 'Loaded a demo book of 20 accounts.\n' });
      const second = await tierbook(['seed', 'demo'], env);
      expect(second.code).toBe(1);
      expect(second.stderr).toMatch(/^tierbook: the book holds accounts already/);
    } finally {
      await empty.drop();
    }
  });
});

describe('mistakes', () => {
  test('each wrong setting has its line', async () => {
    const { code, stderr } = await tierbook(['migrate'], { PORT: 'x', TIERBOOK_COLOUR: 'red' });
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^tierbook: PORT must be a whole number/),
      expect.stringMatching(/^tierbook: TIERBOOK_COLOUR is not a setting of Tierbook/),
    ]);
  });

  test('a database that does not answer is one line, with a stack only for LOG_LEVEL=debug', async () => {
    const env = { DATABASE_URL: 'postgres://nobody:hush@127.0.0.1:1/none' };
    const { code, stderr } = await tierbook(['migrate'], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tierbook: the database does not answer; check DATABASE_URL.*ECONNREFUSED.*\n$/);
    const debugged = await tierbook(['migrate'], { ...env, LOG_LEVEL: 'debug' });
    expect(debugged.stderr).toContain('    at ');
    expect(debugged.stderr).not.toContain('hush');
  });

  test.each([
    [['improt'], "unknown command 'improt'"],
    [['import', 'touches', 'x.csv'], "unknown command 'touches'"],
    [['worker', '--once'], "unknown option '--once'"],
    [['import', 'accounts', 'x.csv', '--fast'], "unknown option '--fast'"],
    [['import', 'accounts', 'x.csv', '--as-of', '2025-02-30'], 'is not a day of the calendar'],
    [['export', 'accounts', '--format', 'xml'], 'Allowed choices are csv, jsonl'],
    [['seed', 'demo', '--accounts', '0'], 'Give a whole number from 1 to 1,000,000'],
    [['token', 'create', '--role', 'CSM'], "required option '--name <name>' not specified"],
  ])('tierbook %j is told what is wrong', async (args, message) => {
    const { code, stdout, stderr } = await tierbook(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('--help of an import names its fields and exit codes', async () => {
    const { code, stdout } = await tierbook(['import', 'accounts', '--help']);
    expect(code).toBe(0);
    for (const word of ['externalId (required)', 'termMonths', 'usagePercent', 'Exit code:', 'Examples:']) {
      expect(stdout).toContain(word);
    }
  });
});
