import { type MembershipView } from '../app/ports/portfolio-reads';
import { type TokenView } from '../app/ports/token-list';
import { addMonths, type CalendarDate, parseDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { type AccountNode, accountFields, accountNodes, BY_ID } from './account/account.node';
import { type TiersAtType } from './account/account.type';
import {
  capacitiesOfCsms,
  capacitiesOfPools,
  economicsOfAccounts,
  loadsOfAccounts,
} from './capacity/capacities';
import { type CsmCapacityNode, type PoolCapacityNode } from './capacity/capacity.node';
import { type AccountLoadType } from './capacity/capacity.type';
import { type Connection } from './connection';
import { type GraphqlContext } from './context';
import { type CsmNode } from './csm/csm.node';
import { type AccountEconomicsType } from './economics/economics.type';
import { accountPrograms } from './digital-program/account-programs';
import { type AccountDigitalProgramType } from './digital-program/digital-program.type';
import {
  INTERVENTION_ORDERINGS,
  type InterventionNode,
  interventionNodes,
} from './intervention/intervention.node';
import { type EngagementNode, engagementNodes } from './engagement/engagement.node';
import { type SupportMonthType } from './engagement/engagement.type';
import { nodeSelectionOf } from './look-ahead';
import { LATEST_FIRST, type MovementNode } from './movement/movement.node';
import { nestedConnections } from './nested-list';
import { NEWEST_OVERRIDES_FIRST, type OverrideNode, overrideNodes } from './override/override.node';
import { type PendingDowngradeNode, pendingDowngradeNodes } from './pending-downgrade/pending-downgrade.node';
import { type PoolNode } from './pool/pool.node';
import { type AssignmentNode, LATEST_OWNER_FIRST } from './portfolio/portfolio-assignment.node';
import { type PortfolioTotalsType } from './portfolio/portfolio-assignment.type';
import { pastDay, portfolioTotals, sharedTotals } from './portfolio/portfolio-totals';
import {
  inOrder,
  keysOf,
  loadRelations,
  ofEachAccount,
  type Relation,
  type RelationTable,
  type RelationUse,
} from './relation';
import {
  LATEST_NOTICES_FIRST,
  type RenewalNoticeNode,
  renewalNoticeNodes,
} from './renewal-notice/renewal-notice.node';
import { type ScorecardNode } from './scorecard/scorecard.node';
import { scorecards } from './scorecard/scorecards';
import { type AdjustmentNode, adjustmentNodes } from './service-adjustment/service-adjustment.node';
import { type HistoryNode, historyNodes, NEWEST_FIRST } from './tier-history/tier-history.node';
import { tiersAt } from './tier-history/tiers-at';
import {
  NEWEST_REVIEW_FIRST,
  type ReviewQueueNode,
  reviewQueueNodes,
  type TierReviewNode,
  tierReviewNodes,
} from './tier-review/tier-review.node';
import { type DueTouchNode, LATEST_TOUCH_FIRST, type LoggedTouchNode } from './touch/touch.node';

// A type and no interface: only a type alias fits into a table of relations by name.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
type AccountRelations = {
  readonly scorecard: Relation<AccountNode, ScorecardNode | null>;
  readonly parent: Relation<AccountNode, AccountNode | null>;
  readonly children: Relation<AccountNode, Connection<AccountNode>>;
  readonly pendingDowngrade: Relation<AccountNode, PendingDowngradeNode | null>;
  readonly history: Relation<AccountNode, Connection<HistoryNode>>;
  readonly movements: Relation<AccountNode, Connection<MovementNode>>;
  readonly override: Relation<AccountNode, OverrideNode | null>;
  readonly overrides: Relation<AccountNode, Connection<OverrideNode>>;
  readonly serviceAdjustment: Relation<AccountNode, AdjustmentNode | null>;
  readonly nextTierReview: Relation<AccountNode, ReviewQueueNode | null>;
  readonly tierReviews: Relation<AccountNode, Connection<TierReviewNode>>;
  readonly tierAt: Relation<AccountNode, TiersAtType | null>;
  readonly csm: Relation<AccountNode, CsmNode | null>;
  readonly pool: Relation<AccountNode, PoolNode | null>;
  readonly owners: Relation<AccountNode, Connection<AssignmentNode>>;
  readonly ownerAt: Relation<AccountNode, AssignmentNode | null>;
  readonly load: Relation<AccountNode, AccountLoadType | null>;
  readonly economics: Relation<AccountNode, AccountEconomicsType | null>;
  readonly interventions: Relation<AccountNode, Connection<InterventionNode>>;
  readonly renewalNotices: Relation<AccountNode, Connection<RenewalNoticeNode>>;
  readonly digitalPrograms: Relation<AccountNode, readonly AccountDigitalProgramType[]>;
  readonly engagement: Relation<AccountNode, EngagementNode | null>;
  readonly support: Relation<AccountNode, readonly SupportMonthType[]>;
  readonly touches: Relation<AccountNode, Connection<LoggedTouchNode>>;
};

// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
type PortfolioRelations<N extends object> = {
  readonly portfolio: Relation<N, Connection<AccountNode>>;
  readonly portfolioTotals: Relation<N, PortfolioTotalsType>;
};

/** Of support figures that are asked for at once. */
export const MOST_MONTHS = 60;

/** What belongs to an account. */
export const ACCOUNT_RELATIONS: AccountRelations = {
  scorecard: scorecards,
  parent: async (accounts, use, context) =>
    accountsByKey(accounts, ({ parentId }) => parentId ?? null, use, context),
  children: async (accounts, use, context) => {
    const fields = [...accountFields(nodeSelectionOf(use.fields)), 'parentId'];
    return nestedConnections<AccountNode>(accounts, use, BY_ID, {
      first: async (ids, size) =>
        accountNodes(await context.reads.accounts.firstChildrenOf(ids, size, fields), context),
      page: async (parentId, window) =>
        accountNodes(await context.reads.accounts.page({ parentId }, window, fields), context),
      lengths: (ids) => context.reads.accounts.childCounts(ids),
      relate: (nodes, selection) => loadRelations(ACCOUNT_RELATIONS, nodes, selection, context),
      ownerOf: ({ parentId }) => parentId ?? '',
    });
  },
  pendingDowngrade: async (accounts, use, context) => {
    const rows = await context.reads.pendingDowngrades.byAccountIds(idsOf(accounts));
    const nodes = await pendingDowngradeNodes(rows, context);
    await loadRelations(PENDING_DOWNGRADE_RELATIONS, nodes, use.fields, context);
    return ofEachAccount(accounts, nodes);
  },
  history: async (accounts, use, context) =>
    nestedConnections<HistoryNode>(accounts, use, NEWEST_FIRST, {
      first: async (ids, size) => historyNodes(await context.reads.history.newestOf(ids, size), context),
      page: async (accountId, window) =>
        historyNodes(await context.reads.history.page({ accountId }, window), context),
      lengths: (ids) => context.reads.history.countsOf(ids),
      relate: (nodes, selection) => loadRelations(HISTORY_RELATIONS, nodes, selection, context),
      ownerOf: ({ accountId }) => accountId,
    }),
  movements: async (accounts, use, context) =>
    nestedConnections<MovementNode>(accounts, use, LATEST_FIRST, {
      first: (ids, size) => context.reads.movements.newestOf(ids, size),
      page: (accountId, window) => context.reads.movements.page(accountId, window),
      lengths: (ids) => context.reads.movements.countsOf(ids),
      relate: (nodes, selection) => loadRelations(MOVEMENT_RELATIONS, nodes, selection, context),
      ownerOf: ({ accountId }) => accountId,
    }),
  override: async (accounts, use, context) => {
    const rows = await context.reads.overrides.activeOf(idsOf(accounts));
    const nodes = await overrideNodes(rows, context);
    await loadRelations(OVERRIDE_RELATIONS, nodes, use.fields, context);
    return ofEachAccount(accounts, nodes);
  },
  overrides: async (accounts, use, context) =>
    nestedConnections<OverrideNode>(accounts, use, NEWEST_OVERRIDES_FIRST, {
      first: async (ids, size) => overrideNodes(await context.reads.overrides.newestOf(ids, size), context),
      page: async (accountId, window) =>
        overrideNodes(await context.reads.overrides.page({ accountId }, window), context),
      lengths: (ids) => context.reads.overrides.countsOf(ids),
      relate: (nodes, selection) => loadRelations(OVERRIDE_RELATIONS, nodes, selection, context),
      ownerOf: ({ accountId }) => accountId,
    }),
  serviceAdjustment: async (accounts, use, context) => {
    const rows = await context.reads.adjustments.activeOf(idsOf(accounts));
    const nodes = await adjustmentNodes(rows, context);
    await loadRelations(ADJUSTMENT_RELATIONS, nodes, use.fields, context);
    return ofEachAccount(accounts, nodes);
  },
  nextTierReview: async (accounts, use, context) => {
    const rows = await context.reads.tierReviews.nextOf(idsOf(accounts));
    const nodes = await reviewQueueNodes(rows, use.fields, context);
    await loadRelations(REVIEW_QUEUE_RELATIONS, nodes, use.fields, context);
    return ofEachAccount(accounts, nodes);
  },
  tierReviews: async (accounts, use, context) =>
    nestedConnections<TierReviewNode>(accounts, use, NEWEST_REVIEW_FIRST, {
      first: async (ids, size) =>
        tierReviewNodes(await context.reads.tierReviews.newestOf(ids, size), context),
      page: async (accountId, window) =>
        tierReviewNodes(await context.reads.tierReviews.page(accountId, window), context),
      lengths: (ids) => context.reads.tierReviews.countsOf(ids),
      relate: (nodes, selection) => loadRelations(TIER_REVIEW_RELATIONS, nodes, selection, context),
      ownerOf: ({ accountId }) => accountId,
    }),
  tierAt: tiersAt,
  csm: async (accounts, use, context) => csmsByKey(accounts, ({ csmId }) => csmId ?? null, use, context),
  pool: async (accounts, use, context) => poolsByKey(accounts, ({ poolId }) => poolId ?? null, use, context),
  owners: async (accounts, use, context) =>
    nestedConnections<AssignmentNode>(accounts, use, LATEST_OWNER_FIRST, {
      first: (ids, size) => context.reads.portfolios.newestOf(ids, size),
      page: (accountId, window) => context.reads.portfolios.page(accountId, window),
      lengths: (ids) => context.reads.portfolios.countsOf(ids),
      relate: (nodes, selection) => loadRelations(ASSIGNMENT_RELATIONS, nodes, selection, context),
      ownerOf: ({ accountId }) => accountId,
    }),
  ownerAt: async (accounts, { args, fields }, context) => {
    const day = pastDay(args.date, context, 'date') ?? context.clock.today();
    const rows = await context.reads.portfolios.on(idsOf(accounts), day);
    await loadRelations(ASSIGNMENT_RELATIONS, rows, fields, context);
    return ofEachAccount(accounts, rows);
  },
  load: loadsOfAccounts,
  economics: economicsOfAccounts,
  interventions: async (accounts, use, context) =>
    nestedConnections<InterventionNode>(accounts, use, INTERVENTION_ORDERINGS.NEWEST, {
      first: async (ids, size) =>
        interventionNodes(await context.reads.interventions.newestOf(ids, size), context),
      page: async (accountId, window) =>
        interventionNodes(await context.reads.interventions.page({ accountId }, 'NEWEST', window), context),
      lengths: (ids) => context.reads.interventions.countsOf(ids),
      relate: (nodes, selection) => loadRelations(INTERVENTION_RELATIONS, nodes, selection, context),
      ownerOf: ({ accountId }) => accountId,
    }),
  renewalNotices: async (accounts, use, context) =>
    nestedConnections<RenewalNoticeNode>(accounts, use, LATEST_NOTICES_FIRST, {
      first: async (ids, size) =>
        renewalNoticeNodes(await context.reads.renewalNotices.newestOf(ids, size), context),
      page: async (accountId, window) =>
        renewalNoticeNodes(await context.reads.renewalNotices.page({ accountId }, window), context),
      lengths: (ids) => context.reads.renewalNotices.countsOf(ids),
      relate: (nodes, selection) => loadRelations(RENEWAL_NOTICE_RELATIONS, nodes, selection, context),
      ownerOf: ({ accountId }) => accountId,
    }),
  digitalPrograms: (accounts, _use, context) => accountPrograms(accounts, context),
  engagement: async (accounts, _use, context) =>
    ofEachAccount(
      accounts,
      await engagementNodes(
        await context.reads.engagement.engagementOf(idsOf(accounts), context.clock.today()),
        context,
      ),
    ),
  support: async (accounts, { args }, context) => {
    const rows = await context.reads.engagement.supportOf(idsOf(accounts), monthsBack(args.months, context));
    return accounts.map(({ id }) => rows.filter(({ accountId }) => accountId === id));
  },
  touches: async (accounts, use, context) =>
    nestedConnections<LoggedTouchNode>(accounts, use, LATEST_TOUCH_FIRST, {
      first: (ids, size) => context.reads.touches.latestOf(ids, size),
      page: (accountId, window) => context.reads.touches.page(accountId, window),
      lengths: (ids) => context.reads.touches.countsOf(ids),
      relate: (nodes, selection) => loadRelations(LOGGED_TOUCH_RELATIONS, nodes, selection, context),
      ownerOf: ({ accountId }) => accountId,
    }),
};

/** What belongs to a logged touch. */
export const LOGGED_TOUCH_RELATIONS = {
  account: toAccount,
  csm: (rows: readonly LoggedTouchNode[], use, context) =>
    csmsByKey(rows, ({ csmId }) => csmId, use, context),
} satisfies RelationTable<LoggedTouchNode>;

/** What belongs to a touch that is due. */
export const DUE_TOUCH_RELATIONS = {
  account: toAccount,
} satisfies RelationTable<DueTouchNode>;

/** What belongs to an assignment. */
export const ASSIGNMENT_RELATIONS = {
  account: toAccount,
  csm: (rows: readonly AssignmentNode[], use, context) => csmsByKey(rows, ({ csmId }) => csmId, use, context),
  pool: (rows: readonly AssignmentNode[], use, context) =>
    poolsByKey(rows, ({ poolId }) => poolId, use, context),
} satisfies RelationTable<AssignmentNode>;

/** What belongs to a CSM. */
export const CSM_RELATIONS: PortfolioRelations<CsmNode> & {
  readonly sharedTotals: Relation<CsmNode, PortfolioTotalsType>;
  readonly capacity: Relation<CsmNode, CsmCapacityNode>;
} = {
  portfolio: (csms, use, context) => portfolios('csm', csms, use, context),
  portfolioTotals: (csms, use, context) => portfolioTotals('csm', csms, use, context),
  sharedTotals,
  capacity: capacitiesOfCsms,
};

/** What belongs to a pool. */
export const POOL_RELATIONS: PortfolioRelations<PoolNode> & {
  readonly members: Relation<PoolNode, readonly MembershipView[]>;
  readonly capacity: Relation<PoolNode, PoolCapacityNode>;
} = {
  portfolio: (pools, use, context) => portfolios('pool', pools, use, context),
  portfolioTotals: (pools, use, context) => portfolioTotals('pool', pools, use, context),
  members: async (pools, { args }, context) => {
    const asOf = (args.asOf ?? context.clock.today()) as CalendarDate;
    const rows = await context.reads.pools.membersOn(idsOf(pools), asOf);
    return pools.map(({ id }) => rows.filter(({ poolId }) => poolId === id));
  },
  capacity: capacitiesOfPools,
};

/** What belongs to a membership in a pool. */
export const MEMBERSHIP_RELATIONS = {
  csm: (rows: readonly MembershipView[], use, context) => csmsByKey(rows, ({ csmId }) => csmId, use, context),
  pool: (rows: readonly MembershipView[], use, context) =>
    poolsByKey(rows, ({ poolId }) => poolId, use, context),
} satisfies RelationTable<MembershipView>;

/** What belongs to an API token. */
export const API_TOKEN_RELATIONS = {
  csm: (tokens: readonly TokenView[], use, context) => csmsByKey(tokens, ({ csmId }) => csmId, use, context),
} satisfies RelationTable<TokenView>;

/** What belongs to a leave. */
export const LEAVE_RELATIONS = {
  backup: (rows: readonly CsmNode['leave'][number][], use, context) =>
    csmsByKey(rows, ({ backupId }) => backupId, use, context),
} satisfies RelationTable<CsmNode['leave'][number]>;

/** What belongs to a row of the tier history. */
export const HISTORY_RELATIONS = {
  account: toAccount,
  scorecard: scorecards,
} satisfies RelationTable<HistoryNode>;

/** What belongs to a pending downgrade. */
export const PENDING_DOWNGRADE_RELATIONS = {
  account: toAccount,
} satisfies RelationTable<PendingDowngradeNode>;

/** What belongs to an override. */
export const OVERRIDE_RELATIONS = {
  account: toAccount,
} satisfies RelationTable<OverrideNode>;

/** What belongs to a service adjustment. */
export const ADJUSTMENT_RELATIONS = {
  account: toAccount,
} satisfies RelationTable<AdjustmentNode>;

/** What belongs to an intervention. */
export const INTERVENTION_RELATIONS = {
  account: toAccount,
} satisfies RelationTable<InterventionNode>;

/** What belongs to a renewal notice. */
export const RENEWAL_NOTICE_RELATIONS = {
  account: toAccount,
} satisfies RelationTable<RenewalNoticeNode>;

/** What belongs to the next tier review of an account. */
export const REVIEW_QUEUE_RELATIONS = {
  account: toAccount,
  lastReview: async (entries: readonly ReviewQueueNode[], use, context) => {
    const ids = entries.map(({ accountId }) => accountId);
    const nodes = await tierReviewNodes(await context.reads.tierReviews.newestOf(ids, 1), context);
    await loadRelations(TIER_REVIEW_RELATIONS, nodes, use.fields, context);
    return inOrder(
      entries,
      ({ accountId }) => accountId,
      nodes,
      ({ accountId }) => accountId,
    );
  },
} satisfies RelationTable<ReviewQueueNode>;

/** What belongs to a completed tier review. */
export const TIER_REVIEW_RELATIONS = {
  account: toAccount,
} satisfies RelationTable<TierReviewNode>;

/** What belongs to an ARR movement. */
export const MOVEMENT_RELATIONS = {
  account: toAccount,
} satisfies RelationTable<MovementNode>;

/** What belongs to an account that a simulation moves. */
export const SIMULATION_MOVER_RELATIONS = {
  account: toAccount,
} satisfies RelationTable<{ readonly accountId: string }>;

/** The account that each row names. */
function toAccount(
  rows: readonly { readonly accountId: string }[],
  use: RelationUse,
  context: GraphqlContext,
): Promise<(AccountNode | null)[]> {
  return accountsByKey(rows, ({ accountId }) => accountId, use, context);
}

/** The first day of the earliest month. Throws INVALID_VALUE for a number of months outside 1 to 60. */
function monthsBack(months: unknown, { clock }: GraphqlContext): CalendarDate {
  const count = (months ?? 12) as number;
  if (!(count >= 1 && count <= MOST_MONTHS)) {
    throw new DomainError('INVALID_VALUE', `months must be a whole number from 1 to ${MOST_MONTHS}`, [
      'months',
    ]);
  }
  return addMonths(parseDate(`${clock.today().slice(0, 7)}-01`), 1 - count);
}

function idsOf(owners: readonly { readonly id: string }[]): string[] {
  return owners.map(({ id }) => id);
}

/** The accounts that the parents name by their keys. */
export async function accountsByKey<P>(
  parents: readonly P[],
  keyOf: (parent: P) => string | null,
  { fields }: RelationUse,
  context: GraphqlContext,
): Promise<(AccountNode | null)[]> {
  const keys = keysOf(parents, keyOf);
  if (keys.length === 0) return parents.map(() => null);
  const nodes = await accountNodes(await context.reads.accounts.byIds(keys, accountFields(fields)), context);
  await loadRelations(ACCOUNT_RELATIONS, nodes, fields, context);
  return inOrder(parents, keyOf, nodes, ({ id }) => id);
}

/** The CSMs that the parents name by key, each with what is selected of it. */
export async function csmsByKey<P>(
  parents: readonly P[],
  keyOf: (parent: P) => string | null,
  { fields }: RelationUse,
  context: GraphqlContext,
): Promise<(CsmNode | null)[]> {
  const keys = keysOf(parents, keyOf);
  const nodes = keys.length === 0 ? [] : await context.reads.csms.byIds(keys);
  await loadRelations(CSM_RELATIONS, nodes, fields, context);
  return inOrder(parents, keyOf, nodes, ({ id }) => id);
}

async function poolsByKey<P>(
  parents: readonly P[],
  keyOf: (parent: P) => string | null,
  { fields }: RelationUse,
  context: GraphqlContext,
): Promise<(PoolNode | null)[]> {
  const keys = keysOf(parents, keyOf);
  const nodes = keys.length === 0 ? [] : await context.reads.pools.byIds(keys);
  await loadRelations(POOL_RELATIONS, nodes, fields, context);
  return inOrder(parents, keyOf, nodes, ({ id }) => id);
}

/** The accounts that each of the owners looks after on a day. */
function portfolios(
  kind: 'csm' | 'pool',
  owners: readonly { readonly id: string }[],
  use: RelationUse,
  context: GraphqlContext,
): Promise<Connection<AccountNode>[]> {
  const day = pastDay(use.args.asOf, context, 'asOf');
  const fields = accountFields(nodeSelectionOf(use.fields));
  const { accounts } = context.reads;
  return nestedConnections<AccountNode>(owners, use, BY_ID, {
    first: async (ids, size) =>
      accountNodes(await accounts.firstOwnedBy({ kind, day }, ids, size, fields), context),
    page: async (ownerId, window) => {
      const rows = await accounts.page({ owner: { kind, day, id: ownerId } }, window, fields);
      return (await accountNodes(rows, context)).map((node) => Object.assign(node, { ownerId }));
    },
    lengths: (ids) => accounts.ownedCounts({ kind, day }, ids),
    relate: (nodes, selection) => loadRelations(ACCOUNT_RELATIONS, nodes, selection, context),
    ownerOf: ({ ownerId }) => ownerId ?? '',
  });
}
