import { type FieldChange } from '../../domain/account';
import { type CalendarDate } from '../../domain/calendar';
import { type QuietDays } from '../../domain/quiet-days';
import { type Account } from '../../domain/rescoring';
import { type ArrMovement } from '../../domain/revenue';
import { type HistoryEntry } from '../../domain/tier-history';

/** Quiet days, and the account that they are those of: they say nothing of one that was made of it afterwards. */
export interface QuietAccount extends QuietDays {
  readonly of: Account;
}

/** Everything that one rescoring wants written for one account. */
export interface AccountWrite {
  /** Null for an account that is new. */
  readonly id: string | null;
  /** The account as it was; null for one that is new. */
  readonly before: Account | null;
  readonly account: Account;
  readonly linesAppliedOn: CalendarDate | null;
  readonly changes: readonly FieldChange[];
  readonly movement: ArrMovement | null;
  readonly newScorecard: boolean;
  readonly entries: readonly HistoryEntry[];
  /** Left out or null where none are known: then the account is looked at each day. */
  readonly quiet?: QuietAccount | null;
  /** A scorecard of the account that is there already, and that nobody has seen, to take the place of a new one. */
  readonly scorecardId?: string | undefined;
}
