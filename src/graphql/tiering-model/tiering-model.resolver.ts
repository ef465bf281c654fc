import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { type GraphqlContext } from '../context';
import { tieringModelNode } from './tiering-model.node';
import { TieringModelType } from './tiering-model.type';

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
}
