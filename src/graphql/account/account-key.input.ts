import { Field, ID, InputType } from 'type-graphql';

/** One account, by either of its names; inputs that are about one account extend it. */
@InputType()
export class AccountKeyInput {
  @Field(() => ID, { nullable: true, description: 'The account; or give externalId.' })
  accountId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The CRM's identifier of the account; or give accountId.",
  })
  externalId?: string | null;
}
