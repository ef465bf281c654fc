import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, ID, Info, Query, Resolver } from 'type-graphql';
import { DomainError } from '../domain/errors';
import { type GraphqlContext } from './context';
import { eventNodes } from './event/event.node';
import { EVENT_RELATIONS } from './event/event-relations';
import { type Finder, findAll, FINDERS } from './finders';
import { fromGlobalId } from './ids';
import { type Selection, selectionOf } from './look-ahead';
import { Node } from './node';
import { loadRelations } from './relation';

const MOST_NODES = 100;

const EVERYTHING: Readonly<Record<string, Finder>> = {
  ...FINDERS,
  Event: async (keys, selection, context) =>
    loadRelations(EVENT_RELATIONS, eventNodes(await context.reads.events.byIds(keys)), selection, context),
};

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: 'Anything by its id; null for an id that stands for nothing.',
  })
  async node(
    @Arg('id', () => ID, { description: 'An id that this API gave.' }) id: string,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object | null> {
    const [found] = await find([id], selectionOf(info), context);
    return found ?? null;
  }

  @Extensions({ answersEach: ['ids'] })
  @Query(() => [Node], {
    nullable: 'items',
    description: 'Up to 100 things by their ids, in the order given.',
  })
  async nodes(
    @Arg('ids', () => [ID], { description: 'Ids that this API gave, at most 100.' }) ids: string[],
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(object | null)[]> {
    if (ids.length > MOST_NODES) {
      throw new DomainError('TOO_MANY_ITEMS', `at most ${MOST_NODES} ids can be asked for at once`, ['ids']);
    }
    return find(ids, selectionOf(info), context);
  }
}

function find(
  ids: readonly string[],
  selection: Selection,
  context: GraphqlContext,
): Promise<(object | null)[]> {
  return findAll(ids.map(fromGlobalId), selection, context, EVERYTHING);
}
