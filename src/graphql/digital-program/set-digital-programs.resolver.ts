import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, Field, Info, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { type DigitalProgram } from '../../domain/engagement-program';
import { accountKey } from '../account/account-key';
import { AccountKeyInput } from '../account/account-key.input';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { readAccounts } from '../account/changed-accounts';
import { type GraphqlContext } from '../context';
import { userErrorOf } from '../errors';
import { IDEMPOTENCY_KEY } from '../idempotency-key';
import { selectionOf } from '../look-ahead';
import { UserError } from '../node';
import { finderOf, Refusable, resultsWith } from '../payload';
import { DateScalar } from '../scalars';
import { DigitalProgramEnum, DigitalProgramOutcomeEnum } from './digital-program.enum';

@InputType({ description: 'Whether one digital program runs for one account.' })
export class DigitalProgramReportInput extends AccountKeyInput {
  @Field(() => DigitalProgramEnum, { description: 'Which program; one that the tier does not require, too.' })
  program!: DigitalProgram;

  @Field(() => Boolean, { description: 'Whether it runs.' })
  running!: boolean;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'The day since which it is so, not after today and not before the last change; today if absent.',
  })
  since?: CalendarDate | null;
}

@InputType({ description: 'Which digital programs run for which accounts.' })
export class SetDigitalProgramsInput {
  @Field(() => [DigitalProgramReportInput], { description: 'Up to 500 reports.' })
  programs!: DigitalProgramReportInput[];

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'What became of one report of a digital program.', simpleResolvers: true })
export class SetDigitalProgramsResult extends Refusable {
  @Field(() => DigitalProgramOutcomeEnum, { description: 'What became of it.' })
  outcome!: string;

  @Field(() => AccountType, {
    nullable: true,
    description: 'The account after it; null where there is no such account.',
  })
  account!: AccountNode | null;
}

@ObjectType({ description: 'What became of reports of digital programs.', simpleResolvers: true })
export class SetDigitalProgramsPayload {
  @Extensions({ listBound: 1 })
  @Field(() => [SetDigitalProgramsResult], {
    description: 'A result for each report, in the order given; empty where the whole call was refused.',
  })
  results!: readonly SetDigitalProgramsResult[];

  @Extensions({ listBound: 1 })
  @Field(() => [UserError], {
    description:
      'Why the whole call was refused; empty otherwise. Errors of single reports stand with their results.',
  })
  userErrors!: readonly UserError[];
}

@Resolver()
export class SetDigitalProgramsResolver {
  @Extensions({ answersEach: ['input', 'programs'] })
  @Mutation(() => SetDigitalProgramsPayload, {
    description:
      'Tells which digital programs run for up to 500 accounts, in one transaction; what is wrong with one report does not touch the others. Needs the role MANAGER.',
  })
  async setDigitalPrograms(
    @Arg('input', () => SetDigitalProgramsInput, { description: 'The reports.' })
    input: SetDigitalProgramsInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SetDigitalProgramsPayload> {
    return resultsWith(async () => {
      const reports = input.programs.map(({ program, running, since, ...key }) => ({
        account: accountKey(key),
        program,
        running,
        since,
      }));
      const results = await context.digitalPrograms.set(context.actor, reports, input.idempotencyKey);
      const ids = results.flatMap(({ accountId }) => accountId ?? []);
      const selection = selectionOf(info).results?.fields.account?.fields;
      const accountOf = finderOf(await readAccounts(ids, selection, context));
      return results.map(({ outcome, accountId, errors }) => ({
        outcome,
        account: accountOf(accountId),
        userErrors: errors.map(userErrorOf),
      }));
    });
  }
}
