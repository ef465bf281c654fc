import { type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, FieldResolver, Info, Mutation, Resolver, Root } from 'type-graphql';
import { accountKey } from '../account/account-key';
import { type AccountNode } from '../account/account.node';
import { AccountType } from '../account/account.type';
import { firstAccounts, MOST_FIRST_ACCOUNTS } from '../account/changed-accounts';
import { type GraphqlContext } from '../context';
import { userErrorOf } from '../errors';
import { refusedWith } from '../payload';
import { loadRelation } from '../relation';
import { OF_AN_ACCOUNT } from '../relations';
import { ApplyAssignmentPlanInput } from './assignment-plan.input';
import { ApplyAssignmentPlanPayload, RefusedProposal } from './assignment-plan.type';

type RefusedNode = RefusedProposal & { readonly accountId: string };
type PayloadNode = ApplyAssignmentPlanPayload & { readonly accountIds: readonly string[] };

@Resolver(() => ApplyAssignmentPlanPayload)
export class ApplyAssignmentPlanResolver {
  @Extensions({ cost: 1_000, takesLong: true })
  @Mutation(() => ApplyAssignmentPlanPayload, {
    description:
      'Assigns what an assignment plan proposes, in one transaction, or nothing where the plan is no longer what was looked at. Needs the role MANAGER.',
  })
  async applyAssignmentPlan(
    @Arg('input', () => ApplyAssignmentPlanInput, { description: 'The plan.' })
    input: ApplyAssignmentPlanInput,
    @Ctx() context: GraphqlContext,
  ): Promise<PayloadNode> {
    return refusedWith<PayloadNode>(
      async () => {
        const { where, moveBudget, priority } = input.plan;
        const { assigned, refused } = await context.assignmentPlans.apply(context.actor, {
          plan: { where, moveBudget, priority },
          digest: input.digest,
          executiveSponsors: input.executiveSponsors?.map((one) => ({
            account: accountKey(one),
            executiveSponsor: one.executiveSponsor,
          })),
          executiveSponsor: input.executiveSponsor,
          reason: input.reason,
          idempotencyKey: input.idempotencyKey,
        });
        return {
          accountIds: assigned,
          assigned: assigned.length,
          refused: refused.length,
          firstRefused: refused
            .slice(0, MOST_FIRST_ACCOUNTS)
            .map(({ accountId, error }): RefusedNode => ({ accountId, error: userErrorOf(error) })),
          userErrors: [],
        };
      },
      (userErrors) => ({ accountIds: [], assigned: 0, refused: 0, firstRefused: [], userErrors }),
    );
  }

  @Extensions({ listBound: MOST_FIRST_ACCOUNTS })
  @FieldResolver(() => [AccountType], { description: 'The first 100 that got a new owner, by id.' })
  firstAccounts(
    @Root() payload: PayloadNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<readonly AccountNode[]> {
    return loadRelation(firstAccounts, payload, {}, context, info);
  }
}

@Resolver(() => RefusedProposal)
export class RefusedProposalResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Which account.' })
  account(
    @Root() refused: RefusedNode,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AccountNode | null> {
    return loadRelation(OF_AN_ACCOUNT.account, refused, {}, context, info);
  }
}
