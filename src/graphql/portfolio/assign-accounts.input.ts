import { Field, InputType, Int } from 'type-graphql';
import { type CalendarDate } from '../../domain/calendar';
import { AccountKeyInput } from '../account/account-key.input';
import { IDEMPOTENCY_KEY } from '../idempotency-key';
import { DateScalar } from '../scalars';

@InputType({
  description: 'Who is to look after one account: name a csm or a pool, or say unassign.',
})
export class AccountAssignmentInput extends AccountKeyInput {
  @Field(() => String, { nullable: true, description: 'The external id of the CSM.' })
  csm?: string | null;

  @Field(() => String, { nullable: true, description: 'The external id of the pool.' })
  pool?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is to be left to nobody.' })
  unassign?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The executive who stands behind the account; the top tier needs one. Absent keeps the present one, null takes it away.',
  })
  executiveSponsor?: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description:
      'The first day; today if absent. A past day corrects who is recorded since then, up to the next one who took over; a day after today is refused.',
  })
  from?: CalendarDate | null;

  @Field(() => String, { nullable: true, description: 'Why, at most 1,000 characters.' })
  reason?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The version of the account that this was decided on; refused where there is a newer one.',
  })
  expectedVersion?: number | null;
}

@InputType({ description: 'Accounts that are to be looked after by somebody else.' })
export class AssignAccountsInput {
  @Field(() => [AccountAssignmentInput], { description: 'Up to 500 assignments.' })
  assignments!: AccountAssignmentInput[];

  @Field(() => String, { nullable: true, description: IDEMPOTENCY_KEY })
  idempotencyKey?: string | null;
}
