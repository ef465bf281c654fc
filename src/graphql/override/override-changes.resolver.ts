import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, Field, Info, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type OverrideIds, type OverrideResult, type WantedOverride } from '../../app/override.service';
import { DomainError, type Refusal } from '../../domain/errors';
import { accountKey } from '../account/account-key';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { readAccounts } from '../account/changed-accounts';
import { type GraphqlContext } from '../context';
import { userErrorOf } from '../errors';
import { keyOf } from '../ids';
import { type Selection, selectionOf } from '../look-ahead';
import { UserError } from '../node';
import { finderOf, Refusable, refusedWith, resultsWith } from '../payload';
import { loadRelations } from '../relation';
import { OF_AN_ACCOUNT } from '../relations';
import { OverrideOutcomeEnum } from './override.enum';
import {
  DecideOverrideInput,
  type OverrideItemInput,
  OverrideTierInput,
  OverrideTiersInput,
  RevokeOverrideInput,
  WithdrawOverrideInput,
} from './override.input';
import { type OverrideNode, overrideNodes } from './override.node';
import { OverrideType } from './override.type';

interface OverrideAnswer {
  override: OverrideNode | null;
  account: AccountNode | null;
  userErrors: readonly UserError[];
}

@ObjectType({ description: 'What became of the override of an account.', simpleResolvers: true })
export class OverrideTierPayload extends Refusable implements OverrideAnswer {
  @Field(() => OverrideType, {
    nullable: true,
    description: 'The override, or the request for one; null where it was refused.',
  })
  override!: OverrideNode | null;

  @Field(() => AccountType, {
    nullable: true,
    description: 'The account after it; null where it was refused.',
  })
  account!: AccountNode | null;
}

@ObjectType({
  description: 'An override, or a request, after it was decided or ended.',
  simpleResolvers: true,
})
export class OverridePayload extends Refusable implements OverrideAnswer {
  @Field(() => OverrideType, { nullable: true, description: 'The override; null where it was refused.' })
  override!: OverrideNode | null;

  @Field(() => AccountType, {
    nullable: true,
    description: 'The account after it; null where it was refused.',
  })
  account!: AccountNode | null;
}

@ObjectType({ description: 'What became of one override of a bulk.', simpleResolvers: true })
export class OverrideTiersResult extends Refusable {
  @Field(() => OverrideOutcomeEnum, { description: 'Whether it is active, a request, or refused.' })
  outcome!: string;

  @Field(() => OverrideType, {
    nullable: true,
    description: 'The override, or the request for one; null where it was refused.',
  })
  override!: OverrideNode | null;

  @Field(() => AccountType, {
    nullable: true,
    description: 'The account after it; null where there is no such account.',
  })
  account!: AccountNode | null;
}

@ObjectType({ description: 'What became of a bulk of overrides.', simpleResolvers: true })
export class OverrideTiersPayload {
  @Extensions({ listBound: 1 })
  @Field(() => [OverrideTiersResult], {
    description: 'A result for each override, in the order given; empty where the whole call was refused.',
  })
  results!: readonly OverrideTiersResult[];

  @Extensions({ listBound: 1 })
  @Field(() => [UserError], {
    description:
      'Why the whole call was refused; empty otherwise. Errors of single overrides stand with their results.',
  })
  userErrors!: readonly UserError[];
}

@Resolver()
export class OverrideChangesResolver {
  @Mutation(() => OverrideTierPayload, {
    description:
      'Holds an account in another tier until a day. By a manager it is active at once; by a CSM, for an account of the own portfolio, it is a request that somebody else decides. An account has at most one active override and one open request. Needs the role CSM.',
  })
  async overrideTier(
    @Arg('input', () => OverrideTierInput, { description: 'Which account, which tier, why and until when.' })
    input: OverrideTierInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OverrideTierPayload> {
    return answer(context, info, () =>
      context.overrides.overrideTier(context.actor, wantedOf(input, accountKey(input)), input.idempotencyKey),
    );
  }

  // Each override is answered by one result, so the cost goes by how many were given.
  @Extensions({ answersEach: ['input', 'overrides'] })
  @Mutation(() => OverrideTiersPayload, {
    description:
      'Up to 500 overrides in one transaction, with a result each; what is wrong with one does not touch the others. With an idempotencyKey it is safe to send twice. Its cost is that of one result for each override. Needs the role CSM.',
  })
  async overrideTiers(
    @Arg('input', () => OverrideTiersInput, { description: 'The overrides.' }) input: OverrideTiersInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OverrideTiersPayload> {
    return resultsWith(async () => {
      const wanted = input.overrides.map((one) => wantedOf(one, accountKey(one)));
      const results = await context.overrides.overrideTiers(context.actor, wanted, input.idempotencyKey);
      const selection = selectionOf(info).results?.fields ?? {};
      return resultsOf(results, selection, context);
    });
  }

  @Mutation(() => OverridePayload, {
    description:
      'Approves a request, which makes it active, or rejects it. Nobody decides their own request. Needs the role MANAGER.',
  })
  async decideOverride(
    @Arg('input', () => DecideOverrideInput, { description: 'Which request, and the decision.' })
    input: DecideOverrideInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OverridePayload> {
    const decision = {
      approve: input.decision === 'APPROVE',
      note: input.note ?? null,
      supersede: input.supersede,
    };
    return answer(context, info, () =>
      context.overrides.decideOverride(context.actor, overrideKey(input), decision, input),
    );
  }

  @Mutation(() => OverridePayload, {
    description: 'Withdraws a request: the own one, or as a manager anybody’s. Needs the role CSM.',
  })
  async withdrawOverride(
    @Arg('input', () => WithdrawOverrideInput, { description: 'Which request.' })
    input: WithdrawOverrideInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OverridePayload> {
    return answer(context, info, () =>
      context.overrides.withdrawOverride(context.actor, overrideKey(input), input.note ?? null, input),
    );
  }

  @Mutation(() => OverridePayload, {
    description:
      'Ends an active override before its time. Where it stood above the held tier the account falls after 30 days at the earliest, or at once where it was a data error. Needs the role MANAGER.',
  })
  async revokeOverride(
    @Arg('input', () => RevokeOverrideInput, { description: 'Which override, and why.' })
    input: RevokeOverrideInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OverridePayload> {
    const { note, dataError } = input;
    return answer(context, info, () =>
      context.overrides.revokeOverride(context.actor, overrideKey(input), { note, dataError }, input),
    );
  }
}

function wantedOf(input: OverrideItemInput, account: WantedOverride['account']): WantedOverride {
  const { tier, reason, note, expiresOn, supersede, expectedVersion } = input;
  return { account, tier, reason, note: note ?? null, expiresOn, supersede, expectedVersion };
}

/** The override that an input names. Throws NOT_FOUND for an id that is none of an override. */
function overrideKey({ overrideId }: { overrideId: string }): string {
  const key = keyOf('Override', overrideId);
  if (key === null) throw new DomainError('NOT_FOUND', 'there is no such override', ['overrideId']);
  return key;
}

async function answer(
  context: GraphqlContext,
  info: GraphQLResolveInfo,
  change: () => Promise<OverrideIds>,
): Promise<OverrideAnswer> {
  return refusedWith<OverrideAnswer>(
    async () => {
      const { overrideId, accountId } = await change();
      const selection = selectionOf(info);
      const [overrides, accounts] = await Promise.all([
        readOverrides([overrideId], selection.override?.fields, context),
        readAccounts([accountId], selection.account?.fields, context),
      ]);
      return { override: overrides[0] ?? null, account: accounts[0] ?? null, userErrors: [] };
    },
    (userErrors) => ({ override: null, account: null, userErrors }),
  );
}

async function resultsOf(
  results: readonly OverrideResult[],
  selection: Selection,
  context: GraphqlContext,
): Promise<OverrideTiersResult[]> {
  const [overrides, accounts] = await Promise.all([
    readOverrides(
      results.flatMap(({ overrideId }) => overrideId ?? []),
      selection.override?.fields,
      context,
    ),
    readAccounts(
      results.flatMap(({ accountId }) => accountId ?? []),
      selection.account?.fields,
      context,
    ),
  ]);
  const [overrideOf, accountOf] = [finderOf(overrides), finderOf(accounts)];
  return results.map(({ outcome, overrideId, accountId, errors }) => ({
    outcome,
    override: overrideOf(overrideId),
    account: accountOf(accountId),
    userErrors: errors.map((error: Refusal) => userErrorOf(error)),
  }));
}

/** The overrides after a change, with what the caller selects of them; nothing is read if nothing is selected. */
async function readOverrides(
  ids: readonly string[],
  selection: Selection | undefined,
  context: GraphqlContext,
): Promise<OverrideNode[]> {
  if (selection === undefined || ids.length === 0) return [];
  const nodes = await overrideNodes(await context.reads.overrides.byIds(ids), context);
  await loadRelations(OF_AN_ACCOUNT, nodes, selection, context);
  return nodes;
}
