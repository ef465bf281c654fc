import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, Field, Info, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type CsmChange } from '../../app/csm-changes';
import { FULL_TIME, type Fte, SINCE_EVER } from '../../domain/csm';
import { DomainError } from '../../domain/errors';
import { type Owner } from '../../domain/portfolio';
import { ChangeOutcomeEnum } from '../account/account.enum';
import { type GraphqlContext } from '../context';
import { userErrorOf } from '../errors';
import { type Selection, selectionOf } from '../look-ahead';
import { UserError } from '../node';
import { finderOf, Refusable, refusedWith, resultsWith } from '../payload';
import { type PoolNode } from '../pool/pool.node';
import { PoolType } from '../pool/pool.type';
import { loadRelations } from '../relation';
import { CSM_RELATIONS, POOL_RELATIONS } from '../relations';
import {
  CancelLeaveInput,
  EndEmploymentInput,
  SetLeaveInput,
  type UpsertCsmInput,
  UpsertCsmsInput,
  UpsertPoolsInput,
} from './csm.input';
import { csmFields, type CsmNode } from './csm.node';
import { CsmType } from './csm.type';

@ObjectType({ description: 'What became of one CSM of an upsert.', simpleResolvers: true })
export class UpsertCsmResult extends Refusable {
  @Field(() => String, { description: 'The external id that was given.' })
  externalId!: string;

  @Field(() => ChangeOutcomeEnum, {
    description: 'Whether the CSM was created, changed, left as was, or refused.',
  })
  outcome!: string;

  @Field(() => CsmType, {
    nullable: true,
    description: 'The CSM after it; null where a new one was refused.',
  })
  csm!: CsmNode | null;
}

@ObjectType({ description: 'What became of an upsert of CSMs.', simpleResolvers: true })
export class UpsertCsmsPayload {
  @Extensions({ listBound: 1 })
  @Field(() => [UpsertCsmResult], {
    description: 'A result for each CSM, in the order given; empty where the whole call was refused.',
  })
  results!: readonly UpsertCsmResult[];

  @Extensions({ listBound: 1 })
  @Field(() => [UserError], { description: 'Why the whole call was refused; empty otherwise.' })
  userErrors!: readonly UserError[];
}

@ObjectType({ description: 'What became of one pool of an upsert.', simpleResolvers: true })
export class UpsertPoolResult extends Refusable {
  @Field(() => String, { description: 'The external id that was given.' })
  externalId!: string;

  @Field(() => ChangeOutcomeEnum, {
    description: 'Whether it was created, renamed, left as it was, or refused.',
  })
  outcome!: string;

  @Field(() => PoolType, {
    nullable: true,
    description: 'The pool after it; null where a new one was refused.',
  })
  pool!: PoolNode | null;
}

@ObjectType({ description: 'What became of an upsert of pools.', simpleResolvers: true })
export class UpsertPoolsPayload {
  @Extensions({ listBound: 1 })
  @Field(() => [UpsertPoolResult], {
    description: 'A result for each pool, in the order given; empty where the whole call was refused.',
  })
  results!: readonly UpsertPoolResult[];

  @Extensions({ listBound: 1 })
  @Field(() => [UserError], { description: 'Why the whole call was refused; empty otherwise.' })
  userErrors!: readonly UserError[];
}

@ObjectType({ description: 'The CSM after a leave was planned or taken back.', simpleResolvers: true })
export class LeavePayload extends Refusable {
  @Field(() => CsmType, { nullable: true, description: 'The CSM; null where it was refused.' })
  csm!: CsmNode | null;
}

@ObjectType({ description: 'The CSM after the end of the employment.', simpleResolvers: true })
export class EndEmploymentPayload {
  @Field(() => CsmType, { nullable: true, description: 'The CSM; null where it was refused.' })
  csm!: CsmNode | null;

  @Field(() => Int, { description: 'How many accounts the successor has taken over.' })
  accountsHandedOver!: number;

  @Extensions({ listBound: 1 })
  @Field(() => [UserError], {
    description: 'Why it was refused, with the accounts that cannot go to the successor; empty otherwise.',
  })
  userErrors!: readonly UserError[];
}

@Resolver()
export class CsmChangesResolver {
  @Extensions({ answersEach: ['input', 'csms'] })
  @Mutation(() => UpsertCsmsPayload, {
    description:
      'Creates or changes up to 500 CSMs by external id. One who looks after accounts, is the last member of a pool with accounts, or stands in for somebody, cannot be made to leave so. Needs the role MANAGER.',
  })
  async upsertCsms(
    @Arg('input', () => UpsertCsmsInput, { description: 'The CSMs.' }) input: UpsertCsmsInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<UpsertCsmsPayload> {
    return resultsWith(async () => {
      const { actor, csms } = context;
      const results = await csms.upsertCsms(actor, input.csms.map(changeOf), input.idempotencyKey);
      const ids = results.flatMap(({ id }) => id ?? []);
      const csmOf = finderOf(await readCsms(ids, selectionOf(info).results?.fields.csm?.fields, context));
      return results.map(({ externalId, outcome, id, errors }) => ({
        externalId,
        outcome,
        csm: csmOf(id),
        userErrors: errors.map(userErrorOf),
      }));
    });
  }

  @Extensions({ answersEach: ['input', 'pools'] })
  @Mutation(() => UpsertPoolsPayload, {
    description:
      'Creates or renames up to 500 pools by external id; CSMs join them by upsertCsms. Needs the role MANAGER.',
  })
  async upsertPools(
    @Arg('input', () => UpsertPoolsInput, { description: 'The pools.' }) input: UpsertPoolsInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<UpsertPoolsPayload> {
    return resultsWith(async () => {
      const { actor, csms, reads } = context;
      const results = await csms.upsertPools(actor, input.pools, input.idempotencyKey);
      const ids = results.flatMap(({ id }) => id ?? []);
      const selection = selectionOf(info).results?.fields.pool?.fields;
      const pools = selection === undefined ? [] : await reads.pools.byIds(ids);
      await loadRelations(POOL_RELATIONS, pools, selection ?? {}, context);
      const poolOf = finderOf(pools);
      return results.map(({ externalId, outcome, id, errors }) => ({
        externalId,
        outcome,
        pool: poolOf(id),
        userErrors: errors.map(userErrorOf),
      }));
    });
  }

  @Mutation(() => LeavePayload, {
    description:
      'Plans a leave and names who stands in; in that time the accounts count as the backup’s own portfolio, too. Needs the role MANAGER.',
  })
  async setLeave(
    @Arg('input', () => SetLeaveInput, { description: 'Who, when, and who stands in.' }) input: SetLeaveInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<LeavePayload> {
    return leavePayload(context, info, () => context.csms.setLeave(context.actor, input));
  }

  @Mutation(() => LeavePayload, {
    description: 'Takes a leave back, or ends one today that has begun. Needs the role MANAGER.',
  })
  async cancelLeave(
    @Arg('input', () => CancelLeaveInput, { description: 'Whose leave, and which.' }) input: CancelLeaveInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<LeavePayload> {
    return leavePayload(context, info, () => context.csms.cancelLeave(context.actor, input));
  }

  @Mutation(() => EndEmploymentPayload, {
    description:
      'Ends the employment of a CSM and gives the accounts to the successor at once; refused as a whole where some of them cannot go there. Needs the role MANAGER.',
  })
  async endEmployment(
    @Arg('input', () => EndEmploymentInput, { description: 'Who, when, and who takes over.' })
    input: EndEmploymentInput,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<EndEmploymentPayload> {
    return refusedWith<EndEmploymentPayload>(
      async () => {
        const { successorCsm, successorPool, ...given } = input;
        const successor = successorOf(successorCsm ?? null, successorPool ?? null);
        const { csmId, accountIds } = await context.csms.endEmployment(context.actor, {
          ...given,
          successor,
        });
        const [csm] = await readCsms([csmId], selectionOf(info).csm?.fields, context);
        return { csm: csm ?? null, accountsHandedOver: accountIds.length, userErrors: [] };
      },
      (userErrors) => ({ csm: null, accountsHandedOver: 0, userErrors }),
    );
  }
}

function successorOf(csm: string | null, pool: string | null): Owner | null {
  if (csm !== null && pool !== null) {
    throw new DomainError('INVALID_VALUE', 'name either a CSM or a pool as successor', ['successorCsm']);
  }
  if (csm !== null) return { kind: 'CSM', externalId: csm };
  return pool === null ? null : { kind: 'POOL', externalId: pool };
}

async function leavePayload(
  context: GraphqlContext,
  info: GraphQLResolveInfo,
  change: () => Promise<string>,
): Promise<LeavePayload> {
  return refusedWith<LeavePayload>(
    async () => {
      const id = await change();
      const [csm] = await readCsms([id], selectionOf(info).csm?.fields, context);
      return { csm: csm ?? null, userErrors: [] };
    },
    (userErrors) => ({ csm: null, userErrors }),
  );
}

async function readCsms(
  ids: readonly string[],
  selection: Selection | undefined,
  context: GraphqlContext,
): Promise<CsmNode[]> {
  if (selection === undefined || ids.length === 0) return [];
  const nodes = await context.reads.csms.byIds([...new Set(ids)], csmFields(selection));
  await loadRelations(CSM_RELATIONS, nodes, selection, context);
  return nodes;
}

function changeOf({ externalId, expectedVersion, ...values }: UpsertCsmInput): CsmChange {
  const { name, email, regions, languages, industries, employment, pools } = values;
  return {
    externalId,
    expectedVersion,
    values: {
      name,
      email,
      regions,
      languages,
      industries,
      employment: employment?.map(({ from, to, fte }) => ({
        from: from ?? SINCE_EVER,
        to: to ?? null,
        fte: (fte ?? FULL_TIME) as number as Fte,
      })),
      pools: pools?.map(({ pool, from, to }) => ({ pool, from: from ?? SINCE_EVER, to: to ?? null })),
    },
  };
}
