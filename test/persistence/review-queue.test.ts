import { type CursorValue, type Window } from '../../src/app/ports/reads';
import { type ReviewQueueFilter } from '../../src/app/ports/tier-review';
import { parseMoney } from '../../src/domain/money';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { SqlTierReviewReads } from '../../src/persistence/reads/tier-review.reads';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { LivingBook } from '../support/living-book';
import { liveRandomly } from '../support/random-book';

interface Due {
  readonly id: string;
  readonly tier: string;
  readonly due_on: string;
  readonly escalated: boolean;
  readonly arr: string | null;
  readonly industry: string | null;
  readonly codes: readonly string[];
}

const LADDERS: Readonly<Record<string, readonly string[]>> = {
  'all tiers': ['strategic', 'core', 'scale', 'tech-touch'],
  'the lowest tier first': ['tech-touch', 'scale', 'core', 'strategic'],
  'two of the tiers': ['scale', 'strategic'],
  'no tier': [],
};
const LAST_DAY = day('2026-03-01');
const FILTERS: Readonly<Record<string, Omit<ReviewQueueFilter, 'dueBy'>>> = {
  everything: {},
  'escalated ones': { escalated: true },
  'those that wait': { escalated: false },
  'two tiers': { tiers: ['tech-touch', 'core'] },
  'no tier': { tiers: [] },
  'a trigger': { triggers: ['ARR_CHANGED'] },
  'an industry': { account: { industry: { eq: 'FinTech' } } },
  'a tier, an industry and a trigger': {
    tiers: ['scale', 'tech-touch'],
    triggers: ['ARR_CHANGED', 'HEALTH_CHANGED'],
    escalated: false,
    account: { industry: { in: ['FinTech', 'EdTech'] } },
  },
};

describe('the queue of tier reviews', () => {
  let database: TestDatabase;
  let reader: DatabaseReader;
  let due: Due[];

  beforeAll(async () => {
    database = await createTestDatabase();
    reader = new DatabaseReader({ url: database.url, max: 2, applicationName: 'tierbook-test' });
    await liveRandomly(new LivingBook(database, fixedClock('2025-01-01')), 7);
    // Many stand at the same place but for their id.
    await database.query(
      `UPDATE account SET arr = CASE WHEN id % 4 > 0 THEN 1000 * (id % 3) END,
         review_due_on = $1::date - 1 + (id % 3)::int,
         review_escalated_on = CASE WHEN id % 5 = 0 THEN $1::date + 9 END,
         review_triggers = CASE WHEN id % 2 = 0 THEN '[{"code":"ARR_CHANGED"}]' ELSE '[]' END::jsonb
       WHERE effective_tier IS NOT NULL`,
      [LAST_DAY],
    );
    due = await database.query<Due>(
      `SELECT id::text, effective_tier AS tier, review_due_on::text AS due_on, arr::text, industry,
         review_escalated_on IS NOT NULL AS escalated,
         ARRAY(SELECT jsonb_path_query(review_triggers, '$[*].code') #>> '{}') AS codes
       FROM account WHERE review_due_on <= $1`,
      [LAST_DAY],
    );
  });
  afterAll(async () => {
    await reader.close();
    await database.drop();
  });

  const cases = Object.keys(LADDERS).flatMap((ladder) =>
    Object.keys(FILTERS).map((filter) => ({ ladder, filter })),
  );

  test('has something of everything', () => {
    expect(due.length).toBeGreaterThan(12);
    expect(new Set(due.map(({ tier }) => tier)).size).toBeGreaterThan(2);
    expect(new Set(due.map(({ escalated }) => escalated)).size).toBe(2);
    expect(due.some(({ arr }) => arr === null)).toBe(true);
  });

  test.each(cases)('of $filter, with $ladder in the ladder, from either end', async ({ ladder, filter }) => {
    const where = { dueBy: LAST_DAY, ...FILTERS[filter] };
    const tiers = LADDERS[ladder] ?? [];
    const reads = new SqlTierReviewReads(reader, () => Promise.resolve(tiers));
    const expected = due
      .filter((one) => isAskedFor(one, where))
      .sort((one, other) => compare(one, other, tiers))
      .map(({ id }) => id);
    for (const size of [1, 3, 100]) {
      expect(await leafed(reads, where, size, false)).toEqual(expected);
      expect(await leafed(reads, where, size, true)).toEqual([...expected].reverse());
    }
    expect(await reads.queueLength(where)).toBe(expected.length);
  });
});

/** All of it, page by page. */
async function leafed(
  reads: SqlTierReviewReads,
  where: ReviewQueueFilter,
  size: number,
  backward: boolean,
): Promise<string[]> {
  const seen: string[] = [];
  for (let after: readonly CursorValue[] | null = null; ;) {
    const window: Window = { size, backward, after };
    const rows = await reads.queue(where, window);
    expect(rows.length).toBeLessThanOrEqual(size + 1);
    const page = rows.slice(0, size);
    seen.push(...page.map(({ accountId }) => accountId));
    if (rows.length <= size) return seen;
    after = page.at(-1)?.cursor ?? null;
  }
}

function isAskedFor(
  { tier, escalated, industry, codes }: Due,
  { tiers, triggers, escalated: asked, account }: ReviewQueueFilter,
): boolean {
  const { eq, in: some } = account?.industry ?? {};
  const industries = eq === undefined || eq === null ? some : [eq];
  return (
    (tiers?.includes(tier) ?? true) &&
    (triggers?.some((code) => codes.includes(code)) ?? true) &&
    (asked ?? escalated) === escalated &&
    (industries?.some((one) => one === industry) ?? true)
  );
}

function compare(one: Due, other: Due, ladder: readonly string[]): number {
  const rank = ({ tier }: Due): number => (ladder.includes(tier) ? ladder.indexOf(tier) : ladder.length);
  const worth = ({ arr }: Due): number => (arr === null ? -1 : parseMoney(arr));
  return (
    Number(other.escalated) - Number(one.escalated) ||
    rank(one) - rank(other) ||
    one.due_on.localeCompare(other.due_on) ||
    worth(other) - worth(one) ||
    Number(one.id) - Number(other.id)
  );
}
