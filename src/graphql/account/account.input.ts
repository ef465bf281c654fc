import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { type AccountOrderField } from '../../app/ports/reads';
import { type CalendarDate } from '../../domain/calendar';
import { type Money } from '../../domain/money';
import { ConnectionArgs } from '../connection';
import { IDEMPOTENCY_KEY } from '../idempotency-key';
import { CountryCodeScalar, DateScalar, DecimalScalar } from '../scalars';
import { AccountFactsInput } from './account-facts.input';
import { AccountFilterInput } from './account-filter.input';
import { AccountKeyInput } from './account-key.input';
import { AccountOrderFieldEnum, OrderDirectionEnum } from './account.enum';

@InputType({
  description: 'What is to be true of one account. An absent field is left as it is; null makes it missing.',
})
export class UpsertAccountInput extends AccountFactsInput {
  @Field(() => String, { description: "The CRM's identifier: an account that is not there yet is created." })
  externalId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The currency of the amounts; anything but the base currency is refused.',
  })
  currency?: string | null;

  @Field(() => String, { nullable: true, description: 'The parent account; it may come with the same call.' })
  parentExternalId?: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the company.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Industry, as the CRM names it.' })
  industry?: string | null;

  @Field(() => Int, { nullable: true, description: 'How many people the company employs.' })
  employees?: number | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "The company's own revenue a year, in the base currency.",
  })
  annualRevenue?: Money | null;

  @Field(() => CountryCodeScalar, { nullable: true, description: 'Country of the company.' })
  country?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Sales or service region, as the organisation names it.',
  })
  region?: string | null;

  @Field(() => String, { nullable: true, description: 'Language tag of the contact, such as pt-BR.' })
  language?: string | null;

  @Field(() => String, { nullable: true, description: 'IANA time zone of the contact.' })
  timeZone?: string | null;

  @Field(() => String, { nullable: true, description: 'Plan that was bought.' })
  plan?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day as a customer.' })
  customerSince?: CalendarDate | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'A day on which the contract renews; it repeats every term.',
  })
  renewalDate?: CalendarDate | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Length of the term in months; 12 where it is not known.',
  })
  termMonths?: number | null;
}

@InputType({ description: 'Accounts to create or to change.' })
export class UpsertAccountsInput {
  @Field(() => [UpsertAccountInput], { description: 'Up to 500 accounts.' })
  accounts!: UpsertAccountInput[];

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'One key that a list of accounts is ordered by.' })
export class AccountOrder {
  @Field(() => AccountOrderFieldEnum, { description: 'What to order by.' })
  field!: AccountOrderField;

  @Field(() => OrderDirectionEnum, { defaultValue: 'ASC', description: 'Upwards, unless said otherwise.' })
  direction!: 'ASC' | 'DESC';
}

@ArgsType()
export class AccountsArgs extends ConnectionArgs {
  @Field(() => AccountFilterInput, { nullable: true, description: 'Which accounts; all if absent.' })
  where?: AccountFilterInput | null;

  @Field(() => [AccountOrder], {
    nullable: true,
    description: 'Up to 3 keys, the first one first; by id if absent.',
  })
  orderBy?: AccountOrder[] | null;
}

@ArgsType()
export class AccountArgs {
  @Field(() => ID, { nullable: true, description: 'The id that this API gave.' })
  id?: string | null;

  @Field(() => String, { nullable: true, description: "The CRM's identifier." })
  externalId?: string | null;
}

@InputType({ description: 'Designates an account strategic, which places it in the top tier at once.' })
export class DesignateStrategicInput extends AccountKeyInput {
  @Field(() => String, { description: 'Why, at most 1,000 characters.' })
  reason!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'When it is to be looked at again: at most 12 months off, which it is if absent.',
  })
  reviewOn?: CalendarDate | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The version of the account that was seen; another one refuses this as STALE_VERSION.',
  })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({
  description: 'Ends a designation; the account falls to where the other rules place it, with grace.',
})
export class EndDesignationInput extends AccountKeyInput {
  @Field(() => Int, {
    nullable: true,
    description: 'The version of the account that was seen; another one refuses this as STALE_VERSION.',
  })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
