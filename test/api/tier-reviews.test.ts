import { startApi, type TestApi } from '../support/api';
import { fixedClock, type TestClock } from '../support/clock';
import { given, type WrittenValues } from '../support/facts';
import { LivingBook } from '../support/living-book';

const QUEUE = `query Queue($where: ReviewQueueFilter, $first: Int, $after: String, $last: Int) {
  reviewQueue(where: $where, first: $first, after: $after, last: $last) {
    totalCount
    nodes { account { externalId } dueOn daysOverdue escalatedOn triggers { code on from to } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Entry {
  account: { externalId: string };
  dueOn: string;
  daysOverdue: number;
  escalatedOn: string | null;
  triggers: { code: string; on: string; from: string | null; to: string | null }[];
}
interface Queue {
  reviewQueue: {
    totalCount: number;
    nodes: Entry[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}

const COMPLETE = `mutation Complete($input: CompleteTierReviewsInput!) {
  completeTierReviews(input: $input) {
    results {
      account { externalId tier { key } tierReviewDueOn }
      review {
        id decision note completedBy automatic nextDueOn recommendation { decision } triggers { code }
        heldFrom { key } heldTo { key } effectiveFrom { key } effectiveTo { key } account { externalId }
      }
      userErrors { code field }
    }
    userErrors { code field }
  }
}`;

interface Completed {
  completeTierReviews: {
    results: {
      account: unknown;
      review: { id: string } | null;
      userErrors: { code: string; field: string[] }[];
    }[];
    userErrors: { code: string; field: string[] }[];
  };
}

describe('the queue of tier reviews', () => {
  let clock: TestClock;
  let api: TestApi;
  let book: LivingBook;

  beforeEach(async () => {
    clock = fixedClock('2026-01-10');
    api = await startApi(clock);
    book = new LivingBook(api.database, clock);
    await book.seed({
      TOP: { arr: '600,000', churnRisk: 'LOW' },
      TOP2: { arr: '700,000', churnRisk: 'LOW', industry: 'Retail' },
      CORE: { arr: '40,000', healthScore: 70 },
      CORE2: { arr: '45,000', healthScore: 70, industry: 'Retail' },
      LOW: { arr: '8,000' },
    });
  });
  afterEach(async () => {
    await api.close();
  });

  const queue = async (variables: object = {}): Promise<Queue['reviewQueue']> => {
    const { data, errors } = await api.send<Queue>('VIEWER', QUEUE, variables);
    expect(errors).toEqual([]);
    return data.reviewQueue;
  };
  const names = async (where: object = {}): Promise<string[]> =>
    (await queue({ where })).nodes.map(({ account }) => account.externalId);
  const change = (externalId: string, values: WrittenValues) =>
    book.accounts([{ externalId, values: given(values) }]);

  test('holds what is due today or earlier, and what is to come on demand', async () => {
    expect(await names()).toEqual([]);
    expect(await names({ dueBy: '2026-01-23' })).toEqual([]);
    expect(await names({ dueBy: '2026-01-24' })).toEqual(['TOP2', 'TOP', 'CORE2', 'CORE']);
    expect(await names({ dueBy: '2026-04-10' })).toEqual(['TOP2', 'TOP', 'CORE2', 'CORE', 'LOW']);
    clock.setDay('2026-01-25');
    expect((await queue()).nodes.map(({ daysOverdue }) => daysOverdue)).toEqual([1, 1, 1, 1]);
  });

  test('is led by escalated reviews, then by tier, days overdue and ARR, page by page in both directions', async () => {
    clock.setDay('2026-01-20');
    await change('CORE', { healthScore: 40 });
    await change('LOW', { churnRisk: 'HIGH' });
    clock.setDay('2026-02-05');
    await api.book.tierReviews.runDue(
      { kind: 'SYSTEM', id: 'system', name: 'Tierbook', role: 'ADMIN', csmId: null },
      { actorId: 'system', actorName: 'Tierbook', now: clock.now(), today: clock.today() },
    );
    const all = ['CORE', 'LOW', 'TOP2', 'TOP', 'CORE2'];
    expect(await names()).toEqual(all);
    expect(await names({ escalated: true })).toEqual(['CORE', 'LOW']);
    expect(await names({ escalated: false })).toEqual(['TOP2', 'TOP', 'CORE2']);

    const seen: string[] = [];
    for (let after: string | undefined, more = true; more;) {
      const { nodes, pageInfo, totalCount } = await queue({ first: 2, after });
      expect(totalCount).toBe(5);
      seen.push(...nodes.map(({ account }) => account.externalId));
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    expect(seen).toEqual(all);
    expect((await queue({ last: 2 })).nodes.map(({ account }) => account.externalId)).toEqual([
      'TOP',
      'CORE2',
    ]);
  });

  test('is filtered by tier, trigger and account', async () => {
    clock.setDay('2026-01-20');
    await change('CORE', { healthScore: 40, churnRisk: 'HIGH' });
    await change('TOP', { churnRisk: 'MEDIUM' });
    clock.setDay('2026-01-24');
    expect(await names({ tiers: ['core'] })).toEqual(['CORE', 'CORE2']);
    expect(await names({ triggers: ['HEALTH_CHANGED'] })).toEqual(['CORE']);
    expect(await names({ triggers: ['HEALTH_CHANGED', 'CHURN_RISK_CHANGED'] })).toEqual(['TOP', 'CORE']);
    expect(await names({ triggers: ['OVERRIDE_ENDING'] })).toEqual([]);
    expect(await names({ account: { industry: { eq: 'Retail' } } })).toEqual(['TOP2', 'CORE2']);
    expect(await names({ tiers: ['core'], account: { industry: { eq: 'Retail' } } })).toEqual(['CORE2']);
    expect((await queue({ where: { tiers: ['strategic'] } })).totalCount).toBe(2);
  });

  test('tells what arose, what changed since the last review, and what is advised', async () => {
    clock.setDay('2026-01-20');
    await change('CORE', { healthScore: 40, arr: '41,000', logoValue: true });
    const { data, errors } = await api.send(
      'VIEWER',
      `{
      reviewQueue(first: 1) { nodes {
        account { externalId tier { key } } dueOn
        triggers { code on from to } changes { field from to } recommendation { decision reason } lastReview { id }
      } }
    }`,
    );
    expect({ data, errors }).toEqual({
      errors: [],
      data: {
        reviewQueue: {
          nodes: [
            {
              account: { externalId: 'CORE', tier: { key: 'core' } },
              dueOn: '2026-01-20',
              triggers: [
                { code: 'STRATEGIC_FACT_CHANGED', on: '2026-01-20', from: null, to: 'logoValue' },
                { code: 'HEALTH_CHANGED', on: '2026-01-20', from: '70', to: '40' },
              ],
              changes: [
                { field: 'arr', from: '40000.00', to: '41000.00' },
                { field: 'logoValue', from: 'false', to: 'true' },
                { field: 'healthScore', from: '70', to: '40' },
              ],
              recommendation: {
                decision: 'KEEP',
                reason: 'The rules place it in Core, and nothing asks for another tier.',
              },
              lastReview: null,
            },
          ],
        },
      },
    });
  });

  test('is emptied by completing reviews, which every account then lists', async () => {
    clock.setDay('2026-01-20');
    await change('TOP2', { arr: '30,000' });
    const { data, errors } = await api.send<Completed>('MANAGER', COMPLETE, {
      input: {
        idempotencyKey: 'k1',
        reviews: [
          { externalId: 'TOP2', decision: 'LET_FALL', note: 'They have moved on' },
          { externalId: 'CORE', decision: 'LET_FALL', note: 'They too' },
          { accountId: 'nonsense', decision: 'KEEP', note: 'Who?' },
        ],
      },
    });
    expect(errors).toEqual([]);
    expect(data.completeTierReviews).toMatchObject({
      userErrors: [],
      results: [
        {
          account: { externalId: 'TOP2', tier: { key: 'core' }, tierReviewDueOn: '2026-04-20' },
          review: {
            decision: 'LET_FALL',
            note: 'They have moved on',
            completedBy: 'The MANAGER',
            automatic: false,
            nextDueOn: '2026-04-20',
            recommendation: { decision: 'LET_FALL' },
            triggers: [{ code: 'COMPUTED_TIER_CHANGED' }, { code: 'ARR_CHANGED' }],
            heldFrom: { key: 'strategic' },
            heldTo: { key: 'core' },
            effectiveFrom: { key: 'strategic' },
            effectiveTo: { key: 'core' },
            account: { externalId: 'TOP2' },
          },
          userErrors: [],
        },
        {
          account: { externalId: 'CORE' },
          review: null,
          userErrors: [{ code: 'WRONG_STATUS', field: ['decision'] }],
        },
        { account: null, review: null, userErrors: [{ code: 'NOT_FOUND', field: ['accountId'] }] },
      ],
    });
    expect(await names()).toEqual([]);

    const id = data.completeTierReviews.results[0]?.review?.id;
    const shown = await api.send<{
      node: unknown;
      accounts: { nodes: { externalId: string; tierReviews: { totalCount: number; nodes: unknown[] } }[] };
    }>(
      'VIEWER',
      `query ($id: ID!) {
        node(id: $id) { __typename id ... on TierReview { decision dueOn account { externalId } } }
        accounts(where: { externalId: { in: ["LOW", "TOP2"] } }, orderBy: [{ field: EXTERNAL_ID, direction: ASC }]) {
          nodes {
            externalId
            nextTierReview { dueOn daysOverdue recommendation { decision } lastReview { id } }
            tierReviews(first: 5) { totalCount nodes { id decision } }
          }
        }
      }`,
      { id },
    );
    expect(shown).toMatchObject({
      errors: [],
      data: {
        node: {
          __typename: 'TierReview',
          id,
          decision: 'LET_FALL',
          dueOn: '2026-01-20',
          account: { externalId: 'TOP2' },
        },
        accounts: {
          nodes: [
            {
              externalId: 'LOW',
              nextTierReview: {
                dueOn: '2026-04-10',
                daysOverdue: 0,
                recommendation: { decision: 'KEEP' },
                lastReview: null,
              },
              tierReviews: { totalCount: 0, nodes: [] },
            },
            {
              externalId: 'TOP2',
              nextTierReview: { dueOn: '2026-04-20', lastReview: { id } },
              tierReviews: { totalCount: 1, nodes: [{ id, decision: 'LET_FALL' }] },
            },
          ],
        },
      },
    });
  });

  test.each(['VIEWER', 'CSM'] as const)('cannot be worked off by a %s', async (role) => {
    const { errors } = await api.send(role, COMPLETE, {
      input: { reviews: [{ externalId: 'TOP', decision: 'KEEP', note: 'Fine' }] },
    });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    expect(await api.database.query('SELECT id FROM tier_review')).toEqual([]);
  });

  test('refuses 501 completions as a whole, and another input under the same key', async () => {
    const complete = async (input: object) =>
      (await api.send<Completed>('MANAGER', COMPLETE, { input })).data.completeTierReviews;
    const review = { externalId: 'TOP', decision: 'KEEP', note: 'Fine' };
    const many = await api.send<{ completeTierReviews: { userErrors: unknown[] } }>(
      'MANAGER',
      'mutation M($input: CompleteTierReviewsInput!) { completeTierReviews(input: $input) { userErrors { code } } }',
      { input: { reviews: Array(501).fill(review) } },
    );
    expect(many.data.completeTierReviews.userErrors).toEqual([{ code: 'TOO_MANY_ITEMS' }]);
    const first = await complete({ reviews: [review], idempotencyKey: 'k' });
    expect(first.results).toMatchObject([{ review: { id: expect.any(String) as string } }]);
    expect(await complete({ reviews: [review], idempotencyKey: 'k' })).toEqual(first);
    expect(await complete({ reviews: [{ ...review, note: 'Else' }], idempotencyKey: 'k' })).toMatchObject({
      results: [],
      userErrors: [{ code: 'IDEMPOTENCY_KEY_MISMATCH' }],
    });
  });

  test('shows the new grace of a downgrade that a review has extended', async () => {
    clock.setDay('2026-01-20');
    await change('TOP2', { arr: '30,000' });
    await api.send('MANAGER', COMPLETE, {
      input: {
        reviews: [
          { externalId: 'TOP2', decision: 'EXTEND_GRACE', note: 'Give them time', extendUntil: '2026-12-31' },
        ],
      },
    });
    const { data } = await api.send('VIEWER', '{ pendingDowngrades { nodes { graceUntil extended } } }');
    expect(data).toEqual({ pendingDowngrades: { nodes: [{ graceUntil: '2026-12-31', extended: true }] } });
  });
});
