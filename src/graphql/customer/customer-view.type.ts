import { Field, ObjectType } from 'type-graphql';
import { SERVICE_PROMISES } from '../../domain/service-promise';
import { enumOf } from '../enum';
import { DateScalar } from '../scalars';

const ServicePromiseCodeEnum = enumOf(
  'ServicePromiseCode',
  SERVICE_PROMISES,
  'One thing that a customer can count on.',
);

const CONTACT_ROLES = ['CUSTOMER_SUCCESS_MANAGER', 'CUSTOMER_SUCCESS_TEAM', 'EXECUTIVE_SPONSOR'] as const;
export type ContactRole = (typeof CONTACT_ROLES)[number];

const ContactRoleEnum = enumOf('ContactRole', CONTACT_ROLES, 'What somebody is there for.', {
  CUSTOMER_SUCCESS_TEAM: 'Several people who share the customer; they have no name that a customer knows.',
});

@ObjectType('ServicePromise', {
  description: 'One thing that a customer can count on.',
  simpleResolvers: true,
})
export class ServicePromiseType {
  @Field(() => ServicePromiseCodeEnum, { description: 'Which one.' })
  code!: string;

  @Field(() => String, { description: 'In the words of the language that was asked for.' })
  text!: string;
}

@ObjectType('CustomerContact', { description: 'Whom a customer can turn to today.', simpleResolvers: true })
export class CustomerContactType {
  @Field(() => ContactRoleEnum, { description: 'What the contact is there for.' })
  role!: ContactRole;

  @Field(() => String, { nullable: true, description: 'Name of the person; null for a team.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address; null where none is known.' })
  email!: string | null;
}

/** Nothing here, and nothing that is reached from here, tells tier, score, ARR, cost or risk (spec section 11). */
@ObjectType('CustomerView', {
  description:
    'What a customer may know about the service. No path leads from here to tiers, scores, amounts, costs or risks.',
  simpleResolvers: true,
})
export class CustomerViewType {
  @Field(() => String, { description: 'What the service is called towards the customer.' })
  label!: string;

  @Field(() => String, { description: 'The language of the words: de, en, id, ms or pt.' })
  locale!: string;

  @Field(() => [ServicePromiseType], { description: 'What the customer can count on.' })
  promises!: ServicePromiseType[];

  @Field(() => [CustomerContactType], { description: 'Whom the customer can turn to today.' })
  contacts!: CustomerContactType[];
}

@ObjectType('MoveMessage', {
  description: 'The words for a customer when service changes. They never name tiers.',
  simpleResolvers: true,
})
export class MoveMessageType {
  @Field(() => String, { description: 'The language of the words: de, en, id, ms or pt.' })
  locale!: string;

  @Field(() => DateScalar, { description: 'Since when the service is so.' })
  validFrom!: string;

  @Field(() => String, { description: 'One line.' })
  subject!: string;

  @Field(() => String, { description: 'The message as plain text, with a list of promises.' })
  body!: string;

  @Field(() => [ServicePromiseType], {
    description:
      'The promises of the list: what is new where there is more, else all that the customer can count on.',
  })
  promises!: ServicePromiseType[];
}
