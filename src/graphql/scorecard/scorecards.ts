import { type GraphqlContext } from '../context';
import { inOrder, keysOf, type RelationUse } from '../relation';
import { modelOfVersion } from '../tiering-model/tiers';
import { ScorecardNode } from './scorecard.node';

/** What the reasons of a scorecard are told from. */
const REASONS = [
  'total',
  'completeness',
  'criteria',
  'expansionPotential',
  'scoreTier',
  'ladderTier',
  'guardrails',
  'computedTier',
  'provisional',
  'opensReview',
];
/** What has to be read for the fields that are worked out. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  explanation: REASONS,
  counterfactuals: [...REASONS, 'facts'],
};

/** The scorecards that accounts and rows of their history name. */
export async function scorecards(
  parents: readonly { readonly scorecardId?: string | null }[],
  { fields }: RelationUse,
  context: GraphqlContext,
): Promise<(ScorecardNode | null)[]> {
  const keyOf = ({ scorecardId }: { readonly scorecardId?: string | null }): string | null =>
    scorecardId ?? null;
  const keys = keysOf(parents, keyOf);
  const wanted = Object.keys(fields).flatMap((field) => SOURCES[field] ?? field);
  const views = keys.length === 0 ? [] : await context.reads.scorecards.byIds(keys, wanted);
  const nodes = await Promise.all(
    views.map(async (view) => {
      const node = ScorecardNode.ofView(view, await modelOfVersion(context, view.modelVersion));
      return { id: view.id, node };
    }),
  );
  return inOrder(parents, keyOf, nodes, ({ id }) => id).map((found) => found?.node ?? null);
}
