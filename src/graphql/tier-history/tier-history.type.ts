import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { type HistoryCause, type HistoryKind } from '../../domain/tier-history';
import { AccountFilterInput } from '../account/account-filter.input';
import { ConnectionArgs, connectionOf } from '../connection';
import { Node } from '../node';
import { GraceReasonEnum } from '../pending-downgrade/pending-downgrade.enum';
import { DateScalar, DateTimeScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';
import { HistoryCauseEnum, HistoryKindEnum } from './tier-history.enum';

@ObjectType('TierHistoryEntry', {
  implements: Node,
  description:
    'A row of the tier history of an account. It never changes. It is a move where the effective tier differs.',
  simpleResolvers: true,
})
export class TierHistoryEntryType extends Node {
  @Field(() => HistoryKindEnum, { description: 'What happened.' })
  kind!: string;

  @Field(() => HistoryCauseEnum, { description: 'Why it happened.' })
  cause!: string;

  @Field(() => TierType, { nullable: true, description: 'What the placement said after it.' })
  computedTier!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'The held tier before.' })
  heldFrom!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'The held tier after.' })
  heldTo!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'The effective tier before.' })
  effectiveFrom!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'The effective tier after.' })
  effectiveTo!: TierType | null;

  @Field(() => TierType, { nullable: true, description: 'Where a pending downgrade leads, after this row.' })
  pendingTarget!: TierType | null;

  @Field(() => DateScalar, { nullable: true, description: 'When that pending downgrade was detected.' })
  detectedOn!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'The day on which that downgrade is made.' })
  graceUntil!: string | null;

  @Field(() => GraceReasonEnum, { nullable: true, description: 'Why that pending downgrade was opened.' })
  graceReason!: string | null;

  @Field(() => Int, { description: 'The version of the tiering model in force.' })
  modelVersion!: number;

  @Field(() => String, { description: 'Who did it: a person, a script, or Tierbook itself.' })
  actor!: string;

  @Field(() => DateScalar, { description: 'The day, in the business time zone.' })
  occurredOn!: string;

  @Field(() => DateTimeScalar, { description: 'The moment.' })
  occurredAt!: string;
}

export const { Connection: TierHistoryConnection } = connectionOf(
  TierHistoryEntryType,
  'TierHistory',
  'rows of a tier history',
);
export const { Connection: TierMoveConnection } = connectionOf(TierHistoryEntryType, 'TierMove', 'moves');

@InputType({ description: 'Which moves are meant. Everything that is given must hold.' })
export class TierMoveFilter {
  @Field(() => ID, { nullable: true, description: 'Of this account.' })
  accountId?: string | null;

  @Field(() => AccountFilterInput, { nullable: true, description: 'Of accounts that are like this today.' })
  account?: AccountFilterInput | null;

  @Field(() => [HistoryKindEnum], { nullable: true, description: 'Of one of these kinds.' })
  kinds?: HistoryKind[] | null;

  @Field(() => [HistoryCauseEnum], { nullable: true, description: 'For one of these causes.' })
  causes?: HistoryCause[] | null;

  @Field(() => DateScalar, { nullable: true, description: 'On this day or later.' })
  from?: CalendarDate | null;

  @Field(() => DateScalar, { nullable: true, description: 'On this day or earlier.' })
  to?: CalendarDate | null;

  @Field(() => String, { nullable: true, description: 'Out of the tier with this key.' })
  tierFrom?: string | null;

  @Field(() => String, { nullable: true, description: 'Into the tier with this key.' })
  tierTo?: string | null;
}

@ArgsType()
export class TierMovesArgs extends ConnectionArgs {
  @Field(() => TierMoveFilter, { nullable: true, description: 'Which moves; all if absent.' })
  where?: TierMoveFilter | null;
}
