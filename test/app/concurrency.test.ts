import { COMMAND_LINE } from '../../src/app/actor';
import { stampOf } from '../../src/app/account.service';
import { applyAccountChanges } from '../../src/app/account-changes';
import { type Stores } from '../../src/app/ports/stores';
import { RecalculationService } from '../../src/app/recalculation.service';
import { TieringModelService } from '../../src/app/tiering-model.service';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { given, type WrittenValues } from '../support/facts';
import { LivingBook } from '../support/living-book';

describe('changes that meet', () => {
  let database: TestDatabase;
  let clock: TestClock;
  let book: LivingBook;

  beforeEach(async () => {
    database = await createTestDatabase();
    clock = fixedClock('2026-03-02');
    book = new LivingBook(database, clock);
  });
  afterEach(async () => {
    await database.drop();
  });

  const change = (stores: Stores, externalId: string, values: WrittenValues) =>
    applyAccountChanges(stores, [{ externalId, values: given(values) }], {
      stamp: stampOf(COMMAND_LINE, clock),
      baseCurrency: 'USD',
      fromFile: false,
    });

  /** A transaction that has made its change and waits to be let go. */
  const holding = (
    externalId: string,
    values: WrittenValues,
  ): { made: Promise<void>; letGo: () => Promise<void> } => {
    let letGo = (): void => undefined;
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    let isMade = (): void => undefined;
    const made = new Promise<void>((resolve) => (isMade = resolve));
    const done = book.unitOfWork.run(stampOf(COMMAND_LINE, clock), async (stores) => {
      await change(stores, externalId, values);
      isMade();
      await gate;
    });
    return {
      made,
      letGo: async () => {
        letGo();
        await done;
      },
    };
  };

  /** Until somebody waits for a lock in this database. */
  const untilSomebodyWaits = async (): Promise<void> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const [waiting] = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if ((waiting?.count ?? 0) > 0) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error('nobody waits');
  };

  /** Does the second change while the first is not committed yet. */
  const oneAfterTheOther = async (
    externalId: string,
    first: WrittenValues,
    second: WrittenValues,
  ): Promise<void> => {
    const held = holding(externalId, first);
    await held.made;
    const waiting = book.unitOfWork.run(stampOf(COMMAND_LINE, clock), (stores) =>
      change(stores, externalId, second),
    );
    await untilSomebodyWaits();
    await held.letGo();
    await waiting;
  };

  const historyOf = async (externalId: string): Promise<string[]> =>
    (
      await database.query<{ row: string }>(
        `SELECT kind || ' ' || coalesce(effective_to, '-') AS row FROM tier_history
         JOIN account ON account.id = account_id WHERE external_id = $1 ORDER BY tier_history.id`,
        [externalId],
      )
    ).map(({ row }) => row);

  test('a parent that one of them sets is still there after the other', async () => {
    await book.seed({ A: { arr: '30000' }, P: {} });
    await oneAfterTheOther('A', { parentExternalId: 'P' }, { name: 'Renamed' });
    expect(
      await database.query(
        `SELECT child.name, parent.external_id AS parent FROM account child JOIN account parent ON parent.id = child.parent_id`,
      ),
    ).toEqual([{ name: 'Renamed', parent: 'P' }]);
  });

  test('a pending downgrade that one of them opens is not opened again by the other', async () => {
    await book.account('A', { arr: '30000' });
    await oneAfterTheOther('A', { arr: '6000' }, { name: 'Renamed' });
    expect(await historyOf('A')).toEqual(['INITIAL core', 'DOWNGRADE_PENDING core']);
    expect(await database.query('SELECT count(*)::int AS scorecards FROM scorecard')).toEqual([
      { scorecards: 2 },
    ]);
  });

  test('a mistake that one of them makes can be corrected by the other', async () => {
    await book.account('A', { arr: '30000', expansionAssessment: 'LOW' });
    await oneAfterTheOther('A', { arr: '600000' }, { arr: '30000' });
    expect(await historyOf('A')).toEqual(['INITIAL core', 'UPGRADE strategic', 'DOWNGRADE core']);
  });

  test('two links that each close half of a circle: the second is refused', async () => {
    await book.seed({ A: {}, B: {} });
    const held = holding('A', { parentExternalId: 'B' });
    await held.made;
    const refused = book.unitOfWork.run(stampOf(COMMAND_LINE, clock), (stores) =>
      change(stores, 'B', { parentExternalId: 'A' }),
    );
    await untilSomebodyWaits();
    await held.letGo();
    await expect(refused).rejects.toMatchObject({ code: 'PARENT_CYCLE' });
  });

  test('accounts that keep their parents do not wait for each other', async () => {
    await book.seed({ P: {}, A: { parentExternalId: 'P' }, B: { parentExternalId: 'P' } });
    const held = holding('A', { name: 'Renamed' });
    await held.made;
    await book.unitOfWork.run(stampOf(COMMAND_LINE, clock), (stores) =>
      change(stores, 'B', { name: 'Renamed as well' }),
    );
    await held.letGo();
    expect(await database.query(`SELECT name FROM account WHERE name IS NOT NULL ORDER BY name`)).toEqual([
      { name: 'Renamed' },
      { name: 'Renamed as well' },
    ]);
  });

  test('a server that starts waits for nobody, and nobody waits for it', async () => {
    const held = holding('A', { arr: '30000' });
    await held.made;
    expect(await new TieringModelService(book.unitOfWork, clock).ensurePublished()).toBe(false);
    await book.account('B', { arr: '30000' });
    await held.letGo();
  });

  test('two recalculations and changes beside them leave one move, and a book that a further run finds in order', async () => {
    const accounts = Array.from({ length: 40 }, (_, index) => `X${index}`);
    await book.seed(
      Object.fromEntries(accounts.map((id) => [id, { arr: '30000', expansionAssessment: 'LOW' }])),
    );
    book.on('2026-03-20');
    await book.seed(Object.fromEntries(accounts.map((id) => [id, { arr: '6000' }])));
    book.on('2026-09-16');
    const service = new RecalculationService(book.unitOfWork, clock);
    const runs = await Promise.all([
      service.recalculate(COMMAND_LINE),
      service.recalculate(COMMAND_LINE),
      book.seed(Object.fromEntries([...accounts].reverse().map((id) => [id, { name: id }]))),
    ]);
    expect(runs[0].moved + runs[1].moved).toBeLessThanOrEqual(40);
    expect(
      await database.query(`SELECT kind, count(*)::int AS rows FROM tier_history GROUP BY 1 ORDER BY 1`),
    ).toEqual([
      { kind: 'DOWNGRADE', rows: 40 },
      { kind: 'DOWNGRADE_PENDING', rows: 40 },
      { kind: 'INITIAL', rows: 40 },
    ]);
    expect(await service.recalculate(COMMAND_LINE)).toMatchObject({ changed: 0, moved: 0 });
  });

  test('movements add up to the book, whatever happens to accounts', async () => {
    await book.seed({ A: { arr: '70000' }, B: { arr: '5000' }, C: { arr: '900', status: 'CHURNED' } });
    await book.account('A', { status: 'CHURNED' });
    await book.account('B', { arr: null });
    await book.account('C', { status: 'ACTIVE' });
    await book.lines('B', [{ start: '2026-01-01', arr: '1234.56' }]);
    const [sums] = await database.query<{ movements: string; book: string }>(
      `SELECT (SELECT sum(arr_to - coalesce(arr_from, 0)) FROM arr_movement) AS movements,
         (SELECT sum(arr) FROM account WHERE status IS DISTINCT FROM 'CHURNED') AS book`,
    );
    expect(sums).toEqual({ movements: '2134.56', book: '2134.56' });
  });
});
