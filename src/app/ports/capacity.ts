import { type CalendarDate } from '../../domain/calendar';
import { type AccountGroup, type WeighedAccount } from '../../domain/load';
import { type CsmOnDay } from '../../domain/staff-on-day';
import { type Owner } from '../../domain/portfolio';

/** Who is there on a day, and what the accounts of a book weigh. */
export interface CapacityReads {
  /** The CSMs who work here on the day, are away then or belong to a pool, by external id. */
  staff(day: CalendarDate): Promise<CsmOnDay[]>;
  /**
   * The accounts of the owners that were not churned on the day, those that weigh alike together. Of a day to come
   * they are those of today; service adjustments that end before it count no more.
   */
  groupsOf(owners: readonly Owner[], day: CalendarDate, today: CalendarDate): Promise<AccountGroup[]>;
  /** The staff, and every account of the book, as of one moment. */
  book(
    day: CalendarDate,
    today: CalendarDate,
  ): Promise<{ readonly staff: CsmOnDay[]; readonly groups: AccountGroup[] }>;
  /** What accounts weigh today; churned ones are left out. */
  weights(accountIds: readonly string[]): Promise<WeighedAccount[]>;
}
