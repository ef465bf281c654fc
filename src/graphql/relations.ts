import { type MembershipView } from '../app/ports/portfolio-reads';
import { type AuditEntryView } from '../app/ports/audit';
import { type TokenView } from '../app/ports/token-list';
import { type CalendarDate } from '../domain/calendar';
import {
  accountFields,
  type AccountNode,
  accountNodes,
  BY_ID,
  listedAccountFields,
} from './account/account.node';
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
import { csmFields, type CsmNode } from './csm/csm.node';
import { accountPrograms } from './digital-program/account-programs';
import { type AccountDigitalProgramType } from './digital-program/digital-program.type';
import { type AccountEconomicsType } from './economics/economics.type';
import { type EngagementNode, engagements } from './engagement/engagement.node';
import { type SupportMonthType } from './engagement/engagement.type';
import { supportMonths } from './engagement/support-months';
import { type InterventionNode, INTERVENTIONS_OF_ACCOUNTS } from './intervention/intervention.node';
import { type Selection } from './look-ahead';
import { type MovementNode, MOVEMENTS_OF_ACCOUNTS } from './movement/movement.node';
import { listOfAccounts, nestedConnections } from './nested-list';
import { type OverrideNode, overrideNodes, OVERRIDES_OF_ACCOUNTS } from './override/override.node';
import { type PendingDowngradeNode, pendingDowngradeNodes } from './pending-downgrade/pending-downgrade.node';
import { type PoolNode } from './pool/pool.node';
import { type AssignmentNode, OWNERS_OF_ACCOUNTS } from './portfolio/portfolio-assignment.node';
import { type PortfolioTotalsType } from './portfolio/portfolio-assignment.type';
import { pastDay, portfolioTotals, sharedTotals } from './portfolio/portfolio-totals';
import {
  inOrder,
  keysOf,
  loadRelations,
  ofEachAccount,
  oneOfAccounts,
  readRelations,
  type Relation,
  type RelationTable,
  type RelationUse,
} from './relation';
import { RENEWAL_NOTICES_OF_ACCOUNTS, type RenewalNoticeNode } from './renewal-notice/renewal-notice.node';
import { type ScorecardNode } from './scorecard/scorecard.node';
import { newestScorecards, scorecards } from './scorecard/scorecards';
import { type AdjustmentNode, adjustmentNodes } from './service-adjustment/service-adjustment.node';
import { HISTORY_OF_ACCOUNTS, type HistoryNode } from './tier-history/tier-history.node';
import { tiersAt } from './tier-history/tiers-at';
import {
  type ReviewQueueNode,
  reviewQueueNodes,
  TIER_REVIEWS_OF_ACCOUNTS,
  type TierReviewNode,
  tierReviewNodes,
} from './tier-review/tier-review.node';
import { type LoggedTouchNode, TOUCHES_OF_ACCOUNTS } from './touch/touch.node';

/** What is known of an account by its id alone. */
interface Identified {
  readonly id: string;
}

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

/** What belongs to an account and can be asked for before more is known of it than its id. */
const BY_ACCOUNT_ID = {
  pendingDowngrade: oneOfAccounts(
    ({ pendingDowngrades }, ids) => pendingDowngrades.byAccountIds(ids),
    pendingDowngradeNodes,
    () => OF_AN_ACCOUNT,
  ),
  history: listOfAccounts(HISTORY_OF_ACCOUNTS, () => HISTORY_RELATIONS),
  movements: listOfAccounts(MOVEMENTS_OF_ACCOUNTS, () => OF_AN_ACCOUNT),
  override: oneOfAccounts(
    ({ overrides }, ids) => overrides.activeOf(ids),
    overrideNodes,
    () => OF_AN_ACCOUNT,
  ),
  overrides: listOfAccounts(OVERRIDES_OF_ACCOUNTS, () => OF_AN_ACCOUNT),
  serviceAdjustment: oneOfAccounts(
    ({ adjustments }, ids) => adjustments.activeOf(ids),
    adjustmentNodes,
    () => OF_AN_ACCOUNT,
  ),
  nextTierReview: async (accounts: readonly Identified[], use: RelationUse, context: GraphqlContext) => {
    const rows = await context.reads.tierReviews.nextOf(idsOf(accounts));
    const nodes = await reviewQueueNodes(rows, use.fields, context);
    await loadRelations(REVIEW_QUEUE_RELATIONS, nodes, use.fields, context);
    return ofEachAccount(accounts, nodes);
  },
  tierReviews: listOfAccounts(TIER_REVIEWS_OF_ACCOUNTS, () => OF_AN_ACCOUNT),
  tierAt: tiersAt,
  owners: listOfAccounts(OWNERS_OF_ACCOUNTS, () => ASSIGNMENT_RELATIONS),
  ownerAt: async (
    accounts: readonly Identified[],
    { args, fields }: RelationUse,
    context: GraphqlContext,
  ) => {
    const day = pastDay(args.date, context, 'date') ?? context.clock.today();
    const rows = await context.reads.portfolios.on(idsOf(accounts), day);
    await loadRelations(ASSIGNMENT_RELATIONS, rows, fields, context);
    return ofEachAccount(accounts, rows);
  },
  interventions: listOfAccounts(INTERVENTIONS_OF_ACCOUNTS, () => OF_AN_ACCOUNT),
  renewalNotices: listOfAccounts(RENEWAL_NOTICES_OF_ACCOUNTS, () => OF_AN_ACCOUNT),
  engagement: engagements,
  support: supportMonths,
  touches: listOfAccounts(TOUCHES_OF_ACCOUNTS, () => LOGGED_TOUCH_RELATIONS),
} satisfies RelationTable<Identified>;

/** What belongs to an account and is found by what is read of it. */
const BY_ACCOUNT = {
  parent: async (accounts: readonly AccountNode[], use: RelationUse, context: GraphqlContext) =>
    accountsByKey(accounts, ({ parentId }) => parentId ?? null, use, context),
  children: async (accounts: readonly AccountNode[], use: RelationUse, context: GraphqlContext) => {
    const fields = [...listedAccountFields(use.fields), 'parentId'];
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
  csm: async (accounts: readonly AccountNode[], use: RelationUse, context: GraphqlContext) =>
    inShort(accounts, 'csm') ?? csmsByKey(accounts, ({ csmId }) => csmId ?? null, use, context),
  pool: async (accounts: readonly AccountNode[], use: RelationUse, context: GraphqlContext) =>
    inShort(accounts, 'pool') ?? poolsByKey(accounts, ({ poolId }) => poolId ?? null, use, context),
  load: loadsOfAccounts,
  economics: economicsOfAccounts,
  digitalPrograms: (accounts: readonly AccountNode[], _use: RelationUse, context: GraphqlContext) =>
    accountPrograms(accounts, context),
} satisfies RelationTable<AccountNode>;

/** What belongs to an account. */
export const ACCOUNT_RELATIONS: AccountRelations = { ...BY_ACCOUNT_ID, ...BY_ACCOUNT, scorecard: scorecards };

/** What is asked for together with accounts whose ids are known. */
const BESIDE_ACCOUNTS = { ...BY_ACCOUNT_ID, scorecard: newestScorecards } satisfies RelationTable<Identified>;

/** What belongs to a logged touch. */
export const LOGGED_TOUCH_RELATIONS = {
  account: toAccount,
  csm: (rows: readonly LoggedTouchNode[], use, context) =>
    csmsByKey(rows, ({ csmId }) => csmId, use, context),
} satisfies RelationTable<LoggedTouchNode>;

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

/** What belongs to a row that names its account and refers to nothing else. */
export const OF_AN_ACCOUNT = {
  account: toAccount,
} satisfies RelationTable<{ readonly accountId: string }>;

/** What belongs to an entry of the audit. */
export const AUDIT_RELATIONS = {
  account: (rows: readonly AuditEntryView[], use, context) =>
    accountsByKey(rows, ({ accountId }) => accountId, use, context),
} satisfies RelationTable<AuditEntryView>;

/** What belongs to a row of the tier history. */
export const HISTORY_RELATIONS = {
  account: toAccount,
  scorecard: scorecards,
} satisfies RelationTable<HistoryNode>;

/** What belongs to the next tier review of an account. */
export const REVIEW_QUEUE_RELATIONS = {
  account: toAccount,
  lastReview: async (entries: readonly ReviewQueueNode[], use, context) => {
    const ids = entries.map(({ accountId }) => accountId);
    const nodes = await tierReviewNodes(await context.reads.tierReviews.newestOf(ids, 1), context);
    await loadRelations(OF_AN_ACCOUNT, nodes, use.fields, context);
    return inOrder(
      entries,
      ({ accountId }) => accountId,
      nodes,
      ({ accountId }) => accountId,
    );
  },
} satisfies RelationTable<ReviewQueueNode>;

/** The account that each row names. */
function toAccount(
  rows: readonly { readonly accountId: string }[],
  use: RelationUse,
  context: GraphqlContext,
): Promise<(AccountNode | null)[]> {
  return accountsByKey(rows, ({ accountId }) => accountId, use, context);
}

function idsOf(owners: readonly Identified[]): string[] {
  return owners.map(({ id }) => id);
}

/** The accounts of the ids that there are, in any order, read at the same time as most of what is selected of them. */
export async function accountsByIds(
  ids: readonly string[],
  selection: Selection,
  context: GraphqlContext,
): Promise<AccountNode[]> {
  const owners = ids.map((id) => ({ id }));
  const [rows, related] = await Promise.all([
    context.reads.accounts.byIds(ids, accountFields(selection)),
    readRelations(BESIDE_ACCOUNTS, owners, selection, context),
  ]);
  const nodes = await accountNodes(rows, context);
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  for (const { field, values } of related) {
    for (const node of nodes) {
      (node as unknown as Record<string, unknown>)[field] = values[placeOf.get(node.id) ?? -1] ?? null;
    }
  }
  await loadRelations(BY_ACCOUNT, nodes, selection, context);
  return nodes;
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
  return inOrder(parents, keyOf, await accountsByIds(keys, fields, context), ({ id }) => id);
}

/** The CSMs that the parents name by key, each with what is selected of it. */
export async function csmsByKey<P>(
  parents: readonly P[],
  keyOf: (parent: P) => string | null,
  { fields }: RelationUse,
  context: GraphqlContext,
): Promise<(CsmNode | null)[]> {
  const keys = keysOf(parents, keyOf);
  const nodes = keys.length === 0 ? [] : await context.reads.csms.byIds(keys, csmFields(fields));
  await loadRelations(CSM_RELATIONS, nodes, fields, context);
  return inOrder(parents, keyOf, nodes, ({ id }) => id);
}

/** What was read with the accounts themselves; null where it was not. */
function inShort<F extends 'csm' | 'pool'>(
  accounts: readonly AccountNode[],
  field: F,
): readonly (NonNullable<AccountNode[F]> | null)[] | null {
  return accounts.every((account) => field in account)
    ? accounts.map((account) => account[field] ?? null)
    : null;
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
  const fields = listedAccountFields(use.fields);
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
