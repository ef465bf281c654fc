import { Field, InputType, Int } from 'type-graphql';
import { type PlanPriority } from '../../domain/assignment-plan';
import { AccountFilterInput } from '../account/account-filter.input';
import { AccountKeyInput } from '../account/account-key.input';
import { IDEMPOTENCY_KEY } from '../idempotency-key';
import { PlanPriorityEnum } from './assignment-plan.enum';

@InputType({ description: 'What an assignment plan is asked for; it always holds for today.' })
export class AssignmentPlanInput {
  @Field(() => AccountFilterInput, {
    nullable: true,
    description: 'Which accounts may get another owner; all if absent. The others count with their load.',
  })
  where?: AccountFilterInput | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The most accounts that may change from one owner to another, from 0 on; any number if absent. Accounts that nobody looks after do not count.',
  })
  moveBudget?: number | null;

  @Field(() => PlanPriorityEnum, {
    nullable: true,
    description: 'What comes first where not every account can be covered; MOST_ACCOUNTS if absent.',
  })
  priority?: PlanPriority | null;
}

@InputType({ description: 'The executive sponsor of one account.' })
export class AccountSponsorInput extends AccountKeyInput {
  @Field(() => String, { description: 'The executive who stands behind the account.' })
  executiveSponsor!: string;
}

@InputType({ description: 'An assignment plan that is to be applied.' })
export class ApplyAssignmentPlanInput {
  @Field(() => AssignmentPlanInput, { description: 'What the plan was asked for.' })
  plan!: AssignmentPlanInput;

  @Field(() => String, {
    description:
      'What assignmentPlan gave; it is refused as STALE_PLAN if the accounts, the CSMs, the published model or the day has changed since.',
  })
  digest!: string;

  @Field(() => [AccountSponsorInput], {
    nullable: true,
    description: 'Up to 500 executive sponsors of accounts whose tier needs one and that have none.',
  })
  executiveSponsors?: AccountSponsorInput[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'The executive sponsor of all other accounts that need one.',
  })
  executiveSponsor?: string | null;

  @Field(() => String, { nullable: true, description: 'Why, at most 1,000 characters.' })
  reason?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
