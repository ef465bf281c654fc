import { momentAfter } from '../domain/calendar';
import {
  afterAttempt,
  WEBHOOK_LEASE_SECONDS,
  type WebhookAnswer,
  type WebhookOutcome,
} from '../domain/webhook';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { type Clock } from './ports/clock';
import { type UnitOfWork } from './ports/stores';
import { type TakenDelivery } from './ports/webhook';

/** Hands out what is to be sent, and notes what came of it (spec section 12). */
export class WebhookDeliveryService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    /** From 0 to 1, by chance. */
    private readonly chance: () => number,
  ) {}

  /**
   * Takes up to `most` deliveries that are due. They belong to the caller for 60 seconds: whatever is not settled by
   * then is taken again. Throws FORBIDDEN.
   */
  async take(actor: Actor, most: number): Promise<readonly TakenDelivery[]> {
    authorise(actor, 'MANAGE_WEBHOOKS');
    const stamp = stampOf(actor, this.clock);
    const until = momentAfter(stamp.now, WEBHOOK_LEASE_SECONDS);
    for (;;) {
      // Each look in a transaction of its own, so that nobody waits long for an endpoint.
      const look = await this.unitOfWork.run(stamp, (stores) => stores.webhooks.take(most, until, stamp.now));
      if (!look.more) return look.taken;
    }
  }

  /**
   * Notes what came of an attempt and gives what follows from it; null where the delivery was somebody else's by then.
   * Throws FORBIDDEN.
   */
  async settle(actor: Actor, delivery: TakenDelivery, answer: WebhookAnswer): Promise<WebhookOutcome | null> {
    authorise(actor, 'MANAGE_WEBHOOKS');
    const stamp = stampOf(actor, this.clock);
    const { attempts, event } = delivery;
    const outcome = afterAttempt(answer, { attempts, test: event === null }, stamp.now, this.chance());
    const noted = await this.unitOfWork.run(stamp, (stores) =>
      stores.webhooks.settle(delivery, answer, outcome, stamp),
    );
    return noted ? outcome : null;
  }
}
