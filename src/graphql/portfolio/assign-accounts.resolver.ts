import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type AccountAssignment } from '../../app/portfolio.service';
import { accountKey } from '../account/account-key';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { readAccounts } from '../account/changed-accounts';
import { type GraphqlContext } from '../context';
import { userErrorOf } from '../errors';
import { selectionOf } from '../look-ahead';
import { UserError } from '../node';
import { finderOf, Refusable, resultsWith } from '../payload';
import { type AccountAssignmentInput, AssignAccountsInput } from './assign-accounts.input';
import { AssignmentOutcomeEnum } from './portfolio-assignment.enum';

@ObjectType({ description: 'What became of one assignment.', simpleResolvers: true })
export class AssignAccountResult extends Refusable {
  @Field(() => AssignmentOutcomeEnum, { description: 'What became of it.' })
  outcome!: string;

  @Field(() => AccountType, {
    nullable: true,
    description: 'The account after it; null where there is no such account.',
  })
  account!: AccountNode | null;
}

@ObjectType({ description: 'What became of assignments.', simpleResolvers: true })
export class AssignAccountsPayload {
  @Extensions({ listBound: 1 })
  @Field(() => [AssignAccountResult], {
    description: 'A result for each assignment, in the order given; empty where the whole call was refused.',
  })
  results!: readonly AssignAccountResult[];

  @Extensions({ listBound: 1 })
  @Field(() => [UserError], {
    description:
      'Why the whole call was refused; empty otherwise. Errors of single assignments stand with their results.',
  })
  userErrors!: readonly UserError[];
}

@Resolver()
export class AssignAccountsResolver {
  @Extensions({ answersEach: ['input', 'assignments'] })
  @Mutation(() => AssignAccountsPayload, {
    description:
      'Says who looks after up to 500 accounts, in one transaction; what is wrong with one does not touch the others. The top tier needs a named CSM and an executive sponsor, the lowest has neither CSM nor pool. Needs the role MANAGER.',
  })
  async assignAccounts(
    @Arg('input', () => AssignAccountsInput, { description: 'The assignments.' }) input: AssignAccountsInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AssignAccountsPayload> {
    return resultsWith(async () => {
      const results = await context.portfolios.assignAccounts(
        context.actor,
        input.assignments.map(assignmentOf),
        input.idempotencyKey,
      );
      const ids = results.flatMap(({ accountId }) => accountId ?? []);
      const selection = selectionOf(info).results?.fields.account?.fields;
      const accountOf = finderOf(await readAccounts(ids, selection, context));
      return results.map(({ accountId, outcome, errors }) => ({
        outcome,
        account: accountOf(accountId),
        userErrors: errors.map(userErrorOf),
      }));
    });
  }
}

function assignmentOf(input: AccountAssignmentInput): AccountAssignment {
  const { csm, pool, unassign, executiveSponsor, from, reason, expectedVersion } = input;
  return {
    account: accountKey(input),
    csm,
    pool,
    unassign,
    executiveSponsor,
    from,
    reason,
    expectedVersion,
  };
}
