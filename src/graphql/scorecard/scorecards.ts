import { type GraphqlContext } from '../context';
import { inOrder, keysOf, type RelationUse } from '../relation';
import { modelOfVersion } from '../tiering-model/tiers';
import { ScorecardNode } from './scorecard.node';

/** The scorecards that accounts and rows of their history name. */
export async function scorecards(
  parents: readonly { readonly scorecardId?: string | null }[],
  { fields }: RelationUse,
  context: GraphqlContext,
): Promise<(ScorecardNode | null)[]> {
  const keyOf = ({ scorecardId }: { readonly scorecardId?: string | null }): string | null =>
    scorecardId ?? null;
  const keys = keysOf(parents, keyOf);
  const views =
    keys.length === 0 ? [] : await context.reads.scorecards.byIds(keys, 'counterfactuals' in fields);
  const nodes = await Promise.all(
    views.map(async (view) => {
      const node = ScorecardNode.ofView(view, await modelOfVersion(context, view.modelVersion));
      return { id: view.id, node };
    }),
  );
  return inOrder(parents, keyOf, nodes, ({ id }) => id).map((found) => found?.node ?? null);
}
