import { Field, ID, InputType } from 'type-graphql';
import { MOST_TOUCHES_AT_ONCE } from '../../app/touch.service';
import { type CalendarDate } from '../../domain/calendar';
import {
  type ContactChannel,
  OLDEST_TOUCH_DAYS,
  type TouchKind,
  type TouchOutcome,
} from '../../domain/touch';
import { AccountKeyInput } from '../account/account-key.input';
import { IDEMPOTENCY_KEY } from '../idempotency-key';
import { DateScalar } from '../scalars';
import { ContactChannelEnum, TouchKindEnum, TouchOutcomeEnum } from './touch.enum';

@InputType({ description: 'A touch, or a business review that was held or left out.' })
export class TouchInput extends AccountKeyInput {
  @Field(() => TouchKindEnum, { defaultValue: 'TOUCH', description: 'What was done.' })
  kind!: TouchKind;

  @Field(() => DateScalar, {
    nullable: true,
    description: `The day on which it happened: today if absent, at most ${OLDEST_TOUCH_DAYS} days back.`,
  })
  on?: CalendarDate | null;

  @Field(() => ContactChannelEnum, { defaultValue: 'OTHER', description: 'How the customer was reached.' })
  channel!: ContactChannel;

  @Field(() => TouchOutcomeEnum, { nullable: true, description: 'What came of it.' })
  outcome?: TouchOutcome | null;

  @Field(() => String, { nullable: true, description: 'What to say about it, at most 1,000 characters.' })
  note?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      'Whether it is a business review that is left out on purpose: the next one is due one interval later. It needs a note, and a program that allows it.',
  })
  skipped!: boolean;
}

@InputType({ description: 'A touch that is to be logged.' })
export class LogTouchInput extends TouchInput {
  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Touches that are to be logged.' })
export class LogTouchesInput {
  @Field(() => [TouchInput], { description: `Up to ${MOST_TOUCHES_AT_ONCE} touches.` })
  touches!: TouchInput[];

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A touch that was logged by mistake.' })
export class UndoTouchInput {
  @Field(() => ID, { description: 'The logged touch.' })
  touchId!: string;

  @Field(() => String, { nullable: true, description: 'Why, at most 1,000 characters.' })
  note?: string | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
