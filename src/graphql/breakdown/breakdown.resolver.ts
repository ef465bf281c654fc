import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import { type Breakdown } from '../../app/ports/analytics';
import { type GraphqlContext } from '../context';
import { type Selection, selectionOf } from '../look-ahead';
import { BreakdownArgs, BreakdownType } from './breakdown.type';

@Resolver()
export class BreakdownResolver {
  @Query(() => BreakdownType, {
    description:
      'The book on a day, grouped by up to 3 dimensions. It counts the accounts that are not churned; the groups always add up to them.',
  })
  async breakdown(
    @Args(() => BreakdownArgs) args: BreakdownArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Breakdown> {
    const { rows, totals } = selectionOf(info);
    const asked = { ...rows?.fields, ...totals?.fields };
    const { by, where, asOf, tierBasis } = args;
    return context.reads.analytics.breakdown({
      by,
      where,
      asOf,
      tierBasis,
      withRetention: asksFor(asked, 'grr', 'nrr', 'logoRetention'),
      withMedian: asksFor(asked, 'medianArr'),
    });
  }
}

function asksFor(selection: Selection, ...fields: readonly string[]): boolean {
  return fields.some((field) => field in selection);
}
