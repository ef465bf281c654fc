import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Int, Query, Resolver } from 'type-graphql';
import { type Connection } from '../connection';
import { type GraphqlContext } from '../context';
import { selectionOf } from '../look-ahead';
import { readPage } from '../page';
import {
  NEWEST_VERSION_FIRST,
  type TieringModelNode,
  tieringModelNode,
  tieringModelNodes,
} from './tiering-model.node';
import { TieringModelConnection, TieringModelsArgs, TieringModelType } from './tiering-model.type';

@Resolver()
export class TieringModelResolver {
  @Query(() => TieringModelType, {
    nullable: true,
    description: 'A version of the tiering policy; null if there is none.',
  })
  async tieringModel(
    @Arg('version', () => Int, { nullable: true, description: 'Which version; the published one if absent.' })
    version: number | null | undefined,
    @Ctx() context: GraphqlContext,
  ): Promise<TieringModelType | null> {
    return tieringModelNode(version ?? (await context.reads.models.published()).version, context);
  }

  @Query(() => TieringModelConnection, {
    description: 'All versions of the tiering policy, drafts and retired ones too, the newest first.',
  })
  async tieringModels(
    @Args(() => TieringModelsArgs) { statuses, ...page }: TieringModelsArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<TieringModelNode>> {
    const { models } = context.reads;
    return readPage<TieringModelNode>(page, NEWEST_VERSION_FIRST, selectionOf(info), {
      rows: async (window) => tieringModelNodes(await models.page(statuses ?? [], window), context),
      count: () => models.count(statuses ?? []),
    });
  }
}
