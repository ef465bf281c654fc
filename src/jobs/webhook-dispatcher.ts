import { SYSTEM } from '../app/actor';
import { pauseFor } from '../app/stoppable';
import { type TakenDelivery } from '../app/ports/webhook';
import { type WebhookDeliveryService } from '../app/webhook-delivery.service';
import { WEBHOOK_LEASE_SECONDS, type WebhookAnswer, type WebhookOutcome } from '../domain/webhook';
import { type JobLog } from './queue';

/** What became of an attempt: DELIVERED, RETRY, DEAD, or LOST where somebody else had the delivery by then. */
export type WebhookAttemptOutcome = 'DELIVERED' | 'RETRY' | 'DEAD' | 'LOST';

export interface WebhookDispatcherOptions {
  readonly deliveries: WebhookDeliveryService;
  /** Sends a delivery once; whatever goes wrong is an answer, too. */
  readonly send: (delivery: TakenDelivery) => Promise<WebhookAnswer>;
  readonly log: JobLog;
  /** Told of every attempt. */
  readonly attempted?: (outcome: WebhookAttemptOutcome) => void;
}

/** How many messages one process sends at once, to all endpoints together. */
const MOST_AT_ONCE = 100;
const LOOK_AGAIN_MS = 1_000;
const TRY_AGAIN_MS = 1_000;
const TRY_AGAIN_AT_MOST_MS = 30_000;

/**
 * Sends what is due to webhooks. Any number of them may work beside each other: what one has taken belongs to it for
 * a while, and to another one after that, so that a process that is killed loses nothing. Failures of the database are
 * waited out.
 */
export class WebhookDispatcher {
  private readonly stopping = new AbortController();
  private readonly flying = new Set<Promise<void>>();
  /** The last that is being settled of each endpoint. */
  private readonly settling = new Map<string, Promise<unknown>>();
  private running: Promise<void> | null = null;
  private woken = false;
  private rouse: () => void = ignore;

  constructor(private readonly options: WebhookDispatcherOptions) {}

  /** Begins to work, in the background. */
  start(): void {
    this.running ??= this.work().catch((error: unknown) => {
      this.options.log.error({ err: error }, 'the webhooks have ended');
    });
  }

  /** Takes nothing any more, and waits until what was taken is sent. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
    await Promise.all(this.flying);
  }

  /** Something may be due: it looks at once instead of within a second. */
  wake(): void {
    this.woken = true;
    this.rouse();
  }

  /** Sends all that is due, what becomes due meanwhile included; gives how many attempts that took. */
  async dispatchDue(): Promise<number> {
    let attempts = 0;
    for (;;) {
      attempts += await this.takeSome();
      if (this.flying.size === 0) return attempts;
      await Promise.race(this.flying);
    }
  }

  private async work(): Promise<void> {
    let wait = TRY_AGAIN_MS;
    while (!this.stopping.signal.aborted) {
      this.woken = false;
      try {
        await this.takeSome();
        wait = TRY_AGAIN_MS;
        await this.untilWoken(LOOK_AGAIN_MS);
      } catch (error) {
        this.options.log.warn({ err: error, seconds: wait / 1_000 }, 'webhooks could not be looked for');
        await pauseFor(wait, this.stopping.signal);
        wait = Math.min(2 * wait, TRY_AGAIN_AT_MOST_MS);
      }
    }
  }

  /** Takes as much as there is room for and begins to send it; gives how much that is. */
  private async takeSome(): Promise<number> {
    const room = MOST_AT_ONCE - this.flying.size;
    if (room === 0) return 0;
    const taken = await this.options.deliveries.take(SYSTEM, room);
    for (const delivery of taken) {
      const flight = this.deliver(delivery).finally(() => {
        this.flying.delete(flight);
        // What waited behind it, and the room that it leaves.
        this.wake();
      });
      this.flying.add(flight);
    }
    return taken.length;
  }

  private async deliver(delivery: TakenDelivery): Promise<void> {
    const { log, send } = this.options;
    const { id, endpointId, attempts, event } = delivery;
    const named = { delivery: id, endpoint: endpointId, type: event?.type ?? 'webhook.test', attempts };
    try {
      // Putting the message together may fail as well.
      const answer = await Promise.resolve(delivery).then(send).catch(unsent);
      const outcome = await this.settleInTurn(delivery, answer);
      this.options.attempted?.(attemptOutcome(outcome));
      tell(log, outcome, { ...named, status: answer.statusCode, ms: answer.durationMs });
    } catch (error) {
      // It is taken again once its lease has ended.
      this.options.attempted?.('LOST');
      log.error({ ...named, err: error }, 'what came of a webhook could not be noted');
    }
  }

  /**
   * One endpoint's deliveries are settled one after another in the database; those that would wait there for each other
   * wait here, where they hold no connection.
   */
  private settleInTurn(delivery: TakenDelivery, answer: WebhookAnswer): Promise<WebhookOutcome | null> {
    const { endpointId } = delivery;
    const before = this.settling.get(endpointId) ?? Promise.resolve();
    const settled = before.then(() => this.settle(delivery, answer));
    const turn = settled.catch(ignore).finally(() => {
      if (this.settling.get(endpointId) === turn) this.settling.delete(endpointId);
    });
    this.settling.set(endpointId, turn);
    return settled;
  }

  /** Tries as long as the delivery belongs to this process, so that a short outage sends nothing twice. */
  private async settle(delivery: TakenDelivery, answer: WebhookAnswer): Promise<WebhookOutcome | null> {
    const tries = WEBHOOK_LEASE_SECONDS / 2 / (TRY_AGAIN_MS / 1_000);
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.options.deliveries.settle(SYSTEM, delivery, answer);
      } catch (error) {
        if (tried >= tries || this.stopping.signal.aborted) throw error;
        this.options.log.debug({ err: error, delivery: delivery.id }, 'a webhook could not be settled yet');
        await pauseFor(TRY_AGAIN_MS, this.stopping.signal);
      }
    }
  }

  /** Waits until the time is over, or until it is woken or stopped before that. */
  private async untilWoken(ms: number): Promise<void> {
    if (this.woken) return;
    const woken = new AbortController();
    this.rouse = () => {
      woken.abort();
    };
    await pauseFor(ms, woken.signal);
    this.rouse = ignore;
  }
}

function attemptOutcome(outcome: WebhookOutcome | null): WebhookAttemptOutcome {
  if (outcome === null) return 'LOST';
  return outcome.status === 'PENDING' ? 'RETRY' : outcome.status;
}

function tell(log: JobLog, outcome: WebhookOutcome | null, figures: object): void {
  if (outcome === null) log.warn(figures, 'a webhook took so long that it is sent again');
  else if (outcome.gone) log.warn(figures, 'an endpoint is gone and gets no webhooks any more');
  else if (outcome.status === 'DEAD') log.warn({ ...figures, error: outcome.error }, 'a webhook is given up');
  else if (outcome.status === 'PENDING') {
    log.debug({ ...figures, error: outcome.error, next: outcome.nextAttemptAt }, 'a webhook is tried again');
  } else log.debug(figures, 'a webhook is delivered');
}

/** Whatever keeps a message from being sent at all counts as an attempt, or it would be tried for ever. */
function unsent(error: unknown): WebhookAnswer {
  const reason = error instanceof Error ? error.message : String(error);
  return { statusCode: null, error: `it could not be sent: ${reason}`, retryAfter: null, durationMs: 0 };
}

function ignore(): void {
  // Nobody waits, or whoever does has heard of it.
}
