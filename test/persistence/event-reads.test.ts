import fc from 'fast-check';
import { Client } from 'pg';
import { type EventPosition } from '../../src/app/ports/event';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { SqlEventReads } from '../../src/persistence/reads/event.reads';
import { until } from '../support/until';
import { createTestDatabase, type TestDatabase } from '../support/database';

const WRITERS = 4;
const INSERT = `INSERT INTO event (type, subject_id, data, actor_id, actor_name, occurred_at, transaction)
  VALUES ('model.published', 1, '{}', 'test', 'Test', now(), pg_current_xact_id()::text::bigint) RETURNING id::text AS id`;

describe('the events that can be read', () => {
  let database: TestDatabase;
  let reader: DatabaseReader;
  let events: SqlEventReads;
  let writers: Client[];

  beforeAll(async () => {
    database = await createTestDatabase();
    reader = new DatabaseReader({ url: database.url, max: 2, applicationName: 'tierbook-test' });
    events = new SqlEventReads(reader);
    writers = Array.from({ length: WRITERS }, () => new Client({ connectionString: database.url }));
    await Promise.all(writers.map((writer) => writer.connect()));
  });
  afterAll(async () => {
    await Promise.all(writers.map((writer) => writer.end()));
    await reader.close();
    await database.drop();
  });

  const write = async (writer: number): Promise<string> => {
    const { rows } = (await writers[writer]?.query(INSERT)) as { rows: { id: string }[] };
    return rows[0]?.id ?? '';
  };
  const say = (writer: number, sql: string): Promise<unknown> | undefined => writers[writer]?.query(sql);
  const idsAfter = async (position: EventPosition): Promise<string[]> =>
    (await events.after(position, 100)).map(({ id }) => id);

  /** Transactions elsewhere on this server hold events back for as long as they run. */
  const allSettled = (): Promise<void> =>
    until('everything written so far can be read', async () => {
      const held = await database.query(
        `SELECT FROM event WHERE transaction >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint`,
      );
      return held.length === 0;
    });

  test('wait for every older transaction, and then come in the order of the transactions', async () => {
    await allSettled();
    const start = await events.end();
    await say(0, 'BEGIN');
    await say(1, 'BEGIN');
    const older = await write(0);
    const younger = await write(1);
    const olderToo = await write(0);
    await say(1, 'COMMIT');
    expect(await idsAfter(start)).toEqual([]);
    expect((await events.page({}, false, { size: 9, backward: false, after: null })).length).toBe(0);
    await say(0, 'COMMIT');
    await allSettled();
    expect(await idsAfter(start)).toEqual([older, olderToo, younger]);
    expect(await idsAfter(await events.end())).toEqual([]);
  });

  test('come each once and none is missed, whichever way transactions overlap', async () => {
    const step = fc.record({
      writer: fc.nat(WRITERS - 1),
      deed: fc.constantFrom('write', 'write', 'commit', 'rollback', 'read'),
      limit: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        await allSettled();
        let position = await events.end();
        const start = position;
        const open = Array.from({ length: WRITERS }, (): string[] | null => null);
        const committed = new Set<string>();
        const seen: string[] = [];
        const read = async (limit: number): Promise<number> => {
          const rows = await events.after(position, limit);
          position = rows.at(-1) ?? position;
          seen.push(...rows.map(({ id }) => id));
          return rows.length;
        };
        const finish = async (writer: number, how: 'commit' | 'rollback'): Promise<void> => {
          await say(writer, how);
          if (how === 'commit') for (const id of open[writer] ?? []) committed.add(id);
          open[writer] = null;
        };
        for (const { writer, deed, limit } of steps) {
          if (deed === 'read') await read(limit);
          else if (deed === 'write') {
            if (open[writer] === null) await say(writer, 'BEGIN');
            open[writer] = [...(open[writer] ?? []), await write(writer)];
          } else if (open[writer] !== null) await finish(writer, deed);
        }
        for (let writer = 0; writer < WRITERS; writer += 1)
          if (open[writer] !== null) await finish(writer, 'commit');
        await allSettled();
        while ((await read(3)) > 0);
        expect(new Set(seen)).toEqual(committed);
        expect(seen.length).toBe(committed.size);
        expect(await idsAfter(start)).toEqual(seen.slice(0, 100));
      }),
      { numRuns: 30 },
    );
  });

  test('are paged in both orders and directions', async () => {
    await allSettled();
    const start = await events.end();
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push(await write(0));
    await allSettled();
    const place = (id: string | undefined): Promise<EventPosition | null> => events.positionOf(id ?? '0');
    const page = async (
      oldestFirst: boolean,
      backward: boolean,
      from: string | undefined,
    ): Promise<string[]> => {
      const position = await place(from);
      const after = position && [position.transaction, position.id];
      const rows = await events.page({ actorId: 'test' }, oldestFirst, { size: 1, backward, after });
      return rows.map(({ id }) => id);
    };
    expect(await idsAfter(start)).toEqual(ids);
    expect(await page(true, false, ids[1])).toEqual([ids[2], ids[3]]);
    expect(await page(true, true, ids[3])).toEqual([ids[2], ids[1]]);
    expect(await page(false, false, ids[3])).toEqual([ids[2], ids[1]]);
    expect(await page(false, true, ids[1])).toEqual([ids[2], ids[3]]);
    expect(await place('999999999')).toBeNull();
  });
});
