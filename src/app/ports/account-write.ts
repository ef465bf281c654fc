import { type FieldChange } from '../../domain/account';
import { type CalendarDate } from '../../domain/calendar';
import { type Account } from '../../domain/rescoring';
import { type ArrMovement } from '../../domain/revenue';
import { type HistoryEntry } from '../../domain/tier-history';

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
  /** A scorecard of the account that is there already, and that nobody has seen, to take the place of a new one. */
  readonly scorecardId?: string | undefined;
}
