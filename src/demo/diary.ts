import { type AccountWrite } from '../app/ports/account-write';
import { type AccountStore } from '../app/ports/stores';
import { addMonths, type CalendarDate } from '../domain/calendar';
import { effectiveTier } from '../domain/standing';
import { type TieringModel } from '../domain/tiering-model';
import { type TierFrom } from './engagement';
import { reviewDaysOf } from './reviews';

/**
 * The days on which something happens to an account by itself: a grace ends, an assessment ages, a designation or the
 * tier is to be looked at. The daily run of a living book looks at everybody; two years of it are played with those
 * alone whom their day has come for.
 */
export class Diary {
  private readonly idsByDay = new Map<CalendarDate, Set<string>>();
  private readonly daysById = new Map<string, readonly CalendarDate[]>();

  private readonly reviewDaysById = new Map<string, readonly CalendarDate[]>();

  private readonly tiersById = new Map<string, TierFrom[]>();

  /**
   * @param last the day on which the book ends
   */
  constructor(
    private readonly model: TieringModel,
    private readonly last: CalendarDate,
  ) {}

  /** The first day that is noted up to `last`; null where there is none. */
  nextDay(last: CalendarDate): CalendarDate | null {
    let next: CalendarDate | null = null;
    for (const day of this.idsByDay.keys()) if (day <= last && (next === null || day < next)) next = day;
    return next;
  }

  /** The accounts for which the day matters still; it is struck out. */
  take(day: CalendarDate): string[] {
    const ids = [...(this.idsByDay.get(day) ?? [])].filter((id) => this.daysById.get(id)?.includes(day));
    this.idsByDay.delete(day);
    return ids.sort((a, b) => Number(a) - Number(b));
  }

  /** Those of the accounts whose tiers are looked at on the day. */
  reviewedOn(day: CalendarDate, ids: readonly string[]): string[] {
    return ids.filter((id) => this.reviewDaysById.get(id)?.includes(day));
  }

  /** The effective tiers of the account, each from the day on which it got it. */
  tiersOf(id: string): readonly TierFrom[] {
    return this.tiersById.get(id) ?? [];
  }

  /** The store as it is, but everything that it saves is noted too. */
  reading(accounts: AccountStore): AccountStore {
    const save: AccountStore['save'] = async (writes, stamp) => {
      const ids = await accounts.save(writes, stamp);
      for (const write of writes) this.note(ids.get(write.account.externalId) ?? '', write, stamp.today);
      return ids;
    };
    return Object.assign(Object.create(accounts) as AccountStore, { save });
  }

  private note(id: string, { account }: AccountWrite, today: CalendarDate): void {
    const { standing, values, designation, externalId } = account;
    this.noteTier(id, effectiveTier(standing), today);
    const days: CalendarDate[] = [];
    if (standing.pending !== null) days.push(standing.pending.graceUntil);
    if (
      standing.held !== null &&
      values.expansionAssessment !== null &&
      values.expansionAssessedOn !== null
    ) {
      days.push(addMonths(values.expansionAssessedOn, this.model.expansion.assessmentMonths));
    }
    if (designation !== null && designation.reviewOn > today) days.push(designation.reviewOn);
    const reviewDays =
      standing.held === null ? [] : reviewDaysOf(externalId, this.last).filter((day) => day > today);
    days.push(...reviewDays);
    this.reviewDaysById.set(id, reviewDays);
    this.daysById.set(id, days);
    for (const day of days) {
      const ids = this.idsByDay.get(day) ?? new Set();
      this.idsByDay.set(day, ids.add(id));
    }
  }

  private noteTier(id: string, tier: string | null, day: CalendarDate): void {
    const tiers = this.tiersById.get(id) ?? [];
    if ((tiers.at(-1)?.tier ?? null) === tier) return;
    if (tiers.at(-1)?.day === day) tiers.pop();
    tiers.push({ day, tier });
    this.tiersById.set(id, tiers);
  }
}
