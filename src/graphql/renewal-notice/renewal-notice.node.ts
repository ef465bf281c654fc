import { type RenewalNoticeView } from '../../app/ports/renewal-notice';
import { type GraphqlContext } from '../context';
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
