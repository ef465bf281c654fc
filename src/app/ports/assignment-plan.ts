import { type CalendarDate } from '../../domain/calendar';
import { type Owner } from '../../domain/portfolio';
import { type TieringModel } from '../../domain/tiering-model';
import { type AccountFilter } from './account-filter';

/** What a plan has to know of one account. */
export interface PlannedAccountRow {
  readonly id: string;
  readonly externalId: string;
  readonly tier: string;
  readonly language: string | null;
  readonly region: string | null;
  readonly industry: string | null;
  readonly renewalDate: CalendarDate | null;
  readonly termMonths: number | null;
  readonly customerSince: CalendarDate | null;
  /** How many facts of relationship complexity hold. */
  readonly relationshipFacts: number;
  readonly adjustment: keyof TieringModel['adjustments']['factors'] | null;
  readonly owner: Owner | null;
  /** The first day on which the present owner looked after it without a break. */
  readonly ownedSince: CalendarDate | null;
  readonly executiveSponsor: string | null;
  /** Whether the filter holds. */
  readonly isAsked: boolean;
}

/** What assignment plans look at (spec section 7). */
export interface AssignmentPlanStore {
  /** All accounts that have a tier and are not churned. Throws INVALID_VALUE for a filter that is none. */
  accounts(where: AccountFilter | null): Promise<PlannedAccountRow[]>;
  /** The external ids of all CSMs. */
  csmIds(): Promise<string[]>;
  /** Stands for everything that a plan looks at: the book, the staff, the published model and the day. */
  digest(today: CalendarDate): Promise<string>;
}
