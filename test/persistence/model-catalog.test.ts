import { stampOf } from '../../src/app/account.service';
import { SYSTEM } from '../../src/app/actor';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { type TieringModel } from '../../src/domain/tiering-model';
import { DatabaseListener } from '../../src/persistence/database-listener';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { ModelCatalog } from '../../src/persistence/reads/model-catalog';
import { TypeOrmUnitOfWork } from '../../src/persistence/unit-of-work';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';

const LISTENER = 'tierbook-listener';
let database: TestDatabase;
let reader: DatabaseReader;
let listener: DatabaseListener;
let catalog: ModelCatalog;

beforeEach(async () => {
  database = await createTestDatabase();
  reader = new DatabaseReader({ url: database.url, max: 2, applicationName: 'tierbook-test' });
  listener = new DatabaseListener({ url: database.url, applicationName: LISTENER });
  catalog = new ModelCatalog({ database: reader, listener });
  await listener.open();
});
afterEach(async () => {
  await listener.close();
  await reader.close();
  await database.drop();
});

async function publish(version: number): Promise<TieringModel> {
  const model = { ...DEFAULT_MODEL, version };
  const clock = fixedClock('2026-02-03');
  const stamp = stampOf(SYSTEM, clock);
  await new TypeOrmUnitOfWork(database.dataSource).run(stamp, (stores) =>
    stores.models.publish(model, `Version ${version}`, stamp),
  );
  return model;
}

/** Asks until the answer is the one that must come; a notification takes a moment. */
async function eventually(ask: () => Promise<unknown>, expected: unknown): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if ((await ask()) === expected) return;
    await new Promise(setImmediate);
  }
  expect(await ask()).toBe(expected);
}

const publishedVersion = async (): Promise<number> => (await catalog.published()).version;

async function listeners(): Promise<number> {
  const [row] = await database.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()`,
    [LISTENER],
  );
  return row?.n ?? 0;
}

test('keeps the published model in memory', async () => {
  expect(await catalog.published()).toEqual(DEFAULT_MODEL);
  const queries = jest.spyOn(reader, 'rows');
  expect(await catalog.published()).toBe(await catalog.published());
  expect(catalog.known(1)).toBe(await catalog.version(1));
  expect(queries).not.toHaveBeenCalled();
});

test('hears of a model that somebody else publishes, and still knows the one before', async () => {
  expect(await publishedVersion()).toBe(1);
  expect(catalog.known(2)).toBeUndefined();
  await publish(2);
  await eventually(publishedVersion, 2);
  expect(catalog.known(2)?.version).toBe(2);
  expect((await catalog.version(1))?.version).toBe(1);
  expect(await catalog.version(3)).toBeNull();
});

test('never keeps a draft', async () => {
  await database.query(
    `INSERT INTO tiering_model (version, status, definition) VALUES (7, 'DRAFT', '{"version": 7, "tiers": []}')`,
  );
  expect(await catalog.version(7)).toMatchObject({ version: 7 });
  expect(catalog.known(7)).toBeUndefined();
  await database.query(
    `UPDATE tiering_model SET definition = '{"version": 7, "tiers": [], "criteria": []}' WHERE version = 7`,
  );
  expect(await catalog.version(7)).toMatchObject({ version: 7, criteria: [] });
});

test('says who published a model, when and why, and what became of it', async () => {
  expect(await catalog.info(1)).toMatchObject({
    version: 1,
    status: 'PUBLISHED',
    reason: 'The built-in model',
  });
  await publish(2);
  expect(await catalog.info(1)).toMatchObject({ version: 1, status: 'RETIRED' });
  expect(await catalog.info(2)).toMatchObject({
    status: 'PUBLISHED',
    publishedBy: 'Tierbook',
    publishedAt: '2026-02-03 12:00:00+00',
  });
  expect(await catalog.info(3)).toBeNull();
});

test('tells what was published in the order of the moments, on business days', async () => {
  await publish(2);
  await publish(3);
  await database.query(
    `UPDATE tiering_model SET published_at = CASE version WHEN 2 THEN timestamptz '2026-02-03 23:30+00'
       ELSE '2026-02-03 12:00+00' END WHERE version > 1`,
  );
  await database.query(
    `INSERT INTO tiering_model (version, status, definition) VALUES (4, 'DRAFT', '{"version": 4, "tiers": []}')`,
  );
  const told = async (timeZone: string): Promise<string[]> => {
    const there = new ModelCatalog({ database: reader, listener, timeZone });
    return (await there.publications()).map(({ model, publishedOn }) => `${model.version} ${publishedOn}`);
  };
  expect(await told('UTC')).toEqual(['1 2026-01-01', '3 2026-02-03', '2 2026-02-03']);
  expect(await told('Asia/Tokyo')).toEqual(['1 2026-01-01', '3 2026-02-03', '2 2026-02-04']);
});

test('listens again after its connection was lost, and trusts nothing that it read before', async () => {
  expect(await publishedVersion()).toBe(1);
  await database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`, [
    LISTENER,
  ]);
  await publish(2);
  await eventually(publishedVersion, 2);
  const deadline = Date.now() + 10_000;
  while ((await listeners()) === 0 && Date.now() < deadline) await new Promise(setImmediate);
  expect(await listeners()).toBe(1);
  await publish(3);
  await eventually(publishedVersion, 3);
});

test('asks the database each time while it cannot listen', async () => {
  const nowhere = new DatabaseListener({
    url: 'postgres://nobody@127.0.0.1:1/nowhere',
    applicationName: LISTENER,
  });
  const deaf = new ModelCatalog({ database: reader, listener: nowhere });
  await nowhere.open();
  expect((await deaf.published()).version).toBe(1);
  await publish(2);
  expect((await deaf.published()).version).toBe(2);
  await nowhere.close();
});

test('says what to do where no model is published', async () => {
  await database.query(`UPDATE tiering_model SET status = 'RETIRED'`);
  const fresh = new ModelCatalog({ database: reader });
  await expect(fresh.published()).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
