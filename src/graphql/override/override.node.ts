import { type OverrideDrift, type OverrideView } from '../../app/ports/override';
import { type GraphqlContext } from '../context';
import { type ListOfAccounts } from '../nested-list';
import { type Ordering } from '../page';
import { publishedTiers, tiersOfVersions } from '../tiering-model/tiers';
import { type OverrideDriftType, type OverrideType } from './override.type';

/** An override as resolvers pass it on: its tier in the place of the key. */
export type OverrideNode = OverrideType & Pick<OverrideView, 'accountId' | 'cursor'>;

export const NEWEST_OVERRIDES_FIRST: Ordering = {
  fingerprint: 'tier_override newest first',
  kinds: ['bigint'],
};

/** Puts tiers in the place of their keys: those of the model that each override was last decided under. */
export async function overrideNodes(
  rows: readonly OverrideView[],
  context: GraphqlContext,
): Promise<OverrideNode[]> {
  const tiers = await tiersOfVersions(
    context,
    rows.map(({ modelVersion }) => modelVersion),
  );
  return rows.map((row) => ({ ...row, tier: tiers(row.modelVersion).existing(row.tier) }));
}

/** The drift figures with tiers in the place of their keys; active overrides stand on the published ladder. */
export async function driftOf(drift: OverrideDrift, context: GraphqlContext): Promise<OverrideDriftType> {
  const tier = await publishedTiers(context);
  const byTier = drift.byTier.map((group) => ({ ...group, tier: tier.existing(group.tier) }));
  return { ...drift, byTier };
}

/** The overrides of each account, the newest first. */
export const OVERRIDES_OF_ACCOUNTS: ListOfAccounts<OverrideNode> = {
  ordering: NEWEST_OVERRIDES_FIRST,
  first: async (context, ids, size) =>
    overrideNodes(await context.reads.overrides.newestOf(ids, size), context),
  page: async (context, accountId, window) =>
    overrideNodes(await context.reads.overrides.page({ accountId }, window), context),
  lengths: (context, ids) => context.reads.overrides.countsOf(ids),
};
