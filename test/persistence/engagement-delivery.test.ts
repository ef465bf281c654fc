import { COMMAND_LINE } from '../../src/app/actor';
import { type DeliveryView } from '../../src/app/ports/engagement';
import { stampOf } from '../../src/app/account.service';
import { type Stamp } from '../../src/app/ports/clock';
import { TouchService } from '../../src/app/touch.service';
import { type CalendarDate } from '../../src/domain/calendar';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { programOf } from '../../src/domain/engagement-program';
import { type TouchKind } from '../../src/domain/touch';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { openEngagementReads } from '../support/engagement-reads';
import { day } from '../support/facts';
import { LivingBook } from '../support/living-book';

async function deliveryOf(
  { engagement, models }: Awaited<ReturnType<typeof openEngagementReads>>,
  from: string,
  to: string,
  today: CalendarDate,
): Promise<Map<string, DeliveryView>> {
  const rows = await engagement.delivery(day(from), day(to), today, await models.publications());
  return new Map(rows.map((row) => [row.tier, row]));
}

/**
 * Worked by hand. The built-in programs promise a touch every 28 days at the latest in Strategic, 56 in Core, 91 in
 * Scale, and a business review every 3, 6 (12 below 50,000) and 12 months, a month being 365/12 days.
 */
describe('delivered against owed', () => {
  const clock = fixedClock('2024-12-31');
  let database: TestDatabase;
  let book: LivingBook;
  let reads: Awaited<ReturnType<typeof openEngagementReads>>;

  beforeAll(async () => {
    database = await createTestDatabase();
    book = new LivingBook(database, clock);
    // The whole of 2025 in one tier.
    await book.seed({
      TOP: { arr: '600000', customerSince: day('2020-01-01') },
      SMALL: { arr: '30000', customerSince: day('2020-01-01') },
      LOW: { arr: '1000', customerSince: day('2020-01-01') },
    });
    // From day 100 on another one: 100 days of Scale, 265 of Core.
    await book.seed({ MOVER: { arr: '6000', customerSince: day('2020-01-01') } });
    await book.on('2025-04-11').account('MOVER', { arr: '60000' });
    // A new customer of the top tier: 29 days at 7, 60 at 14, the rest at 28.
    await book.on('2025-06-01').account('NEW', { arr: '700000', customerSince: day('2025-06-01') });
    await book.on('2025-10-01').account('NEW', { status: 'CHURNED' });
    const touches = new TouchService(book.unitOfWork, clock);
    const log = async (externalId: string, on: string, kind: TouchKind, skipped = false): Promise<string> =>
      (
        await touches.logTouch(COMMAND_LINE, {
          account: { externalId },
          kind,
          on: day(on),
          channel: 'CALL',
          outcome: null,
          note: skipped ? 'They travel.' : null,
          skipped,
        })
      ).touchId;
    book.on('2025-12-31');
    await log('TOP', '2025-01-01', 'TOUCH');
    await log('TOP', '2025-02-01', 'TOUCH');
    await log('TOP', '2025-02-02', 'EVENT');
    await log('TOP', '2025-03-01', 'BUSINESS_REVIEW');
    await touches.undoTouch(COMMAND_LINE, await log('TOP', '2025-03-01', 'TOUCH'), null);
    await log('MOVER', '2025-04-10', 'EVENT');
    await log('MOVER', '2025-04-11', 'TOUCH');
    await log('SMALL', '2025-05-01', 'BUSINESS_REVIEW', true);
    await log('LOW', '2025-05-01', 'TOUCH');
    reads = await openEngagementReads(database);
  });
  afterAll(async () => {
    await reads.close();
    await database.drop();
  });

  const delivery = (from: string, to: string): Promise<Map<string, DeliveryView>> =>
    deliveryOf(reads, from, to, clock.today());
  const owed = (row: DeliveryView | undefined): unknown => [
    row?.accounts,
    row?.accountDays,
    row?.touchesOwed,
    row?.businessReviewsOwed,
  ];
  const done = (row: DeliveryView | undefined): unknown => [
    row?.touchesDelivered,
    row?.businessReviewsDelivered,
    row?.businessReviewsSkipped,
  ];

  test('owed is by the days in each tier, and the intervals of its program', async () => {
    const year = await delivery('2025-01-01', '2025-12-31');
    // TOP 365 / 28 = 13.04; NEW 30 / 7 + 60 / 14 + 32 / 28 = 4.29 + 4.29 + 1.14; reviews 4 + 122 / 91.25
    expect(owed(year.get('strategic'))).toEqual([2, 365 + 122, '22.75', '5.34']);
    // SMALL and 265 days of MOVER over 56; reviews 1 (a small one) + 265 / 182.5
    expect(owed(year.get('core'))).toEqual([2, 365 + 265, '11.25', '2.45']);
    expect(owed(year.get('scale'))).toEqual([1, 100, '1.10', '0.27']);
    expect(owed(year.get('tech-touch'))).toEqual([1, 365, '0.00', '0.00']);
  });

  test('over a part of the year by the days in it', async () => {
    const june = await delivery('2025-06-01', '2025-06-30');
    // 30 / 28 + 30 / 7
    expect(owed(june.get('strategic'))).toEqual([2, 60, '5.36', '0.66']);
    expect(owed((await delivery('2025-01-01', '2025-01-01')).get('strategic'))).toEqual([
      1,
      1,
      '0.04',
      '0.01',
    ]);
  });

  test('what was owed before a churn is owed after the return as well', async () => {
    const strategic = async (from: string, to: string): Promise<unknown> =>
      owed((await delivery(from, to)).get('strategic'));
    clock.setDay('2026-01-01');
    await book.seed({ BACK: { arr: '600000' } });
    await book.on('2026-06-01').account('BACK', { status: 'CHURNED' });
    // TOP and BACK, 151 days each, over 28: nobody knows since when BACK is a customer, so it is not a new one.
    const before = [2, 302, '10.79', '3.31'];
    expect(await strategic('2026-01-01', '2026-05-31')).toEqual(before);
    await book.on('2026-10-01').account('BACK', { status: 'ACTIVE' });
    expect(await strategic('2026-01-01', '2026-05-31')).toEqual(before);
    expect(await strategic('2026-06-01', '2026-09-30')).toEqual([1, 122, '4.36', '1.34']);
    expect(await strategic('2026-10-01', '2026-10-28')).toEqual([2, 56, '2.00', '0.61']);
  });

  test('a day as a customer after today takes nothing off what is owed', async () => {
    const november = async (): Promise<unknown> =>
      owed((await delivery('2026-11-01', '2026-11-28')).get('strategic'));
    clock.setDay('2026-11-28');
    const known = await november();
    await book.seed({ BACK: { customerSince: day('9999-12-31') } });
    expect(await november()).toEqual(known);
    await book.seed({ BACK: { customerSince: day('2026-11-28') } });
    expect(await november()).not.toEqual(known);
  });

  test('what was done counts for the tier of its day, events where the program asks for them', async () => {
    const year = await delivery('2025-01-01', '2025-12-31');
    expect(done(year.get('strategic'))).toEqual([2, 1, 0]);
    expect(done(year.get('scale'))).toEqual([1, 0, 0]);
    expect(done(year.get('core'))).toEqual([1, 0, 1]);
    expect(done(year.get('tech-touch'))).toEqual([1, 0, 0]);
    expect(done((await delivery('2025-02-01', '2025-02-28')).get('strategic'))).toEqual([1, 0, 0]);
  });

  test('figures of a month count for the last tier within it', async () => {
    const ids = new Map(
      (
        await database.query<{ id: string; key: string }>('SELECT id::text, external_id AS key FROM account')
      ).map(({ id, key }) => [key, id]),
    );
    const month = (
      key: string,
      on: string,
      tickets: number | null,
      answered: number | null,
      use: number,
    ) => ({
      accountId: ids.get(key) ?? '',
      month: day(on),
      tickets,
      answeredInTime: answered,
      adoptionPercent: use,
    });
    await book.unitOfWork.run(stampOf(COMMAND_LINE, clock), (stores) =>
      stores.support.save(
        [
          month('MOVER', '2025-03-01', 10, 9, 50),
          month('MOVER', '2025-04-01', 4, 1, 60),
          month('SMALL', '2025-04-01', 6, 6, 70),
          month('SMALL', '2025-05-01', 100, null, 81),
          month('NEW', '2025-10-01', 50, 0, 10),
          month('NEW', '2025-09-01', 2, 2, 30),
        ],
        stampOf(COMMAND_LINE, clock),
      ),
    );
    const year = await delivery('2025-01-01', '2025-12-31');
    const support = (row: DeliveryView | undefined): unknown => [
      row?.tickets,
      row?.answeredInTime,
      row?.averageAdoption,
    ];
    expect(support(year.get('scale'))).toEqual([10, 9, 50]);
    expect(support(year.get('core'))).toEqual([10, 7, 70.33]);
    // It had left by October.
    expect(support(year.get('strategic'))).toEqual([2, 2, 30]);
    expect(support((await delivery('2025-04-02', '2025-04-30')).get('core'))).toEqual([0, 0, null]);
  });
});

/** The first model promises a touch every 28 days at the latest in Strategic, the second, of 23:30 UTC, every 10. */
describe('a model that is published late in the evening counts', () => {
  const clock = fixedClock('2024-12-31');
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    const book = new LivingBook(database, clock);
    await book.seed({ TOP: { arr: '600000', customerSince: day('2020-01-01') } });
    const { touches, ...strategic } = programOf(DEFAULT_MODEL, 'strategic');
    const programs = {
      ...DEFAULT_MODEL.programs,
      strategic: { ...strategic, touches: { ...touches, everyDays: { from: 5, to: 10 } } },
    };
    const stamp: Stamp = { ...stampOf(COMMAND_LINE, clock), now: '2026-03-31T23:30:00.000Z' };
    await book.unitOfWork.run(stampOf(COMMAND_LINE, clock), (stores) =>
      stores.models.publish({ ...DEFAULT_MODEL, version: 2, programs }, 'More for the top', stamp),
    );
  });
  afterAll(async () => {
    await database.drop();
  });

  test.each([
    // 31 / 28 and 30 / 10
    ['from the next day on, east of UTC', 'Asia/Tokyo', '0.04', '1.11', '3.00', '4.11'],
    // 30 / 28 + 1 / 10 and 30 / 10
    ['from that day on in UTC', 'UTC', '0.10', '1.17', '3.00', '4.17'],
    ['from that day on, west of UTC', 'America/New_York', '0.10', '1.17', '3.00', '4.17'],
  ])('%s', async (_title, timeZone, lastOfMarch, march, april, both) => {
    const reads = await openEngagementReads(database, { timeZone });
    try {
      const owed = async (from: string, to: string): Promise<string | undefined> =>
        (await deliveryOf(reads, from, to, day('2026-04-30'))).get('strategic')?.touchesOwed;
      expect(await owed('2026-03-31', '2026-03-31')).toBe(lastOfMarch);
      expect(await owed('2026-03-01', '2026-03-31')).toBe(march);
      expect(await owed('2026-04-01', '2026-04-30')).toBe(april);
      expect(await owed('2026-03-01', '2026-04-30')).toBe(both);
      // Each day is measured by the very model that is said to be in force on it.
      const inForce = await reads.models.inForceOn(day('2026-03-31'));
      expect(inForce.version).toBe(lastOfMarch === '0.04' ? 1 : 2);
    } finally {
      await reads.close();
    }
  });
});
