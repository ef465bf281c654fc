import { addDays } from '../domain/calendar';
import { ANNOUNCED_LATE_DAYS, eventsKeptSince } from '../domain/event';
import { type Actor, authorise } from './actor';
import { modelInForce } from './model-draft.service';
import { type Stamp } from './ports/clock';
import { type UnitOfWork } from './ports/stores';

/** Events of what happens by the passing of time (spec section 12). */
export class AnnouncementService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Tells of reviews and touches that have fallen due by the stamp's day and of overrides that end soon. Running it
   * again tells nothing twice. Gives how many events are new. Throws FORBIDDEN.
   */
  async announceDue(actor: Actor, stamp: Stamp): Promise<number> {
    authorise(actor, 'RECALCULATE');
    const { today } = stamp;
    return this.unitOfWork.run(stamp, async (stores) => {
      const model = await modelInForce(stores);
      const due = {
        since: addDays(today, -ANNOUNCED_LATE_DAYS),
        today,
        endsWithinDays: model.reviews.overrideEndsWithinDays,
      };
      return stores.events.announce(due, model);
    });
  }

  /** Forgets events that are no longer kept; gives how many. Throws FORBIDDEN. */
  async forgetOld(actor: Actor, stamp: Stamp): Promise<number> {
    authorise(actor, 'RECALCULATE');
    return this.unitOfWork.run(stamp, (stores) => stores.events.forgetBefore(eventsKeptSince(stamp.now)));
  }
}
