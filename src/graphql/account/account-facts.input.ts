import { Field, InputType, Int } from 'type-graphql';
import { type AccountStatus, type Level } from '../../domain/account';
import { type CalendarDate } from '../../domain/calendar';
import { type Money } from '../../domain/money';
import { DateScalar, DecimalScalar } from '../scalars';
import { AccountStatusEnum, LevelEnum } from './account.enum';

@InputType({
  description:
    'What placement looks at. An absent fact is left as it is (in a preview: missing); null makes it missing.',
})
export class AccountFactsInput {
  @Field(() => AccountStatusEnum, {
    nullable: true,
    description: 'Whether it is a customer; absent counts as ACTIVE.',
  })
  status?: AccountStatus | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Annual recurring revenue in the base currency; null when it is not known.',
  })
  arr?: Money | null;

  @Field(() => LevelEnum, {
    nullable: true,
    description: "A person's assessment of the expansion potential.",
  })
  expansionAssessment?: Level | null;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'The day of the assessment, which then counts for 12 months. If left out: the day it was first given; repeating the same assessment keeps that day, so give a new one to renew it.',
  })
  expansionAssessedOn?: CalendarDate | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Further ARR that is in reach, in the base currency.',
  })
  expansionArr?: Money | null;

  @Field(() => Int, { nullable: true, description: 'Seats bought.' })
  seatsPurchased?: number | null;

  @Field(() => Int, { nullable: true, description: 'Seats that this customer could fill, bought or not.' })
  seatsAvailable?: number | null;

  @Field(() => Int, { nullable: true, description: 'Seats in use.' })
  seatsUsed?: number | null;

  @Field(() => Int, { nullable: true, description: 'Product lines bought.' })
  productLinesOwned?: number | null;

  @Field(() => Int, { nullable: true, description: 'Product lines that this customer could use.' })
  productLinesAvailable?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the name is worth showing.' })
  logoValue?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it may serve as a reference and advocate.' })
  referencePotential?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether others in its market follow it.' })
  marketInfluence?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a partnership is in reach.' })
  partnershipOpportunity?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it uses advanced features.' })
  advancedFeatures?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it runs several integrations.' })
  severalIntegrations?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it runs on a configuration of its own.' })
  customConfiguration?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its implementation is complex. Raises load, not the tier.',
  })
  complexImplementation?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether many people have a say. Raises load, not the tier.',
  })
  manyStakeholders?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its business depends on the product. Raises load, not the tier.',
  })
  missionCritical?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a person has designated it strategic.' })
  strategicDesignation?: boolean | null;

  @Field(() => LevelEnum, { nullable: true, description: 'How likely it is to leave.' })
  churnRisk?: Level | null;

  @Field(() => Int, { nullable: true, description: 'Health from 0 to 100.' })
  healthScore?: number | null;

  @Field(() => Int, { nullable: true, description: 'Usage in percent of what the plan allows.' })
  usagePercent?: number | null;
}
