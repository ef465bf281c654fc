import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { type Retention } from '../../app/ports/analytics';
import { type GraphqlContext } from '../context';
import { RetentionArgs, RetentionType } from './retention.type';

@Resolver()
export class RetentionResolver {
  @Query(() => RetentionType, {
    description:
      "What became of the ARR of one day by another: each account's ARR on the one against its ARR on the other, grouped by what it was on the first.",
  })
  async retention(
    @Args(() => RetentionArgs) args: RetentionArgs,
    @Ctx() context: GraphqlContext,
  ): Promise<Retention> {
    return context.reads.analytics.retention(args);
  }
}
