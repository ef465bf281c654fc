import { ArgsType, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import {
  type AdjustmentGrounds,
  type AdjustmentKind,
  type AdjustmentStatus,
} from '../../domain/service-adjustment';
import { AccountFilterInput } from '../account/account-filter.input';
import { ConnectionArgs, connectionOf } from '../connection';
import { Node } from '../node';
import { DateScalar, DateTimeScalar } from '../scalars';
import {
  AdjustmentEndReasonEnum,
  AdjustmentGroundsEnum,
  AdjustmentKindEnum,
  AdjustmentStatusEnum,
} from './service-adjustment.enum';

@ObjectType('ServiceAdjustment', {
  implements: Node,
  description: 'Temporary extra or lighter touch that leaves the tier alone, or the proposal of it.',
  simpleResolvers: true,
})
export class ServiceAdjustmentType extends Node {
  @Field(() => AdjustmentKindEnum, { description: 'Whether the account gets more, or less.' })
  kind!: string;

  @Field(() => AdjustmentStatusEnum, { description: 'Where it stands.' })
  status!: string;

  @Field(() => AdjustmentGroundsEnum, {
    nullable: true,
    description: 'Why it was proposed; null where a person set it without a proposal.',
  })
  grounds!: string | null;

  @Field(() => Float, { description: 'By what the load of the account is multiplied while it is active.' })
  loadFactor!: number;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day on which it ends by itself; null where it was never active.',
  })
  until!: string | null;

  @Field(() => String, { nullable: true, description: 'What was said when it was accepted or set.' })
  note!: string | null;

  @Field(() => String, { description: 'Who proposed or set it; proposals are made by Tierbook itself.' })
  createdBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was proposed or set.' })
  createdAt!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day on which it became active; null where it never was.',
  })
  startedOn!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Who accepted or dismissed the proposal; null where nobody did or had to.',
  })
  decidedBy!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was accepted or dismissed.' })
  decidedAt!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Who ended it: a person, a script, or Tierbook itself. Null while it is open or active.',
  })
  endedBy!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'The day on which it ended.' })
  endedOn!: string | null;

  @Field(() => AdjustmentEndReasonEnum, { nullable: true, description: 'What ended it.' })
  endReason!: string | null;

  @Field(() => String, { nullable: true, description: 'What was said about its end.' })
  endNote!: string | null;

  @Field(() => Int, { description: 'Goes up with every change; give it as expectedVersion.' })
  version!: number;
}

export const { Connection: ServiceAdjustmentConnection } = connectionOf(
  ServiceAdjustmentType,
  'ServiceAdjustment',
  'service adjustments',
);

@InputType('ServiceAdjustmentFilter', {
  description: 'Which service adjustments and proposals are meant. Everything that is given must hold.',
})
export class ServiceAdjustmentFilterInput {
  @Field(() => [AdjustmentStatusEnum], { nullable: true, description: 'Of one of these statuses.' })
  statuses?: AdjustmentStatus[] | null;

  @Field(() => [AdjustmentKindEnum], { nullable: true, description: 'Of one of these kinds.' })
  kinds?: AdjustmentKind[] | null;

  @Field(() => [AdjustmentGroundsEnum], { nullable: true, description: 'Proposed for one of these grounds.' })
  grounds?: AdjustmentGrounds[] | null;

  @Field(() => DateScalar, { nullable: true, description: 'Ending on this day or later.' })
  untilFrom?: CalendarDate | null;

  @Field(() => DateScalar, { nullable: true, description: 'Ending on this day or earlier.' })
  untilTo?: CalendarDate | null;

  @Field(() => ID, { nullable: true, description: 'Of this account.' })
  accountId?: string | null;

  @Field(() => AccountFilterInput, { nullable: true, description: 'Of accounts that are like this today.' })
  account?: AccountFilterInput | null;
}

@ArgsType()
export class ServiceAdjustmentsArgs extends ConnectionArgs {
  @Field(() => ServiceAdjustmentFilterInput, {
    nullable: true,
    description: 'Which of them; all if absent.',
  })
  where?: ServiceAdjustmentFilterInput | null;
}
