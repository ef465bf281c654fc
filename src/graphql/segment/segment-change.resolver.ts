import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type SegmentChangeFilter } from '../../app/ports/segments';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { keyOrNone } from '../ids';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { SEGMENT_CHANGE_RELATIONS } from './segment-relations';
import { type SegmentChangeFilterInput, SegmentChangesArgs } from './segment.input';
import { NEWEST_FIRST, type SegmentChangeNode, type SegmentNode } from './segment.node';
import { SegmentChangeConnection, SegmentChangeType, SegmentType } from './segment.type';

@Resolver(() => SegmentChangeType)
export class SegmentChangeResolver {
  @Query(() => SegmentChangeConnection, {
    description: 'Entries and exits of the members of segments, the newest first.',
  })
  async segmentChanges(
    @Args(() => SegmentChangesArgs) { where, ...page }: SegmentChangesArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<SegmentChangeNode>> {
    const { segmentChanges } = context.reads;
    const filter = filterOf(where ?? {});
    const selection = selectionOf(info);
    return readPage<SegmentChangeNode>(page, NEWEST_FIRST, selection, {
      rows: async (window) => {
        const rows = await segmentChanges.page(filter, window);
        await loadRelations(SEGMENT_CHANGE_RELATIONS, rows, nodeSelectionOf(selection), context);
        return rows;
      },
      count: () => segmentChanges.count(filter),
    });
  }

  @FieldResolver(() => AccountType, { description: 'The account that entered or left.' })
  account(
    @Root() change: SegmentChangeNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(SEGMENT_CHANGE_RELATIONS.account, change, {}, context, info);
  }

  @FieldResolver(() => SegmentType, { description: 'The segment that it entered or left.' })
  segment(
    @Root() change: SegmentChangeNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SegmentNode | null> {
    return loadRelation(SEGMENT_CHANGE_RELATIONS.segment, change, {}, context, info);
  }
}

function filterOf({ segment, ...where }: SegmentChangeFilterInput): SegmentChangeFilter {
  return segment == null ? where : { ...where, segmentId: keyOrNone('Segment', segment) };
}
