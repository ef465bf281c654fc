import { ArgsType, Field, InputType, ObjectType } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { type GraceReason } from '../../domain/standing';
import { AccountFilterInput } from '../account/account-filter.input';
import { ConnectionArgs, connectionOf } from '../connection';
import { DateScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';
import { GraceReasonEnum } from './pending-downgrade.enum';

@ObjectType('PendingDowngrade', {
  description:
    'A lower computed tier that waits out its grace period; until then the account keeps its tier and its service.',
  simpleResolvers: true,
})
export class PendingDowngradeType {
  @Field(() => TierType, { description: 'The tier that the account still holds.' })
  heldTier!: TierType;

  @Field(() => TierType, { description: 'The tier that it would fall to today.' })
  targetTier!: TierType;

  @Field(() => DateScalar, { description: 'When the lower tier was first computed.' })
  detectedOn!: string;

  @Field(() => DateScalar, {
    description: 'The day on which the downgrade is made, to the tier computed then.',
  })
  graceUntil!: string;

  @Field(() => GraceReasonEnum, { description: 'Why it was opened.' })
  reason!: string;

  @Field(() => Boolean, {
    description: 'Whether a tier review has extended the grace, which it may do once.',
  })
  extended!: boolean;
}

export const { Connection: PendingDowngradeConnection } = connectionOf(
  PendingDowngradeType,
  'PendingDowngrade',
  'pending downgrades',
);

@InputType('PendingDowngradeFilter', {
  description: 'Which pending downgrades are meant. Everything that is given must hold.',
})
export class PendingDowngradeFilterInput {
  @Field(() => String, { nullable: true, description: 'Held in the tier with this key.' })
  heldTier?: string | null;

  @Field(() => String, { nullable: true, description: 'Leading to the tier with this key.' })
  targetTier?: string | null;

  @Field(() => GraceReasonEnum, { nullable: true, description: 'Opened for this reason.' })
  reason?: GraceReason | null;

  @Field(() => DateScalar, { nullable: true, description: 'Due on this day or later.' })
  dueFrom?: CalendarDate | null;

  @Field(() => DateScalar, { nullable: true, description: 'Due on this day or earlier.' })
  dueTo?: CalendarDate | null;

  @Field(() => AccountFilterInput, { nullable: true, description: 'Of accounts like this.' })
  account?: AccountFilterInput | null;
}

@ArgsType()
export class PendingDowngradesArgs extends ConnectionArgs {
  @Field(() => PendingDowngradeFilterInput, { nullable: true, description: 'Which of them; all if absent.' })
  where?: PendingDowngradeFilterInput | null;
}
