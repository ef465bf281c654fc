import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import { AccountFilterInput } from '../account/account-filter.input';
import { ConnectionArgs, connectionOf } from '../connection';
import { Node } from '../node';
import { DateTimeScalar, JsonObjectScalar } from '../scalars';
import { EventOrderEnum, EventTypeEnum, type EventTypeName } from './event.enum';

@ObjectType('Event', {
  implements: Node,
  description:
    'Something that has happened in the book, written together with the change itself. Events are kept for 45 days.',
  simpleResolvers: true,
})
export class EventNodeType extends Node {
  @Field(() => EventTypeEnum, { description: 'What happened.' })
  type!: EventTypeName;

  @Field(() => DateTimeScalar, { description: 'When it happened.' })
  occurredAt!: string;

  @Field(() => String, { description: 'Who did it, such as "token:12"; "system" for Tierbook itself.' })
  actorId!: string;

  @Field(() => String, { description: 'The name of who did it, as it was then.' })
  actorName!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The request in which it happened; null outside of requests.',
  })
  requestId!: string | null;

  @Field(() => JsonObjectScalar, {
    description:
      'What happened in detail, as it was then: the same object as in webhooks. Its fields depend on the type.',
  })
  data!: Readonly<Record<string, unknown>>;
}

export const { Connection: EventConnection } = connectionOf(EventNodeType, 'Event', 'events');

@InputType('FollowedEventFilter', {
  description: 'Which events are delivered. Everything that is given must hold.',
})
export class FollowedEventFilterInput {
  @Field(() => [EventTypeEnum], { nullable: true, description: 'Of one of these types.' })
  types?: EventTypeName[] | null;

  @Field(() => [ID], { nullable: true, description: 'Of one of these accounts.' })
  accountIds?: string[] | null;

  @Field(() => AccountFilterInput, {
    nullable: true,
    description:
      'Of accounts that are like this at the moment of the answer. Events that are about no account are left out.',
  })
  account?: AccountFilterInput | null;

  @Field(() => String, { nullable: true, description: 'Done by this actor, such as "token:12".' })
  actorId?: string | null;
}

@InputType('EventFilter', { description: 'Which events are meant. Everything that is given must hold.' })
export class EventFilterInput extends FollowedEventFilterInput {
  @Field(() => DateTimeScalar, { nullable: true, description: 'Happened at this moment or later.' })
  from?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Happened before this moment.' })
  to?: string | null;
}

@ArgsType()
export class EventsArgs extends ConnectionArgs {
  @Field(() => EventFilterInput, { nullable: true, description: 'Which of them; all if absent.' })
  where?: EventFilterInput | null;

  @Field(() => EventOrderEnum, { description: 'Which come first.', defaultValue: 'NEWEST_FIRST' })
  order!: keyof typeof EventOrderEnum;
}

@ArgsType()
export class FollowEventsArgs {
  @Field(() => FollowedEventFilterInput, { nullable: true, description: 'Which of them; all if absent.' })
  where?: FollowedEventFilterInput | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The id of the last event that was seen: what came after it is delivered first. Without it, events are delivered from now on. EVENTS_FORGOTTEN where the event is not kept any more.',
  })
  since?: string | null;
}
