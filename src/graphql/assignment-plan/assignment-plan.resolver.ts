import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Extensions, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { type FoundPlan } from '../../app/assignment-plan.service';
import { gapOf } from '../../domain/integer-program';
import { type Owner } from '../../domain/portfolio';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { firstAccounts, MOST_FIRST_ACCOUNTS } from '../account/changed-accounts';
import { type Connection, ConnectionArgs } from '../connection';
import { type GraphqlContext } from '../context';
import { compareKeys } from '../ids';
import { nodeSelectionOf, selectionOf } from '../look-ahead';
import { type Ordering, pageOfKnown } from '../page';
import { loadRelation, loadRelations } from '../relation';
import { OF_AN_ACCOUNT } from '../relations';
import { tiersOf } from '../tiering-model/tiers';
import { AssignmentPlanInput } from './assignment-plan.input';
import {
  AssignmentPlanType,
  AssignmentProposalConnection,
  AssignmentProposalType,
  PlanMissingType,
} from './assignment-plan.type';

type ProposalNode = AssignmentProposalType & {
  readonly accountId: string;
  readonly cursor: readonly [string];
};
type MissingNode = PlanMissingType & { readonly accountIds: readonly string[] };
type PlanNode = Omit<AssignmentPlanType, 'missing'> & {
  readonly missing: readonly MissingNode[];
  readonly found: FoundPlan;
};

const BY_ACCOUNT: Ordering = { fingerprint: 'assignment proposals by account', kinds: ['bigint'] };

@Resolver(() => AssignmentPlanType)
export class AssignmentPlanResolver {
  @Extensions({ cost: 1_000, takesLong: true })
  @Query(() => AssignmentPlanType, {
    description:
      'Proposes today who takes the accounts that nobody validly looks after, and which accounts relieve CSMs above the limit; nothing is written. Needs the role MANAGER.',
  })
  async assignmentPlan(
    @Arg('input', () => AssignmentPlanInput, { description: 'What is asked for.' })
    input: AssignmentPlanInput,
    @Ctx() context: GraphqlContext,
  ): Promise<PlanNode> {
    const { where, moveBudget, priority } = input;
    return planNode(await context.assignmentPlans.plan(context.actor, { where, moveBudget, priority }));
  }

  @FieldResolver(() => AssignmentProposalConnection, {
    description: 'What is proposed, in the order of the ids of the accounts.',
  })
  async proposals(
    @Root() { found }: PlanNode,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ProposalNode>> {
    const page = pageOfKnown(proposalNodes(found), args, BY_ACCOUNT, ([a], [b]) =>
      compareKeys(String(a), String(b)),
    );
    await loadRelations(OF_AN_ACCOUNT, page.nodes, nodeSelectionOf(selectionOf(info)), context);
    return page;
  }
}

@Resolver(() => AssignmentProposalType)
export class AssignmentProposalResolver {
  @FieldResolver(() => AccountType, { description: 'The account, as it is today.' })
  account(
    @Root() proposal: ProposalNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(OF_AN_ACCOUNT.account, proposal, {}, context, info);
  }
}

@Resolver(() => PlanMissingType)
export class PlanMissingResolver {
  @Extensions({ listBound: MOST_FIRST_ACCOUNTS })
  @FieldResolver(() => [AccountType], { description: 'The first 100 of the accounts, by id.' })
  firstAccounts(
    @Root() missing: MissingNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly AccountNode[]> {
    return loadRelation(firstAccounts, missing, {}, context, info);
  }
}

function planNode(found: FoundPlan): PlanNode {
  const { day, digest, outcome, model, isReproducible } = found;
  const tier = tiersOf(model);
  const goals = found.goals.map((goal) => ({
    ...goal,
    bound: Number.isFinite(goal.bound) ? goal.bound : null,
    gap: gapOf(goal),
  }));
  return {
    found,
    day,
    digest,
    reproducible: isReproducible,
    toCover: outcome.toCover,
    covered: outcome.covered,
    coverage: outcome.toCover === 0 ? 1 : outcome.covered / outcome.toCover,
    moves: outcome.moves,
    industryFits: outcome.industryFits,
    overloadBefore: outcome.overloadBefore,
    overloadAfter: outcome.overloadAfter,
    gap: goals.reduce<number | null>(
      (most, { gap }) => (most === null || gap === null ? null : Math.max(most, gap)),
      0,
    ),
    nodes: goals.reduce((sum, { nodes }) => sum + nodes, 0),
    goals,
    balanceBefore: outcome.balanceBefore,
    balanceAfter: outcome.balanceAfter,
    csms: outcome.csms,
    missing: outcome.missing.map(({ tier: key, accountIds, ...missing }) => ({
      ...missing,
      tier: tier(key),
      accounts: accountIds.length,
      accountIds,
    })),
  };
}

function proposalNodes({ model, outcome }: FoundPlan): ProposalNode[] {
  const tiers = tiersOf(model);
  return outcome.proposals.map((proposal) => {
    const { accountId, from, to, tier, load, reasons } = proposal;
    return {
      accountId,
      cursor: [accountId],
      tier: tiers.existing(tier),
      fromCsm: idOf(from, 'CSM'),
      fromPool: idOf(from, 'POOL'),
      toCsm: idOf(to, 'CSM'),
      toPool: idOf(to, 'POOL'),
      load,
      reasons,
      utilisationBefore: proposal.utilisationBefore,
      utilisationAfter: proposal.utilisationAfter,
      needsExecutiveSponsor: proposal.needsExecutiveSponsor,
    };
  });
}

function idOf(owner: Owner | null, kind: Owner['kind']): string | null {
  return owner?.kind === kind ? owner.externalId : null;
}
