import { type InterventionOrder, type InterventionView } from '../../app/ports/intervention';
import { type GraphqlContext } from '../context';
import { type ListOfAccounts } from '../nested-list';
import { type Ordering } from '../page';
import { tiersOfVersions } from '../tiering-model/tiers';
import { type InterventionType } from './intervention.type';

/** An intervention as resolvers pass it on. */
export type InterventionNode = InterventionType & Pick<InterventionView, 'accountId' | 'cursor'>;

export const INTERVENTION_ORDERINGS: Readonly<Record<InterventionOrder, Ordering>> = {
  OLDEST: { fingerprint: 'intervention oldest first', kinds: ['date', 'bigint'] },
  NEWEST: { fingerprint: 'intervention newest first', kinds: ['date', 'bigint'] },
  ARR: { fingerprint: 'intervention by ARR', kinds: ['decimal', 'bigint'] },
};

/** Puts tiers in the place of their keys: those of the model under which each was raised. */
export async function interventionNodes(
  rows: readonly InterventionView[],
  context: GraphqlContext,
): Promise<InterventionNode[]> {
  const tiers = await tiersOfVersions(
    context,
    rows.map(({ modelVersion }) => modelVersion),
  );
  return rows.map((row) => ({ ...row, tier: tiers(row.modelVersion).existing(row.tier) }));
}

/** The interventions of each account, the newest first. */
export const INTERVENTIONS_OF_ACCOUNTS: ListOfAccounts<InterventionNode> = {
  ordering: INTERVENTION_ORDERINGS.NEWEST,
  first: async (context, ids, size) =>
    interventionNodes(await context.reads.interventions.newestOf(ids, size), context),
  page: async (context, accountId, window) =>
    interventionNodes(await context.reads.interventions.page({ accountId }, 'NEWEST', window), context),
  lengths: (context, ids) => context.reads.interventions.countsOf(ids),
};
