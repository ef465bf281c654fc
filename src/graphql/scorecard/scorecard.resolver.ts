import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { changeValues, factsOf, NO_VALUES } from '../../domain/account';
import { checkValues } from '../../domain/account-field';
import { DomainError } from '../../domain/errors';
import { placeAccount } from '../../domain/placement';
import { AccountFactsInput } from '../account/account-facts.input';
import { type GraphqlContext } from '../context';
import { ScorecardNode } from './scorecard.node';
import { ScorecardType } from './scorecard.type';

@Resolver()
export class ScorecardResolver {
  @Query(() => ScorecardType, {
    description:
      'Where an account with these facts would be placed today, and why. Writes nothing; absent facts are missing.',
  })
  async placementPreview(
    @Arg('facts', () => AccountFactsInput, { description: 'What is known.' }) facts: AccountFactsInput,
    @Arg('modelVersion', () => Int, {
      nullable: true,
      description: 'Under this version of the tiering model; the published one if absent.',
    })
    modelVersion: number | null | undefined,
    @Ctx() context: GraphqlContext,
  ): Promise<ScorecardNode> {
    const { models } = context.reads;
    const model = modelVersion == null ? await models.published() : await models.version(modelVersion);
    if (model === null)
      throw new DomainError('NOT_FOUND', 'there is no such tiering model', ['modelVersion']);
    const today = context.clock.today();
    const known = factsOf(changeValues(NO_VALUES, checkValues(facts), today).values);
    return new ScorecardNode(placeAccount(known, model, today), () => known, model, today);
  }
}
