import { ArgsType, Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { type OverrideReason } from '../../domain/override';
import { type ReviewDecision } from '../../domain/review-recommendation';
import { type ReviewTriggerCode } from '../../domain/tier-review';
import { AccountFilterInput } from '../account/account-filter.input';
import { AccountKeyInput } from '../account/account-key.input';
import { ConnectionArgs, connectionOf } from '../connection';
import { IDEMPOTENCY_KEY } from '../idempotency-key';
import { Node } from '../node';
import { OverrideReasonEnum } from '../override/override.enum';
import { DateScalar, DateTimeScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';
import { ReviewDecisionEnum, ReviewTriggerCodeEnum } from './tier-review.enum';

@ObjectType('ReviewTrigger', {
  description: 'Something that made a tier review fall due at once; it stays until the review is completed.',
  simpleResolvers: true,
})
export class ReviewTriggerType {
  @Field(() => ReviewTriggerCodeEnum, { description: 'What it is.' })
  code!: string;

  @Field(() => DateScalar, { description: 'The day on which it arose.' })
  on!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'What the last review saw: the key of a tier, an amount in the base currency, names of facts, a level, or points of health. Null for nothing.',
  })
  from!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What there was instead when it arose; null for nothing.',
  })
  to!: string | null;
}

@ObjectType('ReviewChange', {
  description: 'Something that is not as the last tier review saw it, however small.',
  simpleResolvers: true,
})
export class ReviewChangeType {
  @Field(() => String, { description: 'The field of the account, such as "arr".' })
  field!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What the last review saw; null for what was not known.',
  })
  from!: string | null;

  @Field(() => String, { nullable: true, description: 'What it is now; null for what is not known.' })
  to!: string | null;
}

@ObjectType('ReviewRecommendation', {
  description: 'What the facts advise a tier review to decide.',
  simpleResolvers: true,
})
export class ReviewRecommendationType {
  @Field(() => ReviewDecisionEnum, { description: 'The decision.' })
  decision!: string;

  @Field(() => String, { description: 'Why, in one sentence.' })
  reason!: string;
}

/** A review that is to come; account, changes and recommendation are resolved beside it. */
@ObjectType('ReviewQueueEntry', {
  description: 'The next tier review of an account, and everything that a person needs to decide it.',
  simpleResolvers: true,
})
export class ReviewQueueEntryType {
  @Field(() => DateScalar, { description: 'The day on which it is due, in the business time zone.' })
  dueOn!: string;

  @Field(() => Int, { description: 'Days since it was due; 0 on the day itself and before it.' })
  daysOverdue!: number;

  @Extensions({ listBound: 8 })
  @Field(() => [ReviewTriggerType], {
    description:
      'What has made it fall due before its time, the earliest first; empty for one of the cadence.',
  })
  triggers!: readonly ReviewTriggerType[];

  @Extensions({ listBound: 9 })
  @Field(() => [ReviewChangeType], { description: 'What has changed since the last review.' })
  changes!: readonly ReviewChangeType[];

  @Field(() => ReviewRecommendationType, { description: 'What the facts advise today.' })
  recommendation!: ReviewRecommendationType;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'When it was escalated to the manager, having been overdue for 14 days; null if it was not.',
  })
  escalatedOn!: string | null;
}

export const { Connection: ReviewQueueConnection } = connectionOf(
  ReviewQueueEntryType,
  'ReviewQueue',
  'tier reviews that are due',
);

@ObjectType('TierReview', {
  implements: Node,
  description: "A completed tier review: the confirmation of an account's tier, or what was decided instead.",
  simpleResolvers: true,
})
export class TierReviewType extends Node {
  @Field(() => DateScalar, { description: 'The day on which it was due.' })
  dueOn!: string;

  @Field(() => DateScalar, { description: 'The day on which it was completed.' })
  completedOn!: string;

  @Field(() => DateTimeScalar, { description: 'The moment at which it was completed.' })
  completedAt!: string;

  @Field(() => String, { description: 'Who completed it.' })
  completedBy!: string;

  @Field(() => Boolean, { description: 'Whether it confirmed itself, since nothing had come up.' })
  automatic!: boolean;

  @Extensions({ listBound: 8 })
  @Field(() => [ReviewTriggerType], { description: 'What had made it fall due before its time.' })
  triggers!: readonly ReviewTriggerType[];

  @Extensions({ listBound: 9 })
  @Field(() => [ReviewChangeType], { description: 'What had changed since the review before it.' })
  changes!: readonly ReviewChangeType[];

  @Field(() => ReviewRecommendationType, { description: 'What the facts advised then.' })
  recommendation!: ReviewRecommendationType;

  @Field(() => ReviewDecisionEnum, { description: 'What was decided.' })
  decision!: string;

  @Field(() => String, { description: 'Why.' })
  note!: string;

  @Field(() => TierType, { description: 'The held tier before it.' })
  heldFrom!: TierType;

  @Field(() => TierType, { description: 'The held tier after it.' })
  heldTo!: TierType;

  @Field(() => TierType, { description: 'The effective tier before it.' })
  effectiveFrom!: TierType;

  @Field(() => TierType, { description: 'The effective tier after it.' })
  effectiveTo!: TierType;

  @Field(() => DateScalar, { description: 'When the next one was set to be due.' })
  nextDueOn!: string;
}

export const { Connection: TierReviewConnection } = connectionOf(
  TierReviewType,
  'TierReview',
  'tier reviews',
);

@InputType('ReviewQueueFilter', {
  description: 'Which tier reviews are meant. Everything that is given must hold.',
})
export class ReviewQueueFilterInput {
  @Field(() => [String], {
    nullable: true,
    description: 'Of accounts whose effective tier has one of these keys.',
  })
  tiers?: string[] | null;

  @Field(() => [ReviewTriggerCodeEnum], {
    nullable: true,
    description: 'With at least one of these triggers.',
  })
  triggers?: ReviewTriggerCode[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it was escalated to the manager.' })
  escalated?: boolean | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Due on this day or earlier; today if absent. A later day shows what is to come.',
  })
  dueBy?: CalendarDate | null;

  @Field(() => AccountFilterInput, { nullable: true, description: 'Of accounts like this.' })
  account?: AccountFilterInput | null;
}

@ArgsType()
export class ReviewQueueArgs extends ConnectionArgs {
  @Field(() => ReviewQueueFilterInput, {
    nullable: true,
    description: 'Which of them; all that are due today or earlier if absent.',
  })
  where?: ReviewQueueFilterInput | null;
}

@InputType({ description: 'What is decided in the tier review of one account.' })
export class CompleteTierReviewInput extends AccountKeyInput {
  @Field(() => ReviewDecisionEnum, { description: 'The decision.' })
  decision!: ReviewDecision;

  @Field(() => String, {
    description:
      'Why: 1 to 1,000 characters. For DESIGNATE it is the reason of the designation, for MOVE_UP the note of the override.',
  })
  note!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'EXTEND_GRACE: the new end of the grace, at most one term or 365 days later, whichever is less; the latest day if absent.',
  })
  extendUntil?: CalendarDate | null;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'DESIGNATE: when the designation is to be looked at again, at most 12 months off; then if absent.',
  })
  reviewOn?: CalendarDate | null;

  @Field(() => String, {
    nullable: true,
    description:
      'MOVE_UP: the key of the tier to move up to. Leave it out, with the next two, to end an override that keeps the account below the tier that the rules hold it in.',
  })
  tier?: string | null;

  @Field(() => OverrideReasonEnum, { nullable: true, description: 'MOVE_UP: the reason of the override.' })
  overrideReason?: OverrideReason | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'MOVE_UP: the day on which the override ends, at most 365 days off.',
  })
  expiresOn?: CalendarDate | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The version of the account that was looked at; the review is refused with STALE_VERSION where the account has changed since.',
  })
  expectedVersion?: number | null;
}

@InputType({ description: 'The tier reviews to complete.' })
export class CompleteTierReviewsInput {
  @Field(() => [CompleteTierReviewInput], { description: 'At most 500, each of another account.' })
  reviews!: CompleteTierReviewInput[];

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
