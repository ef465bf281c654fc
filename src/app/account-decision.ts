import { addDays, type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { quietDays } from '../domain/quiet-days';
import { hasNews, type Rescoring, type RescoringContext } from '../domain/rescoring';
import { type Move } from '../domain/tier-history';
import { type TieringModel } from '../domain/tiering-model';
import { type AccountWrite } from './ports/account-write';
import { type StoredAccount } from './ports/stores';

/** The first day whose upgrades can still turn out to be mistakes. */
export function correctableSince(model: TieringModel, today: CalendarDate): CalendarDate {
  return addDays(today, -model.grace.correctionDays);
}

/** What has to be written after a rescoring by the model on the day; null when nothing is new. */
export function writeOf(
  before: StoredAccount | null,
  rescoring: Rescoring,
  { model, today }: Pick<RescoringContext, 'model' | 'today'>,
): AccountWrite | null {
  if (before !== null && !hasNews(before, rescoring)) return null;
  const { account, changes, movement, newScorecard, entries } = rescoring;
  // A rescoring leaves the account with a scorecard that says how it is placed today.
  const quiet = quietDays(account, model, today, account.scorecard);
  return {
    id: before?.id ?? null,
    before,
    account,
    linesAppliedOn: before?.linesAppliedOn ?? null,
    changes,
    movement,
    newScorecard,
    entries,
    quiet: quiet && { ...quiet, of: account },
  };
}

/**
 * The write with the quiet days of what it makes of the account. Only for one that knows of the active override what is
 * written of that, too.
 */
export function withQuietDays(write: AccountWrite, model: TieringModel, today: CalendarDate): AccountWrite {
  const quiet = quietDays(write.account, model, today);
  return { ...write, quiet: quiet && { ...quiet, of: write.account } };
}

/** The account as it is, to be written for what does not come from its facts. */
export function unchangedWrite(account: StoredAccount): AccountWrite {
  return {
    id: account.id,
    before: account,
    account,
    linesAppliedOn: account.linesAppliedOn,
    changes: [],
    movement: null,
    newScorecard: false,
    entries: [],
  };
}

/** The account where a decision has moved it, with what its history says of that. */
export function movedWrite(account: StoredAccount, { standing, entries }: Move): AccountWrite {
  return { ...unchangedWrite(account), account: { ...account, standing }, entries };
}

/** Whether the account's history already goes beyond the day: what the day brings is left to a later one. */
export function isAheadOf({ lastHistoryOn }: StoredAccount, today: CalendarDate): boolean {
  return lastHistoryOn !== null && lastHistoryOn > today;
}

/** Throws AS_OF_BEFORE_HISTORY where the account's history already goes beyond the day. */
export function refuseThePast(account: StoredAccount, today: CalendarDate): void {
  if (!isAheadOf(account, today)) return;
  throw new DomainError(
    'AS_OF_BEFORE_HISTORY',
    `the tier history of "${account.externalId}" goes up to ${account.lastHistoryOn ?? ''}, so nothing can be decided as of ${today}`,
  );
}
