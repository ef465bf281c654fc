import { EVENT_TYPES, type EventType } from '../../domain/event';
import { enumOf } from '../enum';

type Named<T> = T extends `${infer Thing}.${infer Deed}` ? `${Uppercase<Thing>}_${Uppercase<Deed>}` : never;

/** An event's type as an enum can hold it: "tier.moved" is TIER_MOVED. */
export type EventTypeName = Named<EventType>;

export function eventTypeName(type: EventType): EventTypeName {
  return type.replace('.', '_').toUpperCase() as EventTypeName;
}

const TYPES = new Map<string, EventType>(EVENT_TYPES.map((type) => [eventTypeName(type), type]));

/** The type that the enum's value stands for. */
export function eventTypeOf(name: EventTypeName): EventType {
  const type = TYPES.get(name);
  if (type === undefined) throw new Error(`there are no events of the type ${name}`);
  return type;
}

export const EventTypeEnum = enumOf<EventTypeName>(
  'EventType',
  EVENT_TYPES.map(eventTypeName),
  'What happened. Webhooks write the same as "tier.moved", and so on.',
  {
    TIER_MOVED: 'The effective tier of an account changed; the first placement is no move.',
    TIER_DOWNGRADE_PENDING: 'A downgrade was found and waits out its grace.',
    TIER_DOWNGRADE_CANCELLED: 'A pending downgrade fell away.',
    OVERRIDE_REQUESTED: 'A CSM asked for an override.',
    OVERRIDE_DECIDED: 'An override was approved, rejected, or made by somebody who needs no approval.',
    OVERRIDE_EXPIRING: 'An active override ends within the days that the tiering model names.',
    OVERRIDE_ENDED: 'An override expired, was revoked, replaced or withdrawn.',
    REVIEW_DUE: 'A tier review fell due.',
    REVIEW_COMPLETED: 'A tier review was completed.',
    TOUCH_DUE: 'A touch fell due.',
    RENEWAL_NOTICE: 'A notice of a renewal fell due.',
    INTERVENTION_RAISED: 'An intervention was raised.',
    PORTFOLIO_CHANGED: 'A CSM or a pool began or ceased to look after an account.',
    MODEL_PUBLISHED: 'A tiering model was published.',
  },
);

export const EventOrderEnum = enumOf('EventOrder', ['NEWEST_FIRST', 'OLDEST_FIRST'], 'The order of events.', {
  NEWEST_FIRST: 'What happened last comes first.',
  OLDEST_FIRST: 'In the order in which subscriptions and webhooks deliver them.',
});
