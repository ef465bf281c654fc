import DataLoader from 'dataloader';
import { type AccountView } from '../../app/ports/reads';
import { type MeasurableGoal, type SegmentSize } from '../../app/ports/segments';
import { isMet, measuredUntil } from '../../domain/segment-goal';
import { accountOrdering } from '../account/account-ordering';
import { type AccountNode, accountNodes, listedAccountFields } from '../account/account.node';
import { type Connection, pageOf } from '../connection';
import { type GraphqlContext } from '../context';
import { nodeSelectionOf } from '../look-ahead';
import { connectionOfRows, windowOf } from '../page';
import { loadRelations, type Relation, type RelationTable, type RelationUse } from '../relation';
import { ACCOUNT_RELATIONS, accountsByKey } from '../relations';
import { loadSegment } from './segment-filter';
import { type SegmentMembersArgs } from './segment.input';
import { NEWEST_FIRST, type SegmentChangeNode, type SegmentNode, segmentNodes } from './segment.node';
import { type SegmentGoalType } from './segment.type';

// A type and no interface: only a type alias fits into a table of relations by name.
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
type SegmentRelations = {
  readonly memberCount: Relation<SegmentNode, number>;
  readonly arr: Relation<SegmentNode, string>;
  readonly members: Relation<SegmentNode, Connection<AccountNode>>;
  readonly changes: Relation<SegmentNode, Connection<SegmentChangeNode>>;
  readonly goals: Relation<SegmentNode, SegmentGoalType[]>;
};

/** What belongs to a segment. */
export const SEGMENT_RELATIONS: SegmentRelations = {
  memberCount: async (segments, _use, context) =>
    (await sizesOf(segments, context)).map(({ memberCount }) => memberCount),
  arr: async (segments, _use, context) => (await sizesOf(segments, context)).map(({ arr }) => arr),
  members: (segments, use, context) => membersOf(segments, use, context),
  changes: (segments, use, context) => changesOf(segments, use, context),
  goals: (segments, use, context) => goalsOf(segments, use, context),
};

/** What belongs to an entry or an exit. */
export const SEGMENT_CHANGE_RELATIONS = {
  account: (changes: readonly SegmentChangeNode[], use, context) =>
    accountsByKey(changes, ({ accountId }) => accountId, use, context),
  segment: async (changes: readonly SegmentChangeNode[], { fields }, context) => {
    const views = await Promise.all(changes.map(({ segmentId }) => loadSegment(segmentId, context)));
    const known = [...new Map(views.flatMap((view) => (view === null ? [] : [[view.id, view]]))).values()];
    const nodes = await segmentNodes(known, context);
    await loadRelations(SEGMENT_RELATIONS, nodes, fields, context);
    const byId = new Map(nodes.map((node) => [node.id, node]));
    return changes.map(({ segmentId }) => byId.get(segmentId) ?? null);
  },
} satisfies RelationTable<SegmentChangeNode>;

const sizesByRequest = new WeakMap<GraphqlContext, DataLoader<SegmentNode, SegmentSize>>();

/** Counts and sums are wanted side by side, and one look at the book gives both. */
function sizesOf(segments: readonly SegmentNode[], context: GraphqlContext): Promise<SegmentSize[]> {
  let loader = sizesByRequest.get(context);
  if (loader === undefined) {
    loader = new DataLoader<SegmentNode, SegmentSize>((asked) => context.reads.segments.sizes(asked));
    sizesByRequest.set(context, loader);
  }
  const sizes = loader;
  return Promise.all(segments.map((segment) => sizes.load(segment)));
}

async function membersOf(
  segments: readonly SegmentNode[],
  { args, fields }: RelationUse,
  context: GraphqlContext,
): Promise<Connection<AccountNode>[]> {
  const page = pageOf(args);
  const { orderBy, ordering } = accountOrdering((args as Partial<SegmentMembersArgs>).orderBy);
  const window = windowOf(page, ordering);
  const [model, today] = [await context.reads.models.published(), context.clock.today()];
  const lists = segments.map(({ criteria }) => ({ where: { segment: { criteria, model, today } }, orderBy }));
  const selected = nodeSelectionOf(fields);
  const [pages, sizes] = await Promise.all([
    context.reads.accounts.pageOfEach(lists, window, listedAccountFields(fields)),
    'totalCount' in fields ? sizesOf(segments, context) : null,
  ]);
  const nodes = await accountNodes(pages.flat(), context);
  await loadRelations(ACCOUNT_RELATIONS, nodes, selected, context);
  let start = 0;
  return pages.map((rows: readonly AccountView[], index) => {
    const own = nodes.slice(start, start + rows.length);
    start += rows.length;
    return connectionOfRows(own, page, ordering, sizes?.[index]?.memberCount);
  });
}

async function changesOf(
  segments: readonly SegmentNode[],
  { args, fields }: RelationUse,
  context: GraphqlContext,
): Promise<Connection<SegmentChangeNode>[]> {
  const { segmentChanges } = context.reads;
  const page = pageOf(args);
  const ids = segments.map(({ id }) => id);
  const [rows, counts] = await Promise.all([
    segmentChanges.pageOfEach(ids, windowOf(page, NEWEST_FIRST)),
    'totalCount' in fields ? segmentChanges.countsOf(ids) : null,
  ]);
  await loadRelations(SEGMENT_CHANGE_RELATIONS, rows, nodeSelectionOf(fields), context);
  const bySegment = new Map<string, SegmentChangeNode[]>(ids.map((id) => [id, []]));
  for (const row of rows) bySegment.get(row.segmentId)?.push(row);
  const countById = counts && new Map(counts.map(({ segmentId, count }) => [segmentId, count]));
  return ids.map((id) =>
    connectionOfRows(
      bySegment.get(id) ?? [],
      page,
      NEWEST_FIRST,
      countById === null ? undefined : (countById.get(id) ?? 0),
    ),
  );
}

async function goalsOf(
  segments: readonly SegmentNode[],
  { fields }: RelationUse,
  context: GraphqlContext,
): Promise<SegmentGoalType[][]> {
  const today = context.clock.today();
  const goals = await context.reads.segments.goalsOf(segments.map(({ id }) => id));
  const criteria = new Map(segments.map((segment) => [segment.id, segment.criteria]));
  const isMeasured = 'actual' in fields || 'met' in fields;
  const measurable = goals.map((goal): MeasurableGoal => ({
    ...goal,
    criteria: criteria.get(goal.segmentId) ?? [],
  }));
  const actuals = isMeasured ? await context.reads.segments.actuals(measurable) : [];
  const nodes = goals.map((goal, index) => {
    const actual = actuals[index] ?? null;
    return {
      ...goal,
      measuredUntil: measuredUntil(goal, today),
      actual,
      met: isMet(goal.target, actual),
    };
  });
  return segments.map(({ id }) => nodes.filter(({ segmentId }) => segmentId === id));
}
