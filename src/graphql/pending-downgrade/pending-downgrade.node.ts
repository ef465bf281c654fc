import { type PendingDowngradeView } from '../../app/ports/reads';
import { type GraphqlContext } from '../context';
import { type Ordering } from '../page';
import { publishedTiers } from '../tiering-model/tiers';
import { type PendingDowngradeType } from './pending-downgrade.type';

/** A pending downgrade as resolvers pass it on. */
export type PendingDowngradeNode = PendingDowngradeType & Pick<PendingDowngradeView, 'accountId' | 'cursor'>;

export const SOONEST_FIRST: Ordering = {
  fingerprint: 'pending_downgrade soonest first',
  kinds: ['date', 'bigint'],
};

/** Puts tiers in the place of their keys. */
export async function pendingDowngradeNodes(
  rows: readonly PendingDowngradeView[],
  context: GraphqlContext,
): Promise<PendingDowngradeNode[]> {
  const tier = await publishedTiers(context);
  return rows.map((row) => ({
    ...row,
    heldTier: tier.existing(row.heldTier),
    targetTier: tier.existing(row.targetTier),
  }));
}
