import { type AccountStore, type AccountWrite } from '../app/ports/stores';
import { addMonths, type CalendarDate } from '../domain/calendar';
import { type TieringModel } from '../domain/tiering-model';

/**
 * The days on which time alone may move an account: a grace that ends, an assessment that ages. The daily run of
 * a living book looks at everybody; two years of it are played with those alone whom their day has come for.
 */
export class Diary {
  private readonly idsByDay = new Map<CalendarDate, Set<string>>();
  private readonly daysById = new Map<string, readonly CalendarDate[]>();

  constructor(private readonly model: TieringModel) {}

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

  /** The store as it is, but everything that it saves is noted too. */
  reading(accounts: AccountStore): AccountStore {
    const save: AccountStore['save'] = async (writes, stamp) => {
      const ids = await accounts.save(writes, stamp);
      for (const write of writes) this.note(ids.get(write.account.externalId) ?? '', write);
      return ids;
    };
    return Object.assign(Object.create(accounts) as AccountStore, { save });
  }

  private note(id: string, { account: { standing, values } }: AccountWrite): void {
    const days: CalendarDate[] = [];
    if (standing.pending !== null) days.push(standing.pending.graceUntil);
    if (
      standing.held !== null &&
      values.expansionAssessment !== null &&
      values.expansionAssessedOn !== null
    ) {
      days.push(addMonths(values.expansionAssessedOn, this.model.expansion.assessmentMonths));
    }
    this.daysById.set(id, days);
    for (const day of days) {
      const ids = this.idsByDay.get(day) ?? new Set();
      this.idsByDay.set(day, ids.add(id));
    }
  }
}
