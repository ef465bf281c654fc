import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type AccountChange, type ChangeResult } from '../../app/account-changes';
import { ACCOUNT_FIELDS } from '../../domain/account';
import { type GraphqlContext } from '../context';
import { userErrorOf } from '../errors';
import { type Selection, selectionOf } from '../look-ahead';
import { UserError } from '../node';
import { finderOf, Refusable, refusedWith, resultsWith } from '../payload';
import { accountKey } from './account-key';
import { ChangeOutcomeEnum } from './account.enum';
import {
  DesignateStrategicInput,
  EndDesignationInput,
  type UpsertAccountInput,
  UpsertAccountsInput,
} from './account.input';
import { type AccountNode } from './account.node';
import { AccountType } from './account.type';
import { readAccounts } from './changed-accounts';

@ObjectType({ description: 'What became of one account of an upsert.', simpleResolvers: true })
export class UpsertAccountResult extends Refusable {
  @Field(() => String, { description: 'The external id that was given.' })
  externalId!: string;

  @Field(() => ChangeOutcomeEnum, {
    description: 'Whether it was created, changed, left as it was, or refused.',
  })
  outcome!: string;

  @Field(() => AccountType, {
    nullable: true,
    description: 'The account after it; null where a new one was refused.',
  })
  account!: AccountNode | null;
}

@ObjectType({ description: 'What became of an upsert.', simpleResolvers: true })
export class UpsertAccountsPayload {
  @Extensions({ listBound: 1 })
  @Field(() => [UpsertAccountResult], {
    description: 'A result for each account, in the order given; empty where the whole call was refused.',
  })
  results!: readonly UpsertAccountResult[];

  @Extensions({ listBound: 1 })
  @Field(() => [UserError], {
    description:
      'Why the whole call was refused; empty otherwise. Errors of single accounts stand with their results.',
  })
  userErrors!: readonly UserError[];
}

@ObjectType({ description: 'The account after a designation began or ended.', simpleResolvers: true })
export class DesignationPayload extends Refusable {
  @Field(() => AccountType, { nullable: true, description: 'The account; null where it was refused.' })
  account!: AccountNode | null;
}

@Resolver()
export class AccountChangesResolver {
  // Each account is answered by one result, so the cost goes by how many were given.
  @Extensions({ answersEach: ['input', 'accounts'] })
  @Mutation(() => UpsertAccountsPayload, {
    description:
      'Creates or changes up to 500 accounts by external id, in one transaction. Each is placed and moved at once; what is wrong with one does not touch the others. Sending it again changes nothing. Its cost is that of one result for each account, so select little of 500. Needs the role ADMIN.',
  })
  async upsertAccounts(
    @Arg('input', () => UpsertAccountsInput, { description: 'The accounts.' }) input: UpsertAccountsInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<UpsertAccountsPayload> {
    return resultsWith(async () => {
      const results = await context.accounts.upsertAccounts(
        context.actor,
        input.accounts.map(changeOf),
        input.idempotencyKey,
      );
      const selection = selectionOf(info).results?.fields.account?.fields;
      return resultsOf(results, selection, context);
    });
  }

  @Mutation(() => DesignationPayload, {
    description:
      'Designates an account strategic, which places it in the top tier at once, whatever its size; one of which neither ARR nor status is known, as soon as one of them is. Needs the role MANAGER.',
  })
  async designateStrategic(
    @Arg('input', () => DesignateStrategicInput, { description: 'Which account, and why.' })
    input: DesignateStrategicInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DesignationPayload> {
    return designationPayload(context, info, () =>
      context.accounts.designateStrategic(
        context.actor,
        accountKey(input),
        input.reason,
        input.reviewOn ?? null,
        input,
      ),
    );
  }

  @Mutation(() => DesignationPayload, {
    description:
      'Ends a designation; the account falls to where the other rules place it, with grace. Needs the role MANAGER.',
  })
  async endDesignation(
    @Arg('input', () => EndDesignationInput, { description: 'Which account.' }) input: EndDesignationInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DesignationPayload> {
    return designationPayload(context, info, () =>
      context.accounts.endDesignation(context.actor, accountKey(input), input),
    );
  }
}

async function designationPayload(
  context: GraphqlContext,
  info: GraphQLResolveInfo,
  change: () => Promise<string>,
): Promise<DesignationPayload> {
  return refusedWith<DesignationPayload>(
    async () => {
      const id = await change();
      const [account] = await readAccounts([id], selectionOf(info).account?.fields, context);
      return { account: account ?? null, userErrors: [] };
    },
    (userErrors) => ({ account: null, userErrors }),
  );
}

function changeOf({ externalId, currency, ...values }: UpsertAccountInput): AccountChange {
  const given = Object.entries(values).filter(([field]) =>
    (ACCOUNT_FIELDS as readonly string[]).includes(field),
  );
  return { externalId, currency, values: Object.fromEntries(given) };
}

async function resultsOf(
  results: readonly ChangeResult[],
  selection: Selection | undefined,
  context: GraphqlContext,
): Promise<UpsertAccountResult[]> {
  const ids = results.flatMap(({ id }) => id ?? []);
  const accountOf = finderOf(await readAccounts(ids, selection, context));
  return results.map(({ externalId, outcome, id, errors }) => ({
    externalId,
    outcome,
    account: accountOf(id),
    userErrors: errors.map(userErrorOf),
  }));
}
