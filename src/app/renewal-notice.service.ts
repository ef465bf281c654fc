import { addDays, type CalendarDate } from '../domain/calendar';
import { programOf } from '../domain/engagement-program';
import { anchorDaysOf, noticesDueOn } from '../domain/renewal-notice';
import { type Actor, authorise } from './actor';
import { WRITTEN } from './batches';
import { type Stamp } from './ports/clock';
import { type DueNotice } from './ports/renewal-notice';
import { NEVER_STOPPING, stopIfAsked, type Stopping } from './ports/stopping';
import { type Stores, type UnitOfWork } from './ports/stores';
import { publishedModel } from './published-model';

/** Notices before renewals, on the days that the program of the account's tier names (spec section 8). */
export class RenewalNoticeService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Records the notices that are due on the stamp's day, in batches of their own transactions, and gives how many are
   * new; before them those of the day before, whose reason came only after the run of that day. A notice is recorded
   * once for each renewal, whatever runs again. Throws FORBIDDEN, or StoppedEarly between two batches.
   */
  async recordDue(actor: Actor, stamp: Stamp, stopping: Stopping = NEVER_STOPPING): Promise<number> {
    authorise(actor, 'RECALCULATE');
    let recorded = 0;
    for (const day of [addDays(stamp.today, -1), stamp.today]) {
      for (let after: string | null = '0'; after !== null;) {
        stopIfAsked(stopping);
        const from: string = after;
        const batch = await this.unitOfWork.run(stamp, (stores) => recordBatch(stores, from, stamp, day));
        recorded += batch.recorded;
        after = batch.last;
      }
    }
    return recorded;
  }
}

/** Records the notices of one batch of accounts that are due on the day; `last` is null where none follow. */
export async function recordBatch(
  stores: Stores,
  after: string,
  stamp: Stamp,
  day: CalendarDate = stamp.today,
): Promise<{ readonly recorded: number; readonly last: string | null }> {
  const model = await publishedModel(stores);
  const noticeDays = new Map(
    model.tiers.map(({ key }) => [key, programOf(model, key).renewalNoticeDays] as const),
  );
  const tiers = [...noticeDays].filter(([, days]) => days.length > 0).map(([key]) => key);
  if (tiers.length === 0) return { recorded: 0, last: null };
  const renewals = [...new Set([...noticeDays.values()].flat())].map((days) => addDays(day, days));
  const candidates = await stores.renewalNotices.candidates(
    { day, tiers, renewals, anchorDays: anchorDaysOf(renewals) },
    after,
    WRITTEN,
  );
  const notices = candidates.flatMap((account): DueNotice[] =>
    noticesDueOn(account, noticeDays.get(account.tier) ?? [], day, model.grace.defaultTermMonths).map(
      (notice) => ({ ...notice, accountId: account.id, tier: account.tier }),
    ),
  );
  const recorded =
    notices.length === 0 ? 0 : await stores.renewalNotices.record(notices, model.version, stamp);
  return { recorded, last: candidates.length < WRITTEN ? null : (candidates.at(-1)?.id ?? null) };
}
