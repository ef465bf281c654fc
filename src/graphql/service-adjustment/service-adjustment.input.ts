import { Field, ID, InputType, Int } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { type AdjustmentKind } from '../../domain/service-adjustment';
import { AccountKeyInput } from '../account/account-key.input';
import { IDEMPOTENCY_KEY } from '../idempotency-key';
import { DateScalar } from '../scalars';
import { AdjustmentKindEnum } from './service-adjustment.enum';

const UNTIL_DESCRIPTION =
  'The day on which it ends: after today, at most 180 days off in the built-in model.';

@InputType()
class AdjustmentCallInput {
  @Field(() => ID, { description: 'The service adjustment.' })
  adjustmentId!: string;

  @Field(() => String, { nullable: true, description: 'What to say about it, at most 1,000 characters.' })
  note?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The version of the adjustment that was seen; another one refuses this as STALE_VERSION.',
  })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Accepts a proposed service adjustment.' })
export class AcceptServiceAdjustmentInput extends AdjustmentCallInput {
  @Field(() => DateScalar, { description: UNTIL_DESCRIPTION })
  until!: CalendarDate;
}

@InputType({ description: 'Dismisses a proposed service adjustment.' })
export class DismissServiceAdjustmentInput extends AdjustmentCallInput {}

@InputType({ description: 'Ends an active service adjustment before its time.' })
export class EndServiceAdjustmentInput extends AdjustmentCallInput {}

@InputType({ description: 'Sets a service adjustment that nobody proposed.' })
export class SetServiceAdjustmentInput extends AccountKeyInput {
  @Field(() => AdjustmentKindEnum, { description: 'Whether the account gets more, or less.' })
  kind!: AdjustmentKind;

  @Field(() => DateScalar, { description: UNTIL_DESCRIPTION })
  until!: CalendarDate;

  @Field(() => String, { nullable: true, description: 'Why, at most 1,000 characters.' })
  note?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether an active adjustment is to be replaced; without it, one refuses this as CONFLICT.',
  })
  replace!: boolean;

  @Field(() => Int, {
    nullable: true,
    description:
      'The version of the account that you have seen; it is refused as STALE_VERSION if that is no longer so.',
  })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
