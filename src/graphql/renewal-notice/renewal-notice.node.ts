import { type RenewalNoticeView } from '../../app/ports/renewal-notice';
import { type GraphqlContext } from '../context';
import { type ListOfAccounts } from '../nested-list';
import { type Ordering } from '../page';
import { tiersOfVersions } from '../tiering-model/tiers';
import { type RenewalNoticeType } from './renewal-notice.type';

/** A renewal notice as resolvers pass it on. */
export type RenewalNoticeNode = RenewalNoticeType & Pick<RenewalNoticeView, 'accountId' | 'cursor'>;

export const LATEST_NOTICES_FIRST: Ordering = {
  fingerprint: 'renewal_notice latest first',
  kinds: ['date', 'bigint'],
};

/** Puts tiers in the place of their keys: those of the model by which each was due. */
export async function renewalNoticeNodes(
  rows: readonly RenewalNoticeView[],
  context: GraphqlContext,
): Promise<RenewalNoticeNode[]> {
  const tiers = await tiersOfVersions(
    context,
    rows.map(({ modelVersion }) => modelVersion),
  );
  return rows.map((row) => ({ ...row, tier: tiers(row.modelVersion).existing(row.tier) }));
}

/** The renewal notices of each account, the latest first. */
export const RENEWAL_NOTICES_OF_ACCOUNTS: ListOfAccounts<RenewalNoticeNode> = {
  ordering: LATEST_NOTICES_FIRST,
  first: async (context, ids, size) =>
    renewalNoticeNodes(await context.reads.renewalNotices.newestOf(ids, size), context),
  page: async (context, accountId, window) =>
    renewalNoticeNodes(await context.reads.renewalNotices.page({ accountId }, window), context),
  lengths: (context, ids) => context.reads.renewalNotices.countsOf(ids),
};
