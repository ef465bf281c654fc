import { ArgsType, Field, InputType, Int, ObjectType } from 'type-graphql';
import { type DueKind } from '../../app/ports/engagement';
import { type CalendarDate } from '../../domain/calendar';
import { AccountFilterInput } from '../account/account-filter.input';
import { ConnectionArgs, connectionOf } from '../connection';
import { EngagementProgramType } from '../engagement-program/engagement-program.type';
import { Node } from '../node';
import { DateScalar, DateTimeScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';
import { ContactChannelEnum, DueKindEnum, TouchKindEnum, TouchOutcomeEnum } from './touch.enum';

@ObjectType('Touch', {
  description: 'A touch or a business review that an account is owed next.',
  simpleResolvers: true,
})
export class DueTouchType {
  @Field(() => DueKindEnum, { description: 'What is due.' })
  kind!: string;

  @Field(() => TierType, { description: 'The effective tier of the account, whose program asks for it.' })
  tier!: TierType;

  @Field(() => EngagementProgramType, { description: 'The program that asks for it.' })
  program!: EngagementProgramType;

  @Field(() => DateScalar, { description: 'The first day on which it is not too soon.' })
  dueFrom!: string;

  @Field(() => DateScalar, { description: 'The last day on which it is in time.' })
  dueOn!: string;

  @Field(() => Int, { description: 'Days since its last day; 0 while it is in time.' })
  overdueDays!: number;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'The day of the last one that counts: of the same kind, events included where the program says so; null for none.',
  })
  lastOn!: string | null;

  @Field(() => String, { description: 'Why it is due then, for people.' })
  reason!: string;
}

export const { Connection: TouchConnection } = connectionOf(DueTouchType, 'Touch', 'due touches');

@ObjectType('LoggedTouch', {
  implements: Node,
  description: 'A touch or a business review that was logged. It is never deleted, only taken back.',
  simpleResolvers: true,
})
export class LoggedTouchType extends Node {
  @Field(() => TouchKindEnum, { description: 'What was done.' })
  kind!: string;

  @Field(() => DateScalar, { description: 'The day on which it happened, or was left out.' })
  on!: string;

  @Field(() => ContactChannelEnum, { description: 'How the customer was reached.' })
  channel!: string;

  @Field(() => TouchOutcomeEnum, { nullable: true, description: 'What came of it; null if nobody said.' })
  outcome!: string | null;

  @Field(() => String, { nullable: true, description: 'What was said about it.' })
  note!: string | null;

  @Field(() => Boolean, { description: 'Whether it is a business review that was left out on purpose.' })
  skipped!: boolean;

  @Field(() => String, { description: 'Who logged it.' })
  loggedBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was logged.' })
  loggedAt!: string;

  @Field(() => String, { nullable: true, description: 'Who took it back; null while it counts.' })
  undoneBy!: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was taken back; from then on it counts for nothing.',
  })
  undoneAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was taken back.' })
  undoneNote!: string | null;
}

export const { Connection: LoggedTouchConnection } = connectionOf(
  LoggedTouchType,
  'LoggedTouch',
  'logged touches',
);

@InputType('DueTouchFilter', {
  description: 'Which due touches are meant. Everything that is given must hold.',
})
export class DueTouchFilterInput {
  @Field(() => String, {
    nullable: true,
    description:
      "The external id of a CSM: own accounts, those of the CSM's pools, and those of colleagues on leave whose backup the CSM is today. A caller with the role CSM gets the own portfolio if neither this nor pool nor everybody is given.",
  })
  csm?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The external id of the pool that looks after the accounts.',
  })
  pool?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether a caller with the role CSM means the accounts of everybody.',
  })
  everybody?: boolean | null;

  @Field(() => [String], { nullable: true, description: 'In one of these tiers, by key.' })
  tiers?: string[] | null;

  @Field(() => [DueKindEnum], { nullable: true, description: 'Of one of these kinds.' })
  kinds?: DueKind[] | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'Due on this day or earlier; today if absent.',
  })
  until?: CalendarDate | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether to give also what is not too soon by that day, though its last day comes later.',
  })
  early?: boolean | null;

  @Field(() => AccountFilterInput, { nullable: true, description: 'Of accounts that are like this today.' })
  account?: AccountFilterInput | null;
}

@ArgsType()
export class DueTouchesArgs extends ConnectionArgs {
  @Field(() => DueTouchFilterInput, {
    nullable: true,
    description: 'Which of them; what is due by today if absent.',
  })
  where?: DueTouchFilterInput | null;
}
