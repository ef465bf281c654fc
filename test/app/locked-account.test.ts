import { correctableSince } from '../../src/app/account-decision';
import { stampOf } from '../../src/app/account.service';
import { COMMAND_LINE } from '../../src/app/actor';
import { type AccountKey, holdModelAndAccounts } from '../../src/app/locked-account';
import { type UnitOfWork } from '../../src/app/ports/stores';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { DomainError } from '../../src/domain/errors';
import { createDataSource } from '../../src/persistence/data-source';
import { TypeOrmUnitOfWork } from '../../src/persistence/unit-of-work';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { LivingBook } from '../support/living-book';

describe('accounts that are locked with the model', () => {
  let database: TestDatabase;
  let clock: TestClock;
  let book: LivingBook;

  beforeEach(async () => {
    database = await createTestDatabase();
    clock = fixedClock('2026-03-02');
    book = new LivingBook(database, clock);
    await book.account('A', { arr: '30000' });
    await book.account('B', { arr: '6000' });
  });
  afterEach(async () => {
    await database.drop();
  });

  test.each<[string, (ids: Record<string, string>) => AccountKey[], string[]]>([
    ['by the ids of the CRM', () => [{ externalId: 'B' }, { externalId: 'A' }], ['B', 'A']],
    ['by id', ({ A, B }) => [{ id: B }, { id: A }], ['B', 'A']],
    ['by both', ({ B }) => [{ id: B }, { externalId: 'A' }, { externalId: 'B' }], ['B', 'A', 'B']],
    ['which do not exist', () => [{ externalId: 'C' }, { id: '99' }], ['NOT_FOUND', 'NOT_FOUND']],
    ['some of which exist', () => [{ externalId: 'C' }, { externalId: 'A' }], ['NOT_FOUND', 'A']],
    [
      'that nothing names',
      () => [{}, { externalId: '' }, { id: null }],
      ['REQUIRED', 'NOT_FOUND', 'REQUIRED'],
    ],
    ['that no id can be', () => [{ externalId: 'A\u0000' }], ['NOT_FOUND']],
    ['of which there are none', () => [], []],
  ])('are given in the order of their keys: %s', async (_name, keysOf, expected) => {
    const rows = await database.query<{ id: string; name: string }>(
      `SELECT id::text, external_id AS name FROM account`,
    );
    const keys = keysOf(Object.fromEntries(rows.map(({ id, name }) => [name, id])));
    const [ids, found] = await hold(book.unitOfWork, keys);
    expect(found).toEqual(expected);
    const held = rows.filter(({ name }) => expected.includes(name)).map(({ id }) => id);
    expect([...ids].sort()).toEqual(held.sort());
  });

  test.each([
    ['0, so that no upgrade is a mistake any more', 0, []],
    ['as many as by the built-in one', DEFAULT_MODEL.grace.correctionDays, ['2026-03-09']],
  ])(
    'come with the upgrades that the published model asks for: %s days',
    async (_days, correctionDays, upgrades) => {
      clock.setDay('2026-03-09');
      await book.account('B', { arr: '30000' });
      clock.setDay('2026-03-12');
      await publish(correctionDays);
      // Another process, which has seen no model so far, and one that has seen it.
      const dataSource = await createDataSource(database.url).initialize();
      const other = new TypeOrmUnitOfWork(dataSource);
      try {
        for (const unitOfWork of [other, other, book.unitOfWork]) {
          const [, , days] = await hold(unitOfWork, [{ externalId: 'B' }]);
          expect(days).toEqual(upgrades);
        }
      } finally {
        await dataSource.destroy();
      }
    },
  );

  function publish(correctionDays: number): Promise<void> {
    const stamp = stampOf(COMMAND_LINE, clock);
    const grace = { ...DEFAULT_MODEL.grace, correctionDays };
    return book.unitOfWork.run(stamp, async ({ models }) => {
      await models.publishedForChange();
      await models.publish({ ...DEFAULT_MODEL, version: 2, grace }, 'Mistakes are rarer', stamp);
    });
  }

  /** The ids, what each key gives, and the days of upgrades. */
  function hold(
    unitOfWork: UnitOfWork,
    keys: readonly AccountKey[],
  ): Promise<[readonly string[], string[], string[]]> {
    const stamp = stampOf(COMMAND_LINE, clock);
    return unitOfWork.run(stamp, async (stores) => {
      const [, { ids, all }] = await holdModelAndAccounts(stores, keys, stamp, (model) =>
        correctableSince(model, stamp.today),
      );
      const found = all.map((one) => (one instanceof DomainError ? one.code : one.externalId));
      const days = all.flatMap((one) =>
        one instanceof DomainError ? [] : one.recentUpgrades.map(({ on }) => on),
      );
      return [ids, found, days];
    });
  }
});
