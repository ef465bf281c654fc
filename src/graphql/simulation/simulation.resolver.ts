import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Extensions, FieldResolver, Info, Int, Query, Resolver, Root } from 'type-graphql';
import { type SimulatedModel } from '../../app/publication.service';
import { formatSum } from '../../domain/economics';
import { type Mover, type MoverKind, type TierShare } from '../../domain/simulation';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { firstAccounts, MOST_FIRST_ACCOUNTS } from '../account/changed-accounts';
import { fteNode } from '../capacity/capacity.node';
import { type Connection, pageOf } from '../connection';
import { type GraphqlContext } from '../context';
import { nodeSelectionOf, type SelectedField, selectionOf } from '../look-ahead';
import { connectionOfRows, type Ordering, windowOf } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { OF_AN_ACCOUNT } from '../relations';
import { type Tiers, tiersOf } from '../tiering-model/tiers';
import {
  MoversArgs,
  RedundantOverridesType,
  SimulationMoverConnection,
  SimulationMoverType,
  SimulationType,
} from './simulation.type';

type MoverNode = SimulationMoverType & { readonly accountId: string; readonly cursor: readonly [string] };
type RedundantNode = RedundantOverridesType & { readonly accountIds: readonly string[] };
type SimulationNode = Omit<SimulationType, 'redundantOverrides'> & {
  readonly redundantOverrides: RedundantNode;
  /** The pages of movers that the query asks for, by their arguments. */
  readonly pages: ReadonlyMap<string, Connection<MoverNode>>;
};

const BY_ACCOUNT: Ordering = { fingerprint: 'simulation movers by account', kinds: ['bigint'] };

@Resolver(() => SimulationType)
export class SimulationResolver {
  @Extensions({ cost: 1_000, takesLong: true })
  @Query(() => SimulationType, {
    description:
      'What publishing a version of the tiering model today would do to every account; nothing is written. Needs the role MANAGER.',
  })
  async simulateTieringModel(
    @Arg('version', () => Int, { description: 'Which version, usually a draft.' }) version: number,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SimulationNode> {
    const { movers } = selectionOf(info);
    const asked = new Map((movers?.uses ?? []).map(({ args }) => [pageKey(args), args as MoversArgs]));
    const pages = [...asked.values()].map((args) => pageOf(args));
    const simulated = await context.publication.simulate(
      context.actor,
      version,
      [...asked.values()].map(({ kinds }, index) => {
        const page = pages[index] ?? pageOf({});
        return { kinds, window: windowOf(page, BY_ACCOUNT) };
      }),
    );
    const connections = await Promise.all(
      [...asked].map(async ([key, { kinds }], index) => {
        const rows = (simulated.pages[index] ?? []).map((mover) => moverNode(mover, simulated));
        await relate(rows, movers, context);
        const total = totalOf(simulated, kinds);
        return [key, connectionOfRows(rows, pages[index] ?? pageOf({}), BY_ACCOUNT, total)] as const;
      }),
    );
    return { ...simulationNode(simulated), pages: new Map(connections) };
  }

  @FieldResolver(() => SimulationMoverConnection, {
    description: 'The accounts that would not stay as they are, in the order of their ids.',
  })
  movers(@Root() { pages }: SimulationNode, @Args(() => MoversArgs) args: MoversArgs): Connection<MoverNode> {
    const page = pages.get(pageKey(args));
    if (page === undefined) throw new Error('a page of movers was not asked for in time');
    return page;
  }
}

@Resolver(() => SimulationMoverType)
export class SimulationMoverResolver {
  @FieldResolver(() => AccountType, { description: 'The account, as it is today.' })
  account(
    @Root() mover: MoverNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(OF_AN_ACCOUNT.account, mover, {}, context, info);
  }
}

@Resolver(() => RedundantOverridesType)
export class RedundantOverridesResolver {
  @Extensions({ listBound: MOST_FIRST_ACCOUNTS })
  @FieldResolver(() => [AccountType], { description: 'The first 100 of the accounts, by id.' })
  firstAccounts(
    @Root() overrides: RedundantNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly AccountNode[]> {
    return loadRelation(firstAccounts, overrides, {}, context, info);
  }
}

function pageKey(args: Readonly<Record<string, unknown>> | MoversArgs): string {
  const { first, after, last, before, kinds } = args as MoversArgs;
  return JSON.stringify([first ?? null, after ?? null, last ?? null, before ?? null, kinds ?? null]);
}

async function relate(
  rows: readonly MoverNode[],
  movers: SelectedField | undefined,
  context: GraphqlContext,
): Promise<void> {
  if (movers === undefined) return;
  await loadRelations(OF_AN_ACCOUNT, rows, nodeSelectionOf(movers.fields), context);
}

function totalOf({ outcome }: SimulatedModel, kinds: readonly MoverKind[] | null | undefined): number {
  const counted = kinds ? [...new Set(kinds)] : (Object.keys(outcome.movers) as MoverKind[]);
  return counted.reduce((sum, kind) => sum + outcome.movers[kind], 0);
}

function simulationNode({
  version,
  day,
  digest,
  outcome,
  model,
  published,
}: SimulatedModel): Omit<SimulationNode, 'pages'> {
  const [before, after] = [tiersOf(published), tiersOf(model)];
  const { movers } = outcome;
  return {
    version,
    day,
    digest,
    counts: {
      accounts: outcome.accounts,
      placed: movers.PLACED,
      up: movers.UP,
      down: movers.DOWN,
      underneath: movers.UNDERNEATH,
      pending: movers.PENDING,
      retargeted: movers.RETARGETED,
      cancelled: movers.CANCELLED,
    },
    movementMatrix: outcome.movements.map(({ from, to, accounts, arr }) => ({
      from: before(from),
      to: after(to),
      accounts,
      arr: formatSum(arr),
    })),
    pendingMatrix: outcome.pending.map(({ held, target, arr, ...counts }) => ({
      held: after.existing(held),
      target: after.existing(target),
      arr: formatSum(arr),
      ...counts,
    })),
    guardrails: outcome.guardrails,
    tiers: outcome.tiers.map((tier) => ({
      tier: after.existing(tier.key),
      populationTarget: tier.populationTarget,
      arrShareTarget: tier.arrShareTarget,
      before: tier.before && shareNode(tier.before),
      after: shareNode(tier.after),
      settled: shareNode(tier.settled),
      fte: fteNode(tier.fte),
    })),
    fte: fteNode(outcome.fte),
    redundantOverrides: {
      accounts: outcome.redundantOverrides.accounts,
      arr: formatSum(outcome.redundantOverrides.arr),
      accountIds: outcome.redundantOverrides.accountIds,
    },
  };
}

function shareNode({ arr, ...share }: TierShare): Omit<TierShare, 'arr'> & { arr: string } {
  return { ...share, arr: formatSum(arr) };
}

function moverNode(mover: Mover, { model, published }: SimulatedModel): MoverNode {
  const [before, after]: [Tiers, Tiers] = [tiersOf(published), tiersOf(model)];
  return {
    accountId: mover.accountId,
    cursor: [mover.accountId],
    kind: mover.kind,
    from: before(mover.effectiveFrom),
    to: after(mover.effectiveTo),
    heldFrom: before(mover.heldFrom),
    heldTo: after(mover.heldTo),
    pendingFrom: before(mover.pendingFrom),
    pendingTo: after(mover.pendingTo),
    graceUntil: mover.graceUntil,
    scoreFrom: mover.scoreFrom,
    scoreTo: mover.scoreTo,
  };
}
