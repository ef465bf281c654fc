import { type CalendarDate } from '../../domain/calendar';
import { type ServiceCost } from '../../domain/economics';
import { type TierOwnership } from '../../domain/service-health';
import { type HealthCode } from '../../domain/tiering-health';

/** The part of the figures that one look at the accounts and their history gives. */
export interface BookFigures {
  /** By effective tier: accounts with ARR above 0, and their ARR as text. */
  readonly tiers: readonly { readonly key: string | null; readonly accounts: number; readonly arr: string }[];
  readonly placed: number;
  readonly provisional: number;
  readonly missingFacts: number;
  readonly overridden: number;
  readonly reviewed: number;
  readonly overdue: number;
  readonly yoYo: number;
}

/** What the programs of the tiers want, by their keys, and until when somebody must be there. */
export interface OwnershipRules {
  /** Tiers that somebody looks after. */
  readonly covered: readonly string[];
  /** Those among them that no pool may look after. */
  readonly named: readonly string[];
  /** Tiers with an executive sponsor. */
  readonly sponsored: readonly string[];
  readonly today: CalendarDate;
  readonly horizon: CalendarDate;
}

/** Which accounts stand behind a finding. */
export interface AccountsBehind {
  readonly code: HealthCode;
  /** The key of the tier that it is about. */
  readonly tier: string | null;
  readonly today: CalendarDate;
  /** Twelve months back. */
  readonly since: CalendarDate;
  readonly yoYoMoves: number;
  /** For SLA_MISSED_BY_TIER: the first day of the months that are measured. */
  readonly supportSince: CalendarDate;
  /** For THRESHOLD_DRIFT: the two amounts between which the accounts lie, the lower one included. */
  readonly between: readonly [string, string] | null;
  /** For OVER_SEGMENTED: the keys of the tiers that are too many. */
  readonly tiers: readonly string[];
  readonly ownership: OwnershipRules;
  readonly costs: readonly ServiceCost[];
  /** For UNDERSERVED_LOWER_TIERS by digital programs: those that the tier requires; null for everything else. */
  readonly programs: readonly string[] | null;
}

/** A window of a list, in the order of ids. */
interface IdWindow {
  readonly size: number;
  readonly backward: boolean;
  readonly after: readonly (string | number | boolean | null)[] | null;
}

interface IdRow {
  readonly id: string;
  readonly cursor: readonly (string | number | boolean | null)[];
}

export interface TieringHealthReads {
  figures(today: CalendarDate, since: CalendarDate, yoYoMoves: number): Promise<BookFigures>;
  /** By tier; tiers without accounts are left out. Null where no CSM is known at all. */
  ownership(rules: OwnershipRules): Promise<ReadonlyMap<string, TierOwnership> | null>;
  /**
   * Tickets of which is known how they were answered, in the months from `since` up to, without it, the month of
   * `today`, by effective tier.
   */
  answeredInTime(
    since: CalendarDate,
    today: CalendarDate,
  ): Promise<readonly { readonly tier: string; readonly tickets: number; readonly answered: number }[]>;
  /** The ARR of the paying accounts that have these places in the order of ARR, the largest being 1; as text. */
  arrAtPlaces(places: readonly number[]): Promise<(string | null)[]>;
  /** The ids of the accounts behind a finding, in their order. */
  accountsBehind(finding: AccountsBehind, window: IdWindow): Promise<IdRow[]>;
  countBehind(finding: AccountsBehind): Promise<number>;
}
