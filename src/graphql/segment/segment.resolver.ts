import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Extensions, FieldResolver, Info, Int, Query, Resolver, Root } from 'type-graphql';
import { type SegmentFilter } from '../../app/ports/segments';
import { DomainError } from '../../domain/errors';
import { MOST_GOALS } from '../../domain/segment-goal';
import { type AccountNode } from '../account/account.node';
import { AccountConnection } from '../account/account.type';
import { type Connection, ConnectionArgs } from '../connection';
import { type GraphqlContext } from '../context';
import { keyOf } from '../ids';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { readPage } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { DecimalScalar } from '../scalars';
import { SEGMENT_RELATIONS } from './segment-relations';
import { SegmentArgs, SegmentMembersArgs, SegmentsArgs } from './segment.input';
import { BY_NAME, type SegmentChangeNode, type SegmentNode, segmentNodes } from './segment.node';
import { SegmentChangeConnection, SegmentConnection, SegmentGoalType, SegmentType } from './segment.type';

@Resolver(() => SegmentType)
export class SegmentResolver {
  @Query(() => SegmentType, {
    nullable: true,
    description: 'One segment by its id or by its name; null if there is none.',
  })
  async segment(
    @Args(() => SegmentArgs) { id, name }: SegmentArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SegmentNode | null> {
    const { segments } = context.reads;
    if (typeof id === 'string' && typeof name === 'string') {
      throw new DomainError('INVALID_VALUE', 'give either id or name', ['id']);
    }
    let found;
    if (typeof id === 'string') {
      const key = keyOf('Segment', id);
      found = key === null ? [] : await segments.byIds([key]);
    } else if (typeof name === 'string') {
      // PostgreSQL has no text that holds this character, so no segment is called so.
      const one = name.includes('\0') ? null : await segments.byName(name);
      found = one === null ? [] : [one];
    } else {
      throw new DomainError('INVALID_VALUE', 'give either id or name', ['id']);
    }
    const [node] = await segmentNodes(found, context);
    if (node === undefined) return null;
    await loadRelations(SEGMENT_RELATIONS, [node], selectionOf(info), context);
    return node;
  }

  @Query(() => SegmentConnection, { description: 'Saved segments, by name.' })
  async segments(
    @Args(() => SegmentsArgs) { where, ...page }: SegmentsArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<SegmentNode>> {
    const { segments } = context.reads;
    const filter: SegmentFilter = {
      nameContains: where?.nameContains,
      ownerId: where?.mine === true ? context.actor.id : null,
    };
    const selection = selectionOf(info);
    return readPage<SegmentNode>(page, BY_NAME, selection, {
      rows: async (window) => {
        const nodes = await segmentNodes(await segments.page(filter, window), context);
        await loadRelations(SEGMENT_RELATIONS, nodes, nodeSelectionOf(selection), context);
        return nodes;
      },
      count: () => segments.count(filter),
    });
  }

  @FieldResolver(() => Int, { description: 'How many accounts are members today.' })
  memberCount(
    @Root() segment: SegmentNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<number> {
    return loadRelation(SEGMENT_RELATIONS.memberCount, segment, {}, context, info);
  }

  @FieldResolver(() => DecimalScalar, {
    description: 'The ARR of its members today, in the base currency; an unknown one counts as 0.',
  })
  arr(
    @Root() segment: SegmentNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<string> {
    return loadRelation(SEGMENT_RELATIONS.arr, segment, {}, context, info);
  }

  @FieldResolver(() => AccountConnection, { description: 'The accounts that are members today.' })
  members(
    @Root() segment: SegmentNode,
    @Args(() => SegmentMembersArgs) args: SegmentMembersArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<AccountNode>> {
    return loadRelation(SEGMENT_RELATIONS.members, segment, args, context, info);
  }

  @FieldResolver(() => SegmentChangeConnection, {
    description: 'Who entered and who left, the newest first.',
  })
  changes(
    @Root() segment: SegmentNode,
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<SegmentChangeNode>> {
    return loadRelation(SEGMENT_RELATIONS.changes, segment, page, context, info);
  }

  @Extensions({ listBound: MOST_GOALS })
  @FieldResolver(() => [SegmentGoalType], {
    description: 'What it aims at, with the actual beside each target, by the beginning of the period.',
  })
  goals(
    @Root() segment: SegmentNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SegmentGoalType[]> {
    return loadRelation(SEGMENT_RELATIONS.goals, segment, {}, context, info);
  }
}
