import { type GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import { type DailyRunView } from '../../app/ports/reads';
import { type Connection, ConnectionArgs } from '../connection';
import { type GraphqlContext } from '../context';
import { selectionOf } from '../look-ahead';
import { type Ordering, readPage } from '../page';
import { DailyRunConnection, DailyRunType } from './daily-run.type';

const NEWEST_FIRST: Ordering = { fingerprint: 'daily_run newest first', kinds: ['date'] };

@Resolver(() => DailyRunType)
export class DailyRunResolver {
  @Query(() => DailyRunConnection, {
    description: 'The scheduled work of each day, the newest day first.',
  })
  dailyRuns(
    @Args(() => ConnectionArgs) page: ConnectionArgs,
    @Ctx() { reads }: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<DailyRunView>> {
    return readPage<DailyRunView>(page, NEWEST_FIRST, selectionOf(info), {
      rows: (window) => reads.dailyRuns.page(window),
      count: () => reads.dailyRuns.count(),
    });
  }
}
