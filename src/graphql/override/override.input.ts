import { Field, ID, InputType, Int } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { type OverrideReason } from '../../domain/override';
import { AccountKeyInput } from '../account/account-key.input';
import { IDEMPOTENCY_KEY } from '../idempotency-key';
import { DateScalar } from '../scalars';
import { OverrideDecisionEnum, OverrideReasonEnum } from './override.enum';

@InputType({ description: 'An override of one account.' })
export class OverrideItemInput extends AccountKeyInput {
  @Field(() => String, {
    description: 'The key of the tier to hold it in: a higher, a lower or the held one (a freeze).',
  })
  tier!: string;

  @Field(() => OverrideReasonEnum, { description: 'Why.' })
  reason!: OverrideReason;

  @Field(() => String, {
    nullable: true,
    description:
      'More about why, at most 1,000 characters. OTHER needs one, of at least 10 characters in the built-in model.',
  })
  note?: string | null;

  @Field(() => DateScalar, {
    description: 'The day on which it ends: after today, at most 365 days off in the built-in model.',
  })
  expiresOn!: CalendarDate;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Whether an active override is to be replaced; without it, one refuses this as OVERRIDE_ACTIVE.',
  })
  supersede!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'The version of the account that was seen; another one refuses this as STALE_VERSION.',
  })
  expectedVersion?: number | null;
}

@InputType({ description: 'An override of one account: active at once by a manager, a request by a CSM.' })
export class OverrideTierInput extends OverrideItemInput {
  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Overrides of many accounts.' })
export class OverrideTiersInput {
  @Field(() => [OverrideItemInput], {
    description: 'Up to 500, of different accounts; where one comes twice, only the first counts.',
  })
  overrides!: OverrideItemInput[];

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType()
class OverrideCallInput {
  @Field(() => ID, { description: 'The override.' })
  overrideId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The version of the override that was seen; another one refuses this as STALE_VERSION.',
  })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Approves or rejects a request for an override.' })
export class DecideOverrideInput extends OverrideCallInput {
  @Field(() => OverrideDecisionEnum, { description: 'Whether it becomes active.' })
  decision!: 'APPROVE' | 'REJECT';

  @Field(() => String, {
    nullable: true,
    description: 'What to say about it, at most 1,000 characters; a rejection needs it.',
  })
  note?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Whether an active override is to be replaced; without it, one refuses this as OVERRIDE_ACTIVE.',
  })
  supersede!: boolean;
}

@InputType({ description: 'Withdraws a request for an override.' })
export class WithdrawOverrideInput extends OverrideCallInput {
  @Field(() => String, { nullable: true, description: 'Why, at most 1,000 characters.' })
  note?: string | null;
}

@InputType({ description: 'Ends an active override before its time.' })
export class RevokeOverrideInput extends OverrideCallInput {
  @Field(() => String, { description: 'Why, at most 1,000 characters.' })
  note!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Whether it was a mistake: the account then falls at once. Otherwise one that stood above its held tier falls after a grace.',
  })
  dataError!: boolean;
}
