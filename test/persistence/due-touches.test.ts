import { COMMAND_LINE } from '../../src/app/actor';
import { TouchService } from '../../src/app/touch.service';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { type Engagement, nextBusinessReview, nextTouch } from '../../src/domain/engagement';
import { programOf } from '../../src/domain/engagement-program';
import { parseMoney } from '../../src/domain/money';
import { addDays, daysBetween } from '../../src/domain/calendar';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { openEngagementReads } from '../support/engagement-reads';
import { day } from '../support/facts';
import { LivingBook } from '../support/living-book';
import { liveRandomly } from '../support/random-book';

const ALL = { size: 1_000, backward: false, after: null };

describe('what is due', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await database.drop();
  });

  test.each([1, 2, 3, 4])('is what the rules say of every account of any book (%i)', async (seed) => {
    const clock = fixedClock('2025-01-01');
    const book = new LivingBook(database, clock);
    const { lastDay } = await liveRandomly(book, seed);
    // Some are said to become customers today, tomorrow, or on a day that stands for none.
    await book.seed({
      'acc-1': { customerSince: addDays(lastDay, 1) },
      'acc-2': { customerSince: day('9999-12-31') },
      'acc-3': { customerSince: lastDay },
      late: { arr: '600000', customerSince: day('9999-12-31') },
    });
    const touches = new TouchService(book.unitOfWork, clock);
    for (let n = 0; n < 60; n += 1) {
      const on = addDays(lastDay, -((n * 37 * seed) % 300));
      const kind = (['TOUCH', 'EVENT', 'BUSINESS_REVIEW'] as const)[n % 3] ?? 'TOUCH';
      await touches.logTouches(COMMAND_LINE, [
        {
          account: { externalId: `acc-${(n * 7) % 30}` },
          kind,
          on,
          channel: 'CALL',
          outcome: null,
          note: null,
          skipped: false,
        },
      ]);
    }
    const rows = await database.query<Record<string, string | null>>(
      `SELECT a.id::text, a.effective_tier AS tier, a.arr::text, a.customer_since::text AS since,
         (SELECT max(h.occurred_on)::text FROM tier_history h WHERE h.account_id = a.id
          AND h.effective_from IS NULL AND h.effective_to IS NOT NULL) AS served,
         (SELECT max(h.occurred_on)::text FROM tier_history h WHERE h.account_id = a.id
          AND h.effective_from IS DISTINCT FROM h.effective_to AND h.effective_to IS NOT NULL) AS moved,
         (SELECT max(t.happened_on)::text FROM touch t WHERE t.account_id = a.id AND kind = 'TOUCH') AS touch,
         (SELECT max(t.happened_on)::text FROM touch t WHERE t.account_id = a.id AND kind = 'EVENT') AS event,
         (SELECT max(t.happened_on)::text FROM touch t WHERE t.account_id = a.id
          AND kind = 'BUSINESS_REVIEW') AS review
       FROM account a WHERE a.effective_tier IS NOT NULL ORDER BY a.id`,
    );
    const expected = rows.flatMap((row) => {
      const engagement = {
        arr: row.arr == null ? null : parseMoney(row.arr),
        customerSince: row.since,
        servedSince: row.served,
        tierSince: row.moved,
        lastTouchOn: row.touch,
        lastEventOn: row.event,
        lastBusinessReviewOn: row.review,
      } as Engagement;
      const program = programOf(DEFAULT_MODEL, row.tier ?? '');
      return [
        { kind: 'TOUCH', due: nextTouch(engagement, program, lastDay) },
        { kind: 'BUSINESS_REVIEW', due: nextBusinessReview(engagement, program, lastDay) },
      ].flatMap(({ kind, due }) => (due === null ? [] : [`${row.id} ${kind} ${due.dueFrom} ${due.dueOn}`]));
    });
    expect(expected.length).toBeGreaterThan(10);

    const { engagement, close } = await openEngagementReads(database);
    try {
      const farOff = addDays(lastDay, 3_000);
      const where = { until: farOff, early: false };
      const due = await engagement.due(where, lastDay, ALL);
      expect(
        due.map(({ accountId, kind, dueFrom, dueOn }) => `${accountId} ${kind} ${dueFrom} ${dueOn}`).sort(),
      ).toEqual(expected.sort());
      expect(await engagement.dueCount(where, lastDay)).toBe(expected.length);
      for (const one of due.slice(1).map((next, index) => [due[index], next] as const)) {
        expect(daysBetween(one[0]?.dueOn ?? one[1].dueOn, one[1].dueOn)).toBeGreaterThanOrEqual(0);
      }
      const owed = await engagement.engagementOf(
        rows.map(({ id }) => id ?? ''),
        lastDay,
      );
      const again = owed.flatMap((one) => [
        ...(one.nextTouchDueOn === null
          ? []
          : [`${one.accountId} TOUCH ${one.nextTouchDueFrom ?? ''} ${one.nextTouchDueOn}`]),
        ...(one.nextBusinessReviewDueOn === null
          ? []
          : [
              `${one.accountId} BUSINESS_REVIEW ${one.nextBusinessReviewDueOn} ${one.nextBusinessReviewDueOn}`,
            ]),
      ]);
      expect(again.sort()).toEqual(expected);
      const open = await engagement.due({ until: lastDay, early: true }, lastDay, ALL);
      expect(open.length).toBe(expected.filter((row) => (row.split(' ')[2] ?? '') <= lastDay).length);
    } finally {
      await close();
    }
  });
});
