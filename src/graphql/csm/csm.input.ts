import { Field, InputType, Int } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { type Money } from '../../domain/money';
import { IDEMPOTENCY_KEY } from '../idempotency-key';
import { DateScalar, DecimalScalar } from '../scalars';

const VERSION = 'The version that this was decided on; refused where there is a newer one.';

@InputType({ description: 'How much a CSM works from one day to another.' })
export class EmploymentTermInput {
  @Field(() => DateScalar, {
    nullable: true,
    description: 'The first day; absent where nobody knows since when.',
  })
  from?: CalendarDate | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The first day that no longer counts; absent for a term without an end.',
  })
  to?: CalendarDate | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Full-time equivalent, above 0 and at most 1.00, which it is if absent.',
  })
  fte?: Money | null;
}

@InputType({ description: 'Days on which a CSM shares the accounts of a pool.' })
export class PoolMembershipInput {
  @Field(() => String, { description: 'The external id of the pool.' })
  pool!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The first day; absent where nobody knows since when.',
  })
  from?: CalendarDate | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: 'The first day that no longer counts; absent for a membership without an end.',
  })
  to?: CalendarDate | null;
}

@InputType({ description: 'What is to be true of one CSM. An absent field is left as it is.' })
export class UpsertCsmInput {
  @Field(() => String, {
    description: "The organisation's identifier: a CSM who is not there yet is created.",
  })
  externalId!: string;

  @Field(() => String, { nullable: true, description: 'Name of the person; a new CSM needs one.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address; null takes it away.' })
  email?: string | null;

  @Field(() => [String], { nullable: true, description: 'Regions that the CSM serves; all of them.' })
  regions?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Language tags that the CSM speaks; all of them.' })
  languages?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Industries that the CSM knows; all of them.' })
  industries?: string[] | null;

  @Field(() => [EmploymentTermInput], {
    nullable: true,
    description:
      'All terms of employment; they must not overlap. Absent for a new CSM: full-time since ever. Use endEmployment for one who leaves with accounts.',
  })
  employment?: EmploymentTermInput[] | null;

  @Field(() => [PoolMembershipInput], {
    nullable: true,
    description: 'All memberships in pools; those in one pool must not overlap.',
  })
  pools?: PoolMembershipInput[] | null;

  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;
}

@InputType({ description: 'CSMs to create or to change.' })
export class UpsertCsmsInput {
  @Field(() => [UpsertCsmInput], { description: 'Up to 500 CSMs.' })
  csms!: UpsertCsmInput[];

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'What is to be true of one pool.' })
export class UpsertPoolInput {
  @Field(() => String, {
    description: "The organisation's identifier: a pool that is not there yet is created.",
  })
  externalId!: string;

  @Field(() => String, { description: 'What the pool is called.' })
  name!: string;
}

@InputType({ description: 'Pools to create or to rename.' })
export class UpsertPoolsInput {
  @Field(() => [UpsertPoolInput], { description: 'Up to 500 pools.' })
  pools!: UpsertPoolInput[];

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'One CSM, for a change that can be sent again.' })
export class CsmChangeInput {
  @Field(() => String, { description: 'The external id of the CSM.' })
  csm!: string;

  @Field(() => Int, { nullable: true, description: VERSION })
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A leave, and who stands in.' })
export class SetLeaveInput extends CsmChangeInput {
  @Field(() => DateScalar, {
    description: 'The first day away; a leave that begins on the same day is replaced.',
  })
  from!: CalendarDate;

  @Field(() => DateScalar, { description: 'The first day back.' })
  to!: CalendarDate;

  @Field(() => String, { description: 'The external id of the CSM who stands in.' })
  backup!: string;
}

@InputType({ description: 'A leave that is taken back.' })
export class CancelLeaveInput extends CsmChangeInput {
  @Field(() => DateScalar, { description: 'The first day of the leave.' })
  from!: CalendarDate;
}

@InputType({ description: 'A CSM who leaves, and who takes over.' })
export class EndEmploymentInput extends CsmChangeInput {
  @Field(() => DateScalar, { description: 'The first day on which the CSM no longer works here.' })
  on!: CalendarDate;

  @Field(() => String, {
    nullable: true,
    description: 'The external id of the CSM who takes over the accounts; or give successorPool.',
  })
  successorCsm?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The external id of the pool that takes over the accounts; or give successorCsm.',
  })
  successorPool?: string | null;
}
