import { ArgsType, Extensions, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { type InterventionOrder } from '../../app/ports/intervention';
import { type CalendarDate } from '../../domain/calendar';
import { type InterventionReason, type InterventionStatus } from '../../domain/intervention';
import { AccountFilterInput } from '../account/account-filter.input';
import { ConnectionArgs, connectionOf } from '../connection';
import { Node } from '../node';
import { DateScalar, DateTimeScalar } from '../scalars';
import { TierType } from '../tiering-model/tier.type';
import { InterventionOrderEnum, InterventionReasonEnum, InterventionStatusEnum } from './intervention.enum';

@ObjectType('InterventionEvidence', {
  description: 'A change that raised an intervention, or a fact that stands behind it.',
  simpleResolvers: true,
})
export class InterventionEvidenceType {
  @Field(() => String, {
    description:
      'The field of the account, such as "healthScore"; "tier" for its effective tier, "csm" for the CSM who looked after it alone.',
  })
  fact!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'What it was, as text: points, percent, an amount in the base currency, true or false, the key of a tier, the external id of a CSM. Null for nothing.',
  })
  from!: string | null;

  @Field(() => String, { nullable: true, description: 'What it became; null for nothing.' })
  to!: string | null;
}

@ObjectType('Intervention', {
  implements: Node,
  description:
    'A call for a person to look after an account of a tier in which nobody is named. At most one is open for each account and reason.',
  simpleResolvers: true,
})
export class InterventionType extends Node {
  @Field(() => InterventionReasonEnum, { description: 'What raised it.' })
  reason!: string;

  @Field(() => InterventionStatusEnum, { description: 'Where it stands.' })
  status!: string;

  @Field(() => TierType, { description: 'The effective tier of the account when it was raised.' })
  tier!: TierType;

  @Extensions({ listBound: 5 })
  @Field(() => [InterventionEvidenceType], { description: 'What happened, from what to what.' })
  evidence!: readonly InterventionEvidenceType[];

  @Field(() => DateScalar, { description: 'The day on which it was raised, in the business time zone.' })
  raisedOn!: string;

  @Field(() => DateTimeScalar, { description: 'When it was raised.' })
  raisedAt!: string;

  @Field(() => String, { description: 'Who made the change that raised it, or Tierbook itself.' })
  raisedBy!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day on which it was closed; null while it is open.',
  })
  closedOn!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was closed; null while it is open.' })
  closedAt!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Who closed it, Tierbook itself where the account churned; null while it is open.',
  })
  closedBy!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What was done about it; null unless it is COMPLETED.',
  })
  note!: string | null;

  @Field(() => Int, { description: 'Goes up with every change; give it as expectedVersion.' })
  version!: number;
}

export const { Connection: InterventionConnection } = connectionOf(
  InterventionType,
  'Intervention',
  'interventions',
);

@InputType('InterventionFilter', {
  description: 'Which interventions are meant. Everything that is given must hold.',
})
export class InterventionFilterInput {
  @Field(() => [InterventionStatusEnum], { nullable: true, description: 'Of one of these statuses.' })
  statuses?: InterventionStatus[] | null;

  @Field(() => [InterventionReasonEnum], { nullable: true, description: 'Raised for one of these reasons.' })
  reasons?: InterventionReason[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Of accounts whose effective tier today has one of these keys.',
  })
  tiers?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Of accounts that one of these CSMs looks after alone, by their external ids.',
  })
  csms?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Of accounts that one of these pools looks after, by their external ids.',
  })
  pools?: string[] | null;

  @Field(() => DateScalar, { nullable: true, description: 'Raised on this day or later.' })
  raisedFrom?: CalendarDate | null;

  @Field(() => DateScalar, { nullable: true, description: 'Raised on this day or earlier.' })
  raisedTo?: CalendarDate | null;

  @Field(() => ID, { nullable: true, description: 'Of this account.' })
  accountId?: string | null;

  @Field(() => AccountFilterInput, { nullable: true, description: 'Of accounts that are like this today.' })
  account?: AccountFilterInput | null;
}

@ArgsType()
export class InterventionsArgs extends ConnectionArgs {
  @Field(() => InterventionFilterInput, { nullable: true, description: 'Which of them; all if absent.' })
  where?: InterventionFilterInput | null;

  @Field(() => InterventionOrderEnum, { nullable: true, description: 'Their order; NEWEST if absent.' })
  orderBy?: InterventionOrder | null;
}
