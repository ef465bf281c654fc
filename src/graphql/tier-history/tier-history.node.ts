import { type HistoryView } from '../../app/ports/reads';
import { type GraphqlContext } from '../context';
import { type ListOfAccounts } from '../nested-list';
import { oncePer } from '../once-per';
import { type Ordering } from '../page';
import { tiersBefore, tiersOfVersions } from '../tiering-model/tiers';
import { type TierHistoryEntryType } from './tier-history.type';

/** A row of the history as resolvers pass it on: tiers in the place of keys. */
export type HistoryNode = TierHistoryEntryType & Pick<HistoryView, 'accountId' | 'scorecardId' | 'cursor'>;

export const NEWEST_FIRST: Ordering = { fingerprint: 'tier_history newest first', kinds: ['bigint'] };

/** What has to be read of a row for the fields that are selected. */
const historyFields = oncePer((fields: readonly string[]): readonly string[] =>
  fields.map((field) => (field === 'scorecard' ? 'scorecardId' : field)),
);

const TIERS_AFTER = ['computedTier', 'heldTo', 'effectiveTo', 'pendingTarget'] as const;
const TIERS_BEFORE = ['heldFrom', 'effectiveFrom'] as const;

/**
 * Puts the tiers of each row's own model in the place of their keys; what was not read stays away. The rows are fresh
 * from the database, so they are changed in place.
 */
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
    rows.map((row) => ({
      modelVersion: row.modelVersion,
      keys: TIERS_BEFORE.map((field) => row[field] ?? null),
    })),
  );
  return rows.map((row) => {
    const node = row as unknown as Record<string, unknown>;
    for (const field of TIERS_AFTER) {
      if (field in node) node[field] = tiers(row.modelVersion)(row[field]);
    }
    for (const field of TIERS_BEFORE) {
      if (field in node) node[field] = before(row.modelVersion)(row[field]);
    }
    return row as unknown as HistoryNode;
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
