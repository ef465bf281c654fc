import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { AccountFilterInput } from '../account/account-filter.input';
import { ConnectionArgs, connectionOf } from '../connection';
import { Node } from '../node';
import { DateScalar, DateTimeScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';

@ObjectType('RenewalNotice', {
  implements: Node,
  description:
    'A notice that fell due before a renewal, on a day that the program of the tier names. Each is recorded once.',
  simpleResolvers: true,
})
export class RenewalNoticeType extends Node {
  @Field(() => DateScalar, { description: 'The renewal that it announces.' })
  renewalOn!: string;

  @Field(() => Int, { description: 'Days from the notice to the renewal.' })
  daysAhead!: number;

  @Field(() => DateScalar, { description: 'The day on which it was due, in the business time zone.' })
  dueOn!: string;

  @Field(() => TierType, { description: 'The effective tier whose program names it.' })
  tier!: TierType;

  @Field(() => DateTimeScalar, {
    description: 'When it was recorded; after downtime that is later than the day on which it was due.',
  })
  recordedAt!: string;
}

export const { Connection: RenewalNoticeConnection } = connectionOf(
  RenewalNoticeType,
  'RenewalNotice',
  'renewal notices',
);

@InputType('RenewalNoticeFilter', {
  description: 'Which renewal notices are meant. Everything that is given must hold.',
})
export class RenewalNoticeFilterInput {
  @Field(() => [String], {
    nullable: true,
    description: 'Of accounts that stood in one of these tiers when it fell due, by key.',
  })
  tiers?: string[] | null;

  @Field(() => [Int], { nullable: true, description: 'So many days ahead of the renewal.' })
  daysAhead?: number[] | null;

  @Field(() => DateScalar, { nullable: true, description: 'Due on this day or later.' })
  dueFrom?: CalendarDate | null;

  @Field(() => DateScalar, { nullable: true, description: 'Due on this day or earlier.' })
  dueTo?: CalendarDate | null;

  @Field(() => DateScalar, { nullable: true, description: 'Of a renewal on this day or later.' })
  renewalFrom?: CalendarDate | null;

  @Field(() => DateScalar, { nullable: true, description: 'Of a renewal on this day or earlier.' })
  renewalTo?: CalendarDate | null;

  @Field(() => ID, { nullable: true, description: 'Of this account.' })
  accountId?: string | null;

  @Field(() => AccountFilterInput, { nullable: true, description: 'Of accounts that are like this today.' })
  account?: AccountFilterInput | null;
}

@ArgsType()
export class RenewalNoticesArgs extends ConnectionArgs {
  @Field(() => RenewalNoticeFilterInput, { nullable: true, description: 'Which of them; all if absent.' })
  where?: RenewalNoticeFilterInput | null;
}
