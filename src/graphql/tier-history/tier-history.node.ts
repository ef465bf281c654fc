import { type HistoryView } from '../../app/ports/reads';
import { type GraphqlContext } from '../context';
import { type ListOfAccounts } from '../nested-list';
import { type Ordering } from '../page';
import { tiersBefore, tiersOfVersions } from '../tiering-model/tiers';
import { type TierHistoryEntryType } from './tier-history.type';

/** A row of the history as resolvers pass it on: tiers in the place of keys. */
export type HistoryNode = TierHistoryEntryType & Pick<HistoryView, 'accountId' | 'scorecardId' | 'cursor'>;

export const NEWEST_FIRST: Ordering = { fingerprint: 'tier_history newest first', kinds: ['bigint'] };

/** What has to be read of a row for the fields that are selected. */
function historyFields(fields: readonly string[]): string[] {
  return fields.map((field) => (field === 'scorecard' ? 'scorecardId' : field));
}

/** Puts the tiers of each row's own model in the place of their keys; what was not read stays away. */
export async function historyNodes(
  rows: readonly HistoryView[],
  context: GraphqlContext,
): Promise<HistoryNode[]> {
  const tiers = await tiersOfVersions(
    context,
    rows.map(({ modelVersion }) => modelVersion),
  );
  const before = await tiersBefore(
    context,
    rows.map(({ modelVersion, heldFrom, effectiveFrom }) => ({
      modelVersion,
      keys: [heldFrom ?? null, effectiveFrom ?? null],
    })),
  );
  return rows.map((row) => {
    const tier = tiers(row.modelVersion);
    const tierBefore = before(row.modelVersion);
    return {
      ...row,
      computedTier: tier(row.computedTier),
      heldFrom: tierBefore(row.heldFrom ?? null),
      heldTo: tier(row.heldTo),
      effectiveFrom: tierBefore(row.effectiveFrom ?? null),
      effectiveTo: tier(row.effectiveTo),
      pendingTarget: tier(row.pendingTarget),
    };
  });
}

/** The tier history of each account, the newest row first. */
export const HISTORY_OF_ACCOUNTS: ListOfAccounts<HistoryNode> = {
  ordering: NEWEST_FIRST,
  first: async (context, ids, size, fields) =>
    historyNodes(await context.reads.history.newestOf(ids, size, historyFields(fields)), context),
  page: async (context, accountId, window) =>
    historyNodes(await context.reads.history.page({ accountId }, window), context),
  lengths: (context, ids) => context.reads.history.countsOf(ids),
};
