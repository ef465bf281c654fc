import { Ctx, Extensions, Query, Resolver } from 'type-graphql';
import { requiredPrograms } from '../../domain/digital-program';
import { roundedShare } from '../../domain/share-target';
import { type GraphqlContext } from '../context';
import { tiersOf } from '../tiering-model/tiers';
import { TierDigitalProgramsType } from './digital-program.type';

@Resolver()
export class DigitalProgramResolver {
  @Extensions({ listBound: 5, cost: 50 })
  @Query(() => [TierDigitalProgramsType], {
    description:
      'Tier by tier, for how many of its accounts the digital programs run that it requires; tiers that require none are left out.',
  })
  async digitalProgramCoverage(@Ctx() context: GraphqlContext): Promise<TierDigitalProgramsType[]> {
    const model = await context.reads.models.published();
    const counts = await context.reads.digitalPrograms.counts(requiredPrograms(model));
    const tier = tiersOf(model);
    return counts
      .filter(({ program }) => program === null)
      .map(({ tier: key, accounts, running }) => ({
        tier: tier.existing(key),
        accounts,
        running,
        share: roundedShare(running, accounts),
        programs: counts.flatMap((one) =>
          one.tier !== key || one.program === null
            ? []
            : [
                {
                  program: one.program,
                  running: one.running,
                  share: roundedShare(one.running, one.accounts),
                },
              ],
        ),
      }));
  }
}
