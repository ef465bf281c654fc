import { DomainError } from '../domain/errors';
import { EVENTS_ARE_KEPT_DAYS, eventsKeptSince, type EventType } from '../domain/event';
import { momentAfter } from '../domain/calendar';
import {
  checkConcurrency,
  checkWebhookDescription,
  checkWebhookUrl,
  DEFAULT_WEBHOOK_CONCURRENCY,
  eventTypesOf,
  MOST_REPLAYED,
  MOST_REPLAYED_BY_ID,
  MOST_WEBHOOK_ENDPOINTS,
  WEBHOOK_ROTATION_HOURS,
} from '../domain/webhook';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { type CallOptions } from './call-options';
import { checkExpectedVersion } from './expected-version';
import { once } from './idempotency';
import { type Clock, type Stamp } from './ports/clock';
import { type ListLength, type Window } from './ports/list';
import { type Secrets } from './ports/secrets';
import { type Stores, type UnitOfWork } from './ports/stores';
import {
  type StoredWebhookEndpoint,
  type WebhookAddresses,
  type WebhookDeliveryFilter,
  type WebhookDeliveryView,
  type WebhookEndpointView,
  type WebhookReads,
} from './ports/webhook';

const SECONDS_AN_HOUR = 3_600;

export interface WebhookCreation {
  readonly url: string;
  readonly description?: string | null | undefined;
  /** None stands for all. */
  readonly eventTypes?: readonly EventType[] | null | undefined;
  readonly concurrency?: number | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

export interface WebhookCall extends CallOptions {
  /** Null for what is no id of an endpoint. */
  readonly id: string | null;
}

/** What is absent stays as it is. */
export interface WebhookUpdate extends WebhookCall {
  readonly url?: string | undefined;
  /** Null for none. */
  readonly description?: string | null | undefined;
  /** None stands for all. */
  readonly eventTypes?: readonly EventType[] | undefined;
  readonly concurrency?: number | undefined;
  readonly enabled?: boolean | undefined;
}

/** What is to be sent once more: exactly one of the three. */
export type WebhookReplay = { readonly idempotencyKey?: string | null | undefined } & (
  | { readonly deliveryIds: readonly (string | null)[] }
  | { readonly endpointId: string | null; readonly dead: true }
  | { readonly endpointId: string | null; readonly since: string; readonly until: string | null }
);

export interface Replayed {
  readonly replayed: number;
  /** Dead letters of the endpoint that one more call would send. */
  readonly remaining: number;
}

/** An endpoint with a secret that is shown now and never again; null in a repeated call. */
export interface WithSecret {
  readonly id: string;
  readonly secret: string | null;
}

/** Where events are sent, and what became of them (spec section 12). */
export class WebhookService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly secrets: Secrets,
    private readonly addresses: WebhookAddresses,
    private readonly reads: WebhookReads,
  ) {}

  /**
   * Makes an endpoint, which gets every event of its types from now on. Throws FORBIDDEN, REQUIRED, INVALID_VALUE,
   * TOO_MANY_ITEMS or IDEMPOTENCY_KEY_MISMATCH.
   */
  async create(actor: Actor, { idempotencyKey, ...request }: WebhookCreation): Promise<WithSecret> {
    authorise(actor, 'MANAGE_WEBHOOKS');
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation: 'createWebhookEndpoint', request };
    return this.withSecret((shown) =>
      this.unitOfWork.run(stamp, (stores) =>
        once(stores, stamp, call, async () => {
          const settings = {
            url: this.checkUrl(request.url),
            description: checkWebhookDescription(request.description ?? null),
            eventTypes: eventTypesOf(request.eventTypes ?? []),
            concurrency: checkConcurrency(request.concurrency ?? DEFAULT_WEBHOOK_CONCURRENCY),
          };
          if ((await stores.webhooks.endpointCount()) >= MOST_WEBHOOK_ENDPOINTS) {
            const rule = `there are ${MOST_WEBHOOK_ENDPOINTS} endpoints already; delete one that is not needed`;
            throw new DomainError('TOO_MANY_ITEMS', rule);
          }
          return stores.webhooks.create(settings, shown(), stamp);
        }),
      ),
    );
  }

  /**
   * Changes an endpoint; gives its id. What waits at one that is enabled again is sent at once. Throws as `create`,
   * NOT_FOUND or STALE_VERSION.
   */
  async update(actor: Actor, update: WebhookUpdate): Promise<string> {
    return this.edit(actor, 'updateWebhookEndpoint', update, async (stores, endpoint, stamp) => {
      const { url, description, eventTypes, concurrency, enabled = endpoint.enabled } = update;
      const after: StoredWebhookEndpoint = {
        ...endpoint,
        url: url === undefined ? endpoint.url : this.checkUrl(url),
        description: description === undefined ? endpoint.description : checkWebhookDescription(description),
        eventTypes: eventTypes === undefined ? endpoint.eventTypes : eventTypesOf(eventTypes),
        concurrency: concurrency === undefined ? endpoint.concurrency : checkConcurrency(concurrency),
        enabled,
        disabledReason: enabled ? null : (endpoint.disabledReason ?? 'BY_HAND'),
      };
      if (JSON.stringify(after) === JSON.stringify(endpoint)) return;
      await stores.webhooks.update(after, endpoint.enabled, stamp);
    });
  }

  /**
   * Deletes an endpoint with all that is on its way to it and was delivered there; gives its id. Throws FORBIDDEN,
   * NOT_FOUND, STALE_VERSION or IDEMPOTENCY_KEY_MISMATCH.
   */
  async delete(actor: Actor, deletion: WebhookCall): Promise<string> {
    return this.edit(actor, 'deleteWebhookEndpoint', deletion, (stores, { id }) =>
      stores.webhooks.delete(id),
    );
  }

  /**
   * Gives an endpoint a new secret; that of before signs beside it for 24 hours, and one of before that no more.
   * Throws FORBIDDEN, NOT_FOUND, STALE_VERSION or IDEMPOTENCY_KEY_MISMATCH.
   */
  async rotateSecret(actor: Actor, rotation: WebhookCall): Promise<WithSecret> {
    return this.withSecret((shown) =>
      this.edit(actor, 'rotateWebhookSecret', rotation, (stores, { id }, stamp) => {
        const until = momentAfter(stamp.now, WEBHOOK_ROTATION_HOURS * SECONDS_AN_HOUR);
        return stores.webhooks.rotate(id, shown(), until, stamp);
      }),
    );
  }

  /**
   * Sends a test to an endpoint, once; gives the id of its delivery. Throws FORBIDDEN, NOT_FOUND,
   * IDEMPOTENCY_KEY_MISMATCH, or WRONG_STATUS for an endpoint that is disabled.
   */
  async test(actor: Actor, { id, idempotencyKey }: WebhookCall): Promise<string> {
    authorise(actor, 'MANAGE_WEBHOOKS');
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation: 'testWebhookEndpoint', request: { id } };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        const endpoint = await lockEnabled(stores, id);
        return stores.webhooks.addTest(endpoint.id, stamp);
      }),
    );
  }

  /**
   * Sends deliveries once more, from the first attempt on: settled ones by their ids, the dead letters of an endpoint
   * (the oldest 10,000), or all events of its types since a moment, whether it had them before or not. What is on its
   * way already stays as it is. Throws FORBIDDEN, NOT_FOUND, INVALID_VALUE, TOO_MANY_ITEMS, WRONG_STATUS for an
   * endpoint that is disabled, or IDEMPOTENCY_KEY_MISMATCH.
   */
  async replay(actor: Actor, { idempotencyKey, ...request }: WebhookReplay): Promise<Replayed> {
    authorise(actor, 'MANAGE_WEBHOOKS');
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation: 'replayWebhookDeliveries', request };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, async () => {
        if ('deliveryIds' in request) return replayByIds(stores, request.deliveryIds, stamp);
        const { id } = await lockEnabled(stores, request.endpointId);
        await stores.webhooks.noteReplay([id], stamp);
        if ('dead' in request) return stores.webhooks.replayDead(id, MOST_REPLAYED, stamp);
        return replayEvents(stores, { ...request, endpointId: id }, stamp);
      }),
    );
  }

  /** A window of the endpoints. Throws FORBIDDEN. */
  async endpoints(actor: Actor, window: Window): Promise<WebhookEndpointView[]> {
    authorise(actor, 'MANAGE_WEBHOOKS');
    return this.reads.endpoints(window);
  }

  /** How many endpoints there are. Throws FORBIDDEN. */
  async endpointCount(actor: Actor): Promise<number> {
    authorise(actor, 'MANAGE_WEBHOOKS');
    return this.reads.endpointCount();
  }

  /** The endpoints with these ids, in any order. Throws FORBIDDEN. */
  async endpointsByIds(actor: Actor, ids: readonly string[]): Promise<WebhookEndpointView[]> {
    authorise(actor, 'MANAGE_WEBHOOKS');
    return this.reads.endpointsByIds(ids);
  }

  /** How many deliveries of each endpoint have the status; endpoints with none are left out. Throws FORBIDDEN. */
  async countsOf(actor: Actor, ids: readonly string[], status: 'PENDING' | 'DEAD'): Promise<ListLength[]> {
    authorise(actor, 'MANAGE_WEBHOOKS');
    return this.reads.countsOf(ids, status);
  }

  /** A window of the deliveries, the newest first. Throws FORBIDDEN. */
  async deliveries(
    actor: Actor,
    where: WebhookDeliveryFilter,
    window: Window,
  ): Promise<WebhookDeliveryView[]> {
    authorise(actor, 'MANAGE_WEBHOOKS');
    return this.reads.deliveries(where, window);
  }

  /** How many deliveries there are. Throws FORBIDDEN. */
  async deliveryCount(actor: Actor, where: WebhookDeliveryFilter): Promise<number> {
    authorise(actor, 'MANAGE_WEBHOOKS');
    return this.reads.deliveryCount(where);
  }

  /** The deliveries with these ids, in any order. Throws FORBIDDEN. */
  async deliveriesByIds(actor: Actor, ids: readonly string[]): Promise<WebhookDeliveryView[]> {
    authorise(actor, 'MANAGE_WEBHOOKS');
    return this.reads.deliveriesByIds(ids);
  }

  private checkUrl(text: string): string {
    const url = checkWebhookUrl(text, this.addresses.privateAllowed);
    const refusal = this.addresses.refusal(url);
    if (refusal !== null) throw new DomainError('INVALID_VALUE', `url is refused: ${refusal}`, ['url']);
    return url;
  }

  /** Does work that may need a new secret, and tells which: none where the call is a repeat. */
  private async withSecret(work: (shown: () => string) => Promise<string>): Promise<WithSecret> {
    let secret: string | null = null;
    const id = await work(() => (secret ??= this.secrets.newWebhookSecret()));
    return { id, secret };
  }

  private async edit(
    actor: Actor,
    operation: string,
    { idempotencyKey, ...request }: WebhookCall,
    change: (stores: Stores, endpoint: StoredWebhookEndpoint, stamp: Stamp) => Promise<void>,
  ): Promise<string> {
    authorise(actor, 'MANAGE_WEBHOOKS');
    const stamp = stampOf(actor, this.clock);
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, { idempotencyKey, operation, request }, async () => {
        const endpoint = await lock(stores, request.id);
        checkExpectedVersion(endpoint.version, request.expectedVersion);
        await change(stores, endpoint, stamp);
        return endpoint.id;
      }),
    );
  }
}

async function lock(stores: Stores, id: string | null): Promise<StoredWebhookEndpoint> {
  const endpoint = id === null ? null : await stores.webhooks.lock(id);
  if (endpoint !== null) return endpoint;
  throw new DomainError('NOT_FOUND', 'there is no such endpoint; webhookEndpoints lists them', [
    'endpointId',
  ]);
}

async function lockEnabled(stores: Stores, id: string | null): Promise<StoredWebhookEndpoint> {
  const endpoint = await lock(stores, id);
  if (!endpoint.enabled) {
    throw new DomainError('WRONG_STATUS', 'the endpoint is disabled; enable it first', ['endpointId']);
  }
  return endpoint;
}

async function replayByIds(
  stores: Stores,
  given: readonly (string | null)[],
  stamp: Stamp,
): Promise<Replayed> {
  if (given.length > MOST_REPLAYED_BY_ID) {
    const rule = `at most ${MOST_REPLAYED_BY_ID} deliveries can be named at once`;
    throw new DomainError('TOO_MANY_ITEMS', rule, ['deliveryIds']);
  }
  const endpoints = await stores.webhooks.endpointsOf(given.filter((id) => id !== null));
  const unknown = given.findIndex((id) => id === null || !endpoints.has(id));
  if (unknown >= 0) {
    throw new DomainError('NOT_FOUND', 'there is no such delivery; webhookDeliveries lists them', [
      'deliveryIds',
      String(unknown),
    ]);
  }
  // In one order for everybody, as those who take deliveries do.
  const touched = [...new Set(endpoints.values())].sort((a, b) => Number(BigInt(a) - BigInt(b)));
  for (const id of touched) await lockEnabled(stores, id);
  await stores.webhooks.noteReplay(touched, stamp);
  return { replayed: await stores.webhooks.replay([...endpoints.keys()], stamp), remaining: 0 };
}

async function replayEvents(
  stores: Stores,
  events: { readonly endpointId: string; readonly since: string; readonly until: string | null },
  stamp: Stamp,
): Promise<Replayed> {
  const { since, until } = events;
  if (until !== null && until <= since) {
    throw new DomainError('INVALID_VALUE', 'until must lie after since', ['until']);
  }
  const kept = eventsKeptSince(stamp.now);
  if (since < kept) {
    const rule = `since must lie within the last ${EVENTS_ARE_KEPT_DAYS} days; older events are not kept`;
    throw new DomainError('INVALID_VALUE', rule, ['since']);
  }
  const found = await stores.webhooks.replayableEvents(events);
  if (found > MOST_REPLAYED) {
    const rule = `there are ${found} events since then; at most ${MOST_REPLAYED} are replayed at once, so give until as well`;
    throw new DomainError('TOO_MANY_ITEMS', rule, ['since']);
  }
  return { replayed: await stores.webhooks.replayEvents(events, stamp), remaining: 0 };
}
