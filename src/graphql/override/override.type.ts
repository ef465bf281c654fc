import { ArgsType, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { type OverrideReason, type OverrideStatus } from '../../domain/override';
import { AccountFilterInput } from '../account/account-filter.input';
import { ConnectionArgs, connectionOf } from '../connection';
import { Node } from '../node';
import { DateScalar, DateTimeScalar, DecimalScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';
import { OverrideEndReasonEnum, OverrideReasonEnum, OverrideStatusEnum } from './override.enum';

@ObjectType('Override', {
  implements: Node,
  description:
    "A person's decision to hold an account in another tier, with reason and expiry, or the request for one.",
  simpleResolvers: true,
})
export class OverrideType extends Node {
  @Field(() => OverrideStatusEnum, { description: 'Where it stands.' })
  status!: string;

  @Field(() => TierType, {
    description: 'The tier that it holds the account in: a higher, a lower or the held one (a freeze).',
  })
  tier!: TierType;

  @Field(() => OverrideReasonEnum, { description: 'Why it was asked for.' })
  reason!: string;

  @Field(() => String, { nullable: true, description: 'More about why; always there for the reason OTHER.' })
  note!: string | null;

  @Field(() => DateScalar, { description: 'The day on which it ends by itself.' })
  expiresOn!: string;

  @Field(() => String, { description: 'Who asked for it, or granted it at once.' })
  requestedBy!: string;

  @Field(() => String, { description: 'The actorId of who asked for it.' })
  requestedById!: string;

  @Field(() => DateTimeScalar, { description: 'When it was asked for.' })
  requestedAt!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day on which it became active; null where it never was.',
  })
  startedOn!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Who approved or rejected it; null for one that nobody decided or had to.',
  })
  decidedBy!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was approved or rejected.' })
  decidedAt!: string | null;

  @Field(() => String, { nullable: true, description: 'What was said with the decision.' })
  decisionNote!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Who ended it: a person, a script, or Tierbook itself. Null while it is open or active.',
  })
  endedBy!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'The day on which it ended.' })
  endedOn!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The moment at which it ended.' })
  endedAt!: string | null;

  @Field(() => OverrideEndReasonEnum, { nullable: true, description: 'What ended it.' })
  endReason!: string | null;

  @Field(() => String, { nullable: true, description: 'What was said about its end.' })
  endNote!: string | null;

  @Field(() => Int, { description: 'Goes up with every change; give it as expectedVersion.' })
  version!: number;
}

export const { Connection: OverrideConnection } = connectionOf(OverrideType, 'Override', 'overrides');

@InputType('OverrideFilter', {
  description: 'Which overrides and requests are meant. Everything that is given must hold.',
})
export class OverrideFilterInput {
  @Field(() => [OverrideStatusEnum], { nullable: true, description: 'Of one of these statuses.' })
  statuses?: OverrideStatus[] | null;

  @Field(() => [String], { nullable: true, description: 'To the tier with one of these keys.' })
  tiers?: string[] | null;

  @Field(() => [OverrideReasonEnum], { nullable: true, description: 'For one of these reasons.' })
  reasons?: OverrideReason[] | null;

  @Field(() => String, { nullable: true, description: 'Asked for by the actor with this actorId.' })
  requestedById?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Expiring on this day or later.' })
  expiresFrom?: CalendarDate | null;

  @Field(() => DateScalar, { nullable: true, description: 'Expiring on this day or earlier.' })
  expiresTo?: CalendarDate | null;

  @Field(() => ID, { nullable: true, description: 'Of this account.' })
  accountId?: string | null;

  @Field(() => AccountFilterInput, { nullable: true, description: 'Of accounts that are like this today.' })
  account?: AccountFilterInput | null;
}

@ArgsType()
export class OverridesArgs extends ConnectionArgs {
  @Field(() => OverrideFilterInput, { nullable: true, description: 'Which of them; all if absent.' })
  where?: OverrideFilterInput | null;
}

@ObjectType({
  description: 'How much of the book stands under active overrides.',
  simpleResolvers: true,
})
export class DriftFigures {
  @Field(() => Int, { description: 'How many accounts.' })
  accounts!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Of all accounts that the filter leaves, as a fraction of 1 with 6 places; null where there are none.',
  })
  accountShare!: number | null;

  @Field(() => DecimalScalar, {
    description: 'Their ARR in the base currency; one that is not known counts as 0.',
  })
  arr!: string;

  @Field(() => Float, {
    nullable: true,
    description:
      'Of the ARR of all accounts that the filter leaves, as a fraction of 1 with 6 places; null where there is none.',
  })
  arrShare!: number | null;
}

@ObjectType({ description: 'The active overrides of one reason.', simpleResolvers: true })
export class OverrideDriftByReason extends DriftFigures {
  @Field(() => OverrideReasonEnum, { description: 'The reason.' })
  reason!: string;
}

@ObjectType({ description: 'The active overrides that one actor asked for.', simpleResolvers: true })
export class OverrideDriftByAuthor extends DriftFigures {
  @Field(() => String, { description: 'The name of the person or of the token.' })
  author!: string;

  @Field(() => String, { description: 'The actorId.' })
  authorId!: string;
}

@ObjectType({ description: 'The active overrides to one tier.', simpleResolvers: true })
export class OverrideDriftByTier extends DriftFigures {
  @Field(() => TierType, { description: 'The tier that they hold accounts in.' })
  tier!: TierType;
}

@ObjectType('OverrideDrift', {
  description:
    'How far people have moved the book away from its rules: the accounts under an active override, of those that are not churned.',
  simpleResolvers: true,
})
export class OverrideDriftType extends DriftFigures {
  @Field(() => [OverrideDriftByReason], { description: 'By reason, the most ARR first.' })
  byReason!: readonly OverrideDriftByReason[];

  @Field(() => [OverrideDriftByAuthor], { description: 'By who asked for them, the most ARR first.' })
  byAuthor!: readonly OverrideDriftByAuthor[];

  @Field(() => [OverrideDriftByTier], {
    description: 'By the tier that they hold accounts in, the most ARR first.',
  })
  byTier!: readonly OverrideDriftByTier[];
}

@ArgsType()
export class OverrideDriftArgs {
  @Field(() => AccountFilterInput, {
    nullable: true,
    description: 'Of which accounts; of the whole book if absent.',
  })
  where?: AccountFilterInput | null;
}
