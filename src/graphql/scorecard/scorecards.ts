import { type ScorecardView } from '../../app/ports/reads';
import { type GraphqlContext } from '../context';
import { type Selection } from '../look-ahead';
import { oncePer } from '../once-per';
import { inOrder, keysOf, ofEachAccount, type RelationUse } from '../relation';
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
  const views = keys.length === 0 ? [] : await context.reads.scorecards.byIds(keys, sourcesOf(fields));
  const nodes = await Promise.all(
    views.map(async (view) => ({ id: view.id, node: await nodeOf(view, context) })),
  );
  return inOrder(parents, keyOf, nodes, ({ id }) => id).map((found) => found?.node ?? null);
}

/** The newest scorecards of accounts. */
export async function newestScorecards(
  accounts: readonly { readonly id: string }[],
  { fields }: RelationUse,
  context: GraphqlContext,
): Promise<(ScorecardNode | null)[]> {
  const ids = accounts.map(({ id }) => id);
  const views = ofEachAccount(accounts, await context.reads.scorecards.newestOf(ids, sourcesOf(fields)));
  return Promise.all(views.map(async (view) => (view === null ? null : nodeOf(view, context))));
}

const sourcesOf = oncePer((fields: Selection): readonly string[] =>
  Object.keys(fields).flatMap((field) => SOURCES[field] ?? field),
);

async function nodeOf(view: ScorecardView, context: GraphqlContext): Promise<ScorecardNode> {
  return ScorecardNode.ofView(view, await modelOfVersion(context, view.modelVersion));
}
