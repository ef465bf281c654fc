import { stampOf } from '../../src/app/account.service';
import { type Actor, type Role, SYSTEM } from '../../src/app/actor';
import { SegmentService } from '../../src/app/segment.service';
import { type Dimension } from '../../src/domain/segment';
import { type SegmentCriterion } from '../../src/domain/segment-criterion';
import { fixedClock, type TestClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { LivingBook } from '../support/living-book';

function actor(role: Role, id = `token:${role}`): Actor {
  return { kind: 'TOKEN', id, name: `The ${role}`, role, csmId: null };
}

const CSM = actor('CSM');
const MANAGER = actor('MANAGER');

function criterion(dimension: Dimension, ...values: string[]): SegmentCriterion {
  return { dimension, values, includeUnknown: false };
}

const BANKS = { name: 'Banks', description: null, criteria: [criterion('INDUSTRY', 'Banks')] };

describe('the segment service', () => {
  let database: TestDatabase;
  let clock: TestClock;
  let book: LivingBook;
  let service: SegmentService;

  beforeEach(async () => {
    database = await createTestDatabase();
    clock = fixedClock('2026-03-02');
    book = new LivingBook(database, clock);
    service = new SegmentService(book.unitOfWork, clock);
  });
  afterEach(async () => {
    await database.drop();
  });

  const recordDay = (): Promise<number> => service.recordDay(SYSTEM, stampOf(SYSTEM, clock));

  /** "2026-03-02 +a -b", one line a day. */
  const changes = async (): Promise<string[]> => {
    const rows = await database.query<{ on: string; changes: string }>(
      `SELECT c.occurred_on::text AS "on", string_agg(
         CASE c.kind WHEN 'ENTERED' THEN '+' ELSE '-' END || a.external_id, ' ' ORDER BY a.external_id) AS changes
       FROM segment_change c JOIN account a ON a.id = c.account_id GROUP BY c.occurred_on ORDER BY c.occurred_on`,
    );
    return rows.map(({ on, changes: text }) => `${on} ${text}`);
  };
  const causes = async (): Promise<string[]> =>
    (
      await database.query<{ cause: string }>(
        `SELECT DISTINCT cause FROM segment_change WHERE occurred_on = $1 ORDER BY cause`,
        [clock.today()],
      )
    ).map(({ cause }) => cause);
  const recorded = async (): Promise<string> =>
    (
      await database.query<{ name: string }>(
        `SELECT a.external_id AS name FROM segment_member JOIN account a ON a.id = account_id ORDER BY 1`,
      )
    )
      .map(({ name }) => name)
      .join(' ');
  const stored = async (): Promise<{ name: string; version: number; owner: string }[]> =>
    database.query(`SELECT name, version, owner_name AS owner FROM segment ORDER BY segment.id`);

  describe('records who enters and who leaves', () => {
    beforeEach(async () => {
      await book.seed({
        a: { arr: '1000', industry: 'Banks' },
        b: { arr: '1000', industry: 'Energy' },
        c: { arr: '1000', industry: 'Banks', customerSince: day('2025-12-10') },
        gone: { industry: 'Banks', status: 'CHURNED' },
      });
    });

    test('with the segment itself, the first members at once', async () => {
      await service.create(CSM, BANKS);
      expect(await changes()).toEqual(['2026-03-02 +a +c']);
      expect(await causes()).toEqual(['SEGMENT_CREATED']);
      expect(await recorded()).toBe('a c');
    });

    test('from day to day, and never twice', async () => {
      await service.create(CSM, BANKS);
      expect(await recordDay()).toBe(0);

      book.on('2026-03-03');
      await book.account('b', { industry: 'Banks' });
      await book.account('c', { status: 'CHURNED' });
      expect(await recordDay()).toBe(2);
      expect(await recordDay()).toBe(0);
      expect(await causes()).toEqual(['ACCOUNT_CHANGED']);

      book.on('2026-03-06');
      await book.account('a', { industry: null });
      await book.account('new', { industry: 'Banks' });
      await book.account('c', { status: 'ACTIVE' });
      expect(await recordDay()).toBe(3);
      expect(await changes()).toEqual(['2026-03-02 +a +c', '2026-03-03 +b -c', '2026-03-06 -a +c +new']);
      expect(await recorded()).toBe('b c new');
      expect(await database.query(`SELECT recorded_on::text AS day FROM segment`)).toEqual([
        { day: '2026-03-06' },
      ]);
    });

    test('where nothing but time passes', async () => {
      await service.create(CSM, { ...BANKS, criteria: [criterion('MATURITY', 'ADOPTING')] });
      book.on('2026-03-09');
      expect(await recordDay()).toBe(0);
      book.on('2026-03-10');
      expect(await recordDay()).toBe(1);
      expect(await changes()).toEqual(['2026-03-10 +c']);
    });

    test('at once where the criteria are changed', async () => {
      const id = await service.create(CSM, BANKS);
      book.on('2026-03-04');
      await service.update(CSM, { id, criteria: [criterion('INDUSTRY', 'Energy')] });
      expect(await changes()).toEqual(['2026-03-02 +a +c', '2026-03-04 -a +b -c']);
      expect(await causes()).toEqual(['CRITERIA_CHANGED']);
      expect(await recordDay()).toBe(0);
    });

    test('but nothing of a day before the last one', async () => {
      await service.create(CSM, BANKS);
      book.on('2026-03-05');
      expect(await recordDay()).toBe(0);
      await book.account('b', { industry: 'Banks' });
      expect(await service.recordDay(SYSTEM, { ...stampOf(SYSTEM, clock), today: day('2026-03-04') })).toBe(
        0,
      );
      expect(await recordDay()).toBe(1);
    });

    test('once, however many do it at the same time', async () => {
      await service.create(CSM, BANKS);
      await service.create(CSM, { ...BANKS, name: 'Small', criteria: [criterion('ARR_BAND', '0-5000')] });
      book.on('2026-03-03');
      await book.account('b', { industry: 'Banks', arr: '90000' });
      const found = await Promise.all(Array.from({ length: 5 }, recordDay));
      expect(found.reduce((sum, one) => sum + one, 0)).toBe(2);
      expect(await changes()).toEqual(['2026-03-02 +a +a +b +c +c', '2026-03-03 +b -b']);
    });

    test('of many segments', async () => {
      await database.query(
        `INSERT INTO segment (name, name_key, criteria, owner_id, owner_name, recorded_on, version, created_at, updated_at)
         SELECT 'S' || n, 's' || n, $1, 'x', 'X', '2026-03-01', 1, now(), now() FROM generate_series(1, 205) n`,
        [JSON.stringify(BANKS.criteria)],
      );
      expect(await recordDay()).toBe(410);
      expect(await recordDay()).toBe(0);
    });

    test('only for those who may recalculate', async () => {
      await expect(service.recordDay(MANAGER, stampOf(MANAGER, clock))).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    });
  });

  describe('saves segments', () => {
    test('under a name that no other has, whatever its case', async () => {
      const id = await service.create(CSM, BANKS);
      for (const name of ['Banks', 'BANKS', ' banks ']) {
        await expect(service.create(MANAGER, { ...BANKS, name })).rejects.toMatchObject({
          code: 'CONFLICT',
          field: ['name'],
        });
      }
      const other = await service.create(MANAGER, { ...BANKS, name: 'Other' });
      await expect(service.update(MANAGER, { id: other, name: 'bAnKs' })).rejects.toMatchObject({
        code: 'CONFLICT',
      });
      await service.update(CSM, { id, name: 'BANKS' });
      expect(await stored()).toEqual([
        { name: 'BANKS', version: 2, owner: 'The CSM' },
        { name: 'Other', version: 1, owner: 'The MANAGER' },
      ]);
    });

    test('refuses what a segment cannot be, and writes nothing', async () => {
      const refused: [object, string, string][] = [
        [{ name: '' }, 'REQUIRED', 'name'],
        [{ name: 'a\0b' }, 'INVALID_VALUE', 'name'],
        [{ description: ' ' }, 'REQUIRED', 'description'],
        [{ description: '\ud800' }, 'INVALID_VALUE', 'description'],
        [{ criteria: [] }, 'REQUIRED', 'criteria'],
        [{ criteria: [criterion('TIER', 'gold')] }, 'INVALID_VALUE', 'criteria.0.values.0'],
      ];
      for (const [given, code, field] of refused) {
        await expect(service.create(CSM, { ...BANKS, ...given })).rejects.toMatchObject({
          code,
          field: field.split('.'),
        });
      }
      expect(await stored()).toEqual([]);
    });

    test('takes a name that looks like SQL as a name', async () => {
      await service.create(CSM, { ...BANKS, name: `'); DROP TABLE segment; --` });
      expect((await stored()).map(({ name }) => name)).toEqual([`'); DROP TABLE segment; --`]);
    });

    test('for a CSM the own ones, for a manager all', async () => {
      const id = await service.create(CSM, BANKS);
      const other = actor('CSM', 'token:another');
      const goals = [{ metric: 'NRR', target: 1.1, from: day('2026-01-01'), to: day('2026-12-31') }] as const;
      for (const attempt of [
        () => service.update(other, { id, name: 'Mine now' }),
        () => service.setGoals(other, { id, goals }),
        () => service.delete(other, { id }),
        () => service.create(actor('VIEWER'), BANKS),
        () => service.delete(actor('VIEWER'), { id }),
      ]) {
        await expect(attempt()).rejects.toMatchObject({ code: 'FORBIDDEN' });
      }
      expect(await stored()).toEqual([{ name: 'Banks', version: 1, owner: 'The CSM' }]);
      await service.update(MANAGER, { id, description: 'All banks' });
      await service.setGoals(CSM, { id, goals });
      expect(await stored()).toEqual([{ name: 'Banks', version: 3, owner: 'The CSM' }]);
      await service.delete(MANAGER, { id });
      expect(await stored()).toEqual([]);
    });

    test('not on an older state than the present one', async () => {
      const id = await service.create(CSM, BANKS);
      await service.update(CSM, { id, name: 'All banks', expectedVersion: 1 });
      for (const attempt of [
        () => service.update(CSM, { id, name: 'Late', expectedVersion: 1 }),
        () => service.setGoals(CSM, { id, goals: [], expectedVersion: 1 }),
        () => service.delete(CSM, { id, expectedVersion: 1 }),
      ]) {
        await expect(attempt()).rejects.toMatchObject({ code: 'STALE_VERSION', field: ['expectedVersion'] });
      }
      expect(await stored()).toEqual([{ name: 'All banks', version: 2, owner: 'The CSM' }]);
    });

    test('and leaves one that is given as it is', async () => {
      const id = await service.create(CSM, BANKS);
      await service.update(CSM, { id, name: 'Banks', criteria: BANKS.criteria });
      expect(await stored()).toEqual([{ name: 'Banks', version: 1, owner: 'The CSM' }]);
    });

    test('once, however often a call with a key is sent', async () => {
      const call = { ...BANKS, idempotencyKey: 'k-1' };
      const answers = await Promise.all(Array.from({ length: 10 }, () => service.create(CSM, call)));
      expect(new Set(answers).size).toBe(1);
      expect(await stored()).toHaveLength(1);
      await expect(service.create(CSM, { ...call, name: 'Other' })).rejects.toMatchObject({
        code: 'IDEMPOTENCY_KEY_MISMATCH',
      });
      const [id = ''] = answers;
      const edit = { id, name: 'Renamed', expectedVersion: 1, idempotencyKey: 'k-2' };
      expect(await service.update(CSM, edit)).toBe(id);
      expect(await service.update(CSM, edit)).toBe(id);
      expect((await stored())[0]?.version).toBe(2);
      const deletion = { id, idempotencyKey: 'k-3' };
      expect([await service.delete(CSM, deletion), await service.delete(CSM, deletion)]).toEqual([id, id]);
      await expect(service.delete(CSM, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    test('and with a segment goes everything that it had', async () => {
      await book.seed({ a: { arr: '1', industry: 'Banks' } });
      const id = await service.create(CSM, BANKS);
      await service.setGoals(CSM, {
        id,
        goals: [{ metric: 'GRR', target: 0.9, from: day('2026-01-01'), to: day('2026-12-31') }],
      });
      await service.delete(CSM, { id });
      const left = await database.query(
        `SELECT (SELECT count(*)::int FROM segment_change) AS changes, (SELECT count(*)::int FROM segment_member) AS members,
           (SELECT count(*)::int FROM segment_goal) AS goals`,
      );
      expect(left).toEqual([{ changes: 0, members: 0, goals: 0 }]);
    });
  });
});
