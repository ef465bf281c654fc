import { type EventType } from '../../domain/event';
import {
  type WebhookAnswer,
  type WebhookDeliveryStatus,
  type WebhookDisabledReason,
  type WebhookOutcome,
} from '../../domain/webhook';
import { type Stamp } from './clock';
import { type Listed, type ListLength, type Window } from './list';

/** What a person decides about an endpoint. */
export interface WebhookSettings {
  readonly url: string;
  readonly description: string | null;
  /** Which events are sent; none stands for all. */
  readonly eventTypes: readonly EventType[];
  /** How many messages it gets at once. */
  readonly concurrency: number;
}

/** An endpoint as it is stored, without its secrets. */
export interface StoredWebhookEndpoint extends WebhookSettings {
  readonly id: string;
  readonly enabled: boolean;
  readonly disabledReason: WebhookDisabledReason | null;
  readonly version: number;
}

/** What an event told, and of whom. */
export interface ToldEvent {
  readonly type: EventType;
  /** ISO 8601 in UTC. */
  readonly occurredAt: string;
  readonly account: { readonly id: string; readonly externalId: string; readonly name: string | null } | null;
  readonly subjectId: string;
  readonly actorId: string;
  readonly actorName: string;
  readonly requestId: string | null;
  /** What the type tells beside. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Something that is to be sent now: it belongs to whoever took it until its lease ends. */
export interface TakenDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly url: string;
  readonly secret: string;
  readonly previous: { readonly secret: string; readonly until: string } | null;
  readonly eventId: string | null;
  /** This one included. */
  readonly attempts: number;
  readonly createdAt: string;
  /** Null for a test. */
  readonly event: ToldEvent | null;
}

/** Which deliveries are sent once more, all of one endpoint. */
export interface ReplayedEvents {
  readonly endpointId: string;
  /** Events from this moment on. */
  readonly since: string;
  /** Events before this moment; null for all up to now. */
  readonly until: string | null;
}

export interface WebhookStore {
  create(settings: WebhookSettings, secret: string, stamp: Stamp): Promise<string>;
  endpointCount(): Promise<number>;
  /** Locks it, so that nothing of it is taken or settled meanwhile; null where there is none. */
  lock(id: string): Promise<StoredWebhookEndpoint | null>;
  /** What waits at an endpoint that is enabled again is due at once. */
  update(endpoint: StoredWebhookEndpoint, wasEnabled: boolean, stamp: Stamp): Promise<void>;
  /** The secret of now goes on signing until the moment. */
  rotate(id: string, secret: string, previousUntil: string, stamp: Stamp): Promise<void>;
  /** With all its deliveries. */
  delete(id: string): Promise<void>;
  /** Adds a test, which is due at once; gives its id. */
  addTest(endpointId: string, stamp: Stamp): Promise<string>;

  /**
   * Takes up to `most` deliveries that are due, for the lease. Of the messages of one endpoint about one account only
   * the first that is pending can be taken, and of one endpoint no more than its concurrency are out at once. One look
   * goes only so far: where it took nothing and there is more to look at, it says so.
   */
  take(
    most: number,
    leasedUntil: string,
    now: string,
  ): Promise<{ readonly taken: readonly TakenDelivery[]; readonly more: boolean }>;
  /**
   * Notes what came of an attempt; false where the delivery is somebody else's by now, or gone. What waited behind a
   * delivery that is settled is due at once. An endpoint that is gone is disabled.
   */
  settle(
    delivery: Pick<TakenDelivery, 'id' | 'endpointId' | 'attempts'>,
    answer: WebhookAnswer,
    outcome: WebhookOutcome,
    stamp: Stamp,
  ): Promise<boolean>;

  /** The endpoints of the deliveries, by delivery id; what does not exist is left out. */
  endpointsOf(deliveryIds: readonly string[]): Promise<Map<string, string>>;
  /** Keeps that somebody replays deliveries to the endpoints, whether or not any are found. The caller has locked them. */
  noteReplay(endpointIds: readonly string[], stamp: Stamp): Promise<void>;
  /** Makes settled deliveries due again; gives how many were settled. */
  replay(deliveryIds: readonly string[], stamp: Stamp): Promise<number>;
  /** The same for the oldest dead ones of an endpoint, with how many are left. */
  replayDead(
    endpointId: string,
    most: number,
    stamp: Stamp,
  ): Promise<{ readonly replayed: number; readonly remaining: number }>;
  /** How many events of the endpoint's types there are, and are not on their way already. */
  replayableEvents(events: ReplayedEvents): Promise<number>;
  /** Makes them due, whether they were sent to the endpoint before or not; gives how many. */
  replayEvents(events: ReplayedEvents, stamp: Stamp): Promise<number>;
}

export interface WebhookEndpointView extends Listed {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly eventTypes: readonly EventType[];
  readonly concurrency: number;
  readonly enabled: boolean;
  readonly disabledReason: WebhookDisabledReason | null;
  readonly disabledAt: string | null;
  readonly previousSecretUntil: string | null;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface WebhookDeliveryView extends Listed {
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: string | null;
  readonly accountId: string | null;
  readonly status: WebhookDeliveryStatus;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly attemptedAt: string | null;
  readonly lastStatusCode: number | null;
  readonly lastError: string | null;
  readonly lastDurationMs: number | null;
  readonly settledAt: string | null;
  readonly createdAt: string;
  /** Null for a test. */
  readonly event: ToldEvent | null;
}

export interface WebhookDeliveryFilter {
  readonly endpointId?: string | null | undefined;
  readonly statuses?: readonly WebhookDeliveryStatus[] | null | undefined;
  readonly eventTypes?: readonly EventType[] | null | undefined;
  readonly accountId?: string | null | undefined;
  readonly since?: string | null | undefined;
}

/** Endpoints by id, deliveries the newest first; never a secret. */
export interface WebhookReads {
  endpoints(window: Window): Promise<WebhookEndpointView[]>;
  endpointCount(): Promise<number>;
  endpointsByIds(ids: readonly string[]): Promise<WebhookEndpointView[]>;
  deliveries(where: WebhookDeliveryFilter, window: Window): Promise<WebhookDeliveryView[]>;
  deliveryCount(where: WebhookDeliveryFilter): Promise<number>;
  deliveriesByIds(ids: readonly string[]): Promise<WebhookDeliveryView[]>;
  /** How many deliveries of each endpoint have the status. */
  countsOf(endpointIds: readonly string[], status: 'PENDING' | 'DEAD'): Promise<ListLength[]>;
}

/** Where messages may go. */
export interface WebhookAddresses {
  /** Whether http:// and addresses within a network are allowed. */
  readonly privateAllowed: boolean;
  /** Why nothing may be sent to the host of a URL, as far as its text says; null where nothing speaks against it. */
  refusal(url: string): string | null;
}

/** One message to one endpoint, ready to be signed and sent. */
export interface WebhookMessage {
  readonly url: string;
  readonly id: string;
  /** The moment of the attempt. */
  readonly at: string;
  /** JSON. */
  readonly body: string;
  /** Each signs, the newest first. */
  readonly secrets: readonly string[];
}

export interface WebhookSender {
  /** Sends the message once; whatever goes wrong is an answer, too. */
  send(message: WebhookMessage): Promise<WebhookAnswer>;
}
