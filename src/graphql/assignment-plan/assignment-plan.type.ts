import { Extensions, Field, Float, Int, ObjectType } from 'type-graphql';
import { type PlanReason } from '../../domain/assignment-plan';
import { connectionOf } from '../connection';
import { UserError } from '../node';
import { DateScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';
import { MissingCauseEnum, PlanDemandEnum, PlanReasonEnum } from './assignment-plan.enum';

@ObjectType('AssignmentPlanReason', {
  description: 'Something that speaks for a proposal.',
  simpleResolvers: true,
})
export class PlanReasonType {
  @Field(() => PlanReasonEnum, { description: 'What it is.' })
  code!: string;

  @Field(() => String, { description: 'The same in words.' })
  text!: string;
}

@ObjectType('AssignmentProposal', {
  description: 'That an account goes to a CSM or a pool.',
  simpleResolvers: true,
})
export class AssignmentProposalType {
  @Field(() => TierType, { description: 'Its effective tier.' })
  tier!: TierType;

  @Field(() => String, {
    nullable: true,
    description: 'The external id of the CSM who looks after it today; null where a pool or nobody does.',
  })
  fromCsm!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The external id of the pool that looks after it today; null where a CSM or nobody does.',
  })
  fromPool!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The external id of the CSM who is to take it; null where a pool is.',
  })
  toCsm!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The external id of the pool that is to take it; null where a CSM is.',
  })
  toPool!: string | null;

  @Field(() => Float, { description: 'Its load at the limit, in FTE.' })
  load!: number;

  @Extensions({ listBound: 4 })
  @Field(() => [PlanReasonType], { description: 'What speaks for it.' })
  reasons!: readonly PlanReason[];

  @Field(() => Float, {
    description:
      'Utilisation of the limit of the new owner today, as a fraction of 1; of a pool, of its members together.',
  })
  utilisationBefore!: number;

  @Field(() => Float, { description: 'The same after the whole plan.' })
  utilisationAfter!: number;

  @Field(() => Boolean, {
    description:
      'Whether its tier needs an executive sponsor and it has none: name one to applyAssignmentPlan, or it is refused there.',
  })
  needsExecutiveSponsor!: boolean;
}

export const { Connection: AssignmentProposalConnection } = connectionOf(
  AssignmentProposalType,
  'AssignmentProposal',
  'proposals',
);

@ObjectType('AssignmentPlanGoal', {
  description: 'How near the plan came to the best that is possible for one goal, or for several by weights.',
  simpleResolvers: true,
})
export class PlanGoalType {
  @Field(() => String, {
    description: 'What it counts; earlier goals come first whatever it costs later ones.',
  })
  name!: string;

  @Field(() => Float, { description: 'What was reached; the lower the better.' })
  value!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Nothing lower is possible; null where the search ended before it had proven anything.',
  })
  bound!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'How far the value may be from the best one, as a fraction of it; 0 for the best, null where nothing is proven.',
  })
  gap!: number | null;

  @Field(() => Int, { description: 'Nodes of the search.' })
  nodes!: number;
}

@ObjectType('AssignmentPlanBalance', {
  description:
    'How evenly load is spread over the CSMs who are there: utilisations of the limit, as fractions of 1.',
  simpleResolvers: true,
})
export class PlanBalanceType {
  @Field(() => Float, { description: 'Of the least busy CSM.' })
  lowest!: number;

  @Field(() => Float, { description: 'Of the busiest CSM.' })
  highest!: number;

  @Field(() => Float, { description: 'Of all of them together.' })
  mean!: number;

  @Field(() => Float, {
    description: 'The standard deviation, weighted by FTE: 0 where all are equally busy.',
  })
  standardDeviation!: number;
}

@ObjectType('PlannedUtilisation', { description: 'How busy a CSM is.', simpleResolvers: true })
export class PlannedUtilisationType {
  @Field(() => String, { description: 'The external id of the CSM.' })
  csm!: string;

  @Field(() => String, { description: 'The name.' })
  name!: string;

  @Field(() => Float, { description: 'FTE available on the day.' })
  fte!: number;

  @Field(() => Float, { nullable: true, description: 'Utilisation of the limit today, as a fraction of 1.' })
  before!: number | null;

  @Field(() => Float, { nullable: true, description: 'The same after the plan.' })
  after!: number | null;
}

@ObjectType('AssignmentPlanMissing', {
  description: 'A demand that cannot be met without breaking a rule, and what it lacks.',
  simpleResolvers: true,
})
export class PlanMissingType {
  @Field(() => PlanDemandEnum, { description: 'What was to be done.' })
  demand!: string;

  @Field(() => MissingCauseEnum, { description: 'What is missing.' })
  cause!: string;

  @Field(() => TierType, { nullable: true, description: 'The tier of the accounts; null for RELIEF.' })
  tier!: TierType | null;

  @Field(() => String, { nullable: true, description: 'The language that nobody speaks, where it is one.' })
  language!: string | null;

  @Field(() => String, { nullable: true, description: 'The region that nobody covers, where it is one.' })
  region!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For RELIEF, the external id of the CSM who stays above the limit.',
  })
  csm!: string | null;

  @Field(() => Float, { description: 'FTE that the accounts take at the limit; for RELIEF, FTE above it.' })
  fte!: number;

  @Field(() => Int, { description: 'How many accounts.' })
  accounts!: number;

  @Field(() => String, { description: 'All of it in words.' })
  text!: string;
}

@ObjectType('AssignmentPlan', {
  description:
    'Who should take the accounts without a valid owner, and some of those of CSMs above the limit. Nothing is written.',
  simpleResolvers: true,
})
export class AssignmentPlanType {
  @Field(() => DateScalar, { description: 'The day for which it holds.' })
  day!: string;

  @Field(() => String, {
    description: 'Stands for the plan and everything that it looked at; give it to applyAssignmentPlan.',
  })
  digest!: string;

  @Field(() => Boolean, {
    description:
      'Whether asking again on the same day and book gives the same plan; false where a clock had to end the search.',
  })
  reproducible!: boolean;

  @Field(() => Int, { description: 'Accounts without a valid owner that were asked for.' })
  toCover!: number;

  @Field(() => Int, { description: 'Those of them that the plan covers.' })
  covered!: number;

  @Field(() => Float, { description: 'The share that is covered, as a fraction of 1; 1 if there is none.' })
  coverage!: number;

  @Field(() => Int, { description: 'Accounts that change from one owner to another.' })
  moves!: number;

  @Field(() => Int, { description: 'Accounts that go to somebody who knows their industry.' })
  industryFits!: number;

  @Field(() => Float, { description: 'FTE above the limits of CSMs, today.' })
  overloadBefore!: number;

  @Field(() => Float, { description: 'The same after the plan.' })
  overloadAfter!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'The largest gap of all goals; 0 where every one is the best possible, null where nothing is proven of one.',
  })
  gap!: number | null;

  @Field(() => Int, { description: 'Nodes of the search in all.' })
  nodes!: number;

  @Extensions({ listBound: 8 })
  @Field(() => [PlanGoalType], { description: 'The goals, the first one first.' })
  goals!: readonly PlanGoalType[];

  @Field(() => PlanBalanceType, { nullable: true, description: 'Today; null where no CSM is there.' })
  balanceBefore!: PlanBalanceType | null;

  @Field(() => PlanBalanceType, { nullable: true, description: 'After the plan.' })
  balanceAfter!: PlanBalanceType | null;

  @Extensions({ listBound: 100 })
  @Field(() => [PlannedUtilisationType], { description: 'Every CSM who is there, by external id.' })
  csms!: readonly PlannedUtilisationType[];

  @Extensions({ listBound: 10 })
  @Field(() => [PlanMissingType], { description: 'What the plan cannot do, the highest tier first.' })
  missing!: readonly PlanMissingType[];
}

@ObjectType({ description: 'An account that the plan could not give away.', simpleResolvers: true })
export class RefusedProposal {
  @Field(() => UserError, { description: 'Why.' })
  error!: UserError;
}

@ObjectType({ description: 'What became of a plan.', simpleResolvers: true })
export class ApplyAssignmentPlanPayload {
  @Field(() => Int, { description: 'How many accounts got a new owner.' })
  assigned!: number;

  @Field(() => Int, { description: 'How many were refused.' })
  refused!: number;

  @Extensions({ listBound: 100 })
  @Field(() => [RefusedProposal], { description: 'The first 100 that were refused, by id.' })
  firstRefused!: readonly RefusedProposal[];

  @Extensions({ listBound: 1 })
  @Field(() => [UserError], { description: 'Why the whole call was refused; empty otherwise.' })
  userErrors!: readonly UserError[];
}
