import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, ID, Info, Query, Resolver } from 'type-graphql';
import { DomainError } from '../domain/errors';
import { findAccount } from './account/account.resolver';
import { type GraphqlContext } from './context';
import { fromGlobalId } from './ids';
import { type Selection, selectionOf } from './look-ahead';
import { Node } from './node';
import { loadRelations } from './relation';
import { HISTORY_RELATIONS, MOVEMENT_RELATIONS } from './relations';
import { historyNodes } from './tier-history/tier-history.node';
import { tieringModelNode } from './tiering-model/tiering-model.node';

const MOST_NODES = 100;
const LARGEST_VERSION = 2_147_483_647;

/** How an object of each type is found by its key. */
const FINDERS: Readonly<
  Record<
    string,
    (key: string, id: string, selection: Selection, context: GraphqlContext) => Promise<object | null>
  >
> = {
  Account: (_key, id, selection, context) => findAccount({ id }, selection, context),
  TierHistoryEntry: async (key, _id, selection, context) => {
    const nodes = await historyNodes(await context.reads.history.byIds([key]), context);
    await loadRelations(HISTORY_RELATIONS, nodes, selection, context);
    return nodes[0] ?? null;
  },
  ArrMovement: async (key, _id, selection, context) => {
    const nodes = await context.reads.movements.byIds([key]);
    await loadRelations(MOVEMENT_RELATIONS, nodes, selection, context);
    return nodes[0] ?? null;
  },
  TieringModel: async (key, _id, _selection, context) => {
    return Number(key) > LARGEST_VERSION ? null : tieringModelNode(Number(key), context);
  },
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
    return findNode(id, selectionOf(info), context);
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
    return Promise.all(ids.map((id) => findNode(id, selectionOf(info), context)));
  }
}

async function findNode(id: string, selection: Selection, context: GraphqlContext): Promise<object | null> {
  const typed = fromGlobalId(id);
  const find = typed === null ? undefined : FINDERS[typed.type];
  if (typed === null || find === undefined) return null;
  const found = await find(typed.key, id, selection, context);
  return found && Object.assign(found, { __typename: typed.type });
}
