import { addMonths, type CalendarDate } from './calendar';
import { DomainError } from './errors';
import { type Account, hasNews, rescoreAccount } from './rescoring';
import { type Scorecard } from './scorecard';
import { overrideEndsSoonFrom } from './tier-review';
import { type TieringModel } from './tiering-model';

/** Days on each of which the day alone changes nothing about an account: everything else must stay as it is. */
export interface QuietDays {
  readonly from: CalendarDate;
  /** The first day after them; null where time alone never changes anything. */
  readonly until: CalendarDate | null;
}

/**
 * Which edition of the rules quiet days were found by. It goes up whenever the rules decide anything else about the
 * same account, model and day than before: what an older edition has found is looked at again then.
 */
export const RULES_EDITION = 1;

/**
 * The quiet days of the account under the model from today on; null where the day of today already has something to
 * say. Between two of the days that are asked for here, every rule sees the same of an account: so on all of them it is
 * decided as today.
 *
 * @param placed how the account is placed by the model today, where that is known already
 */
export function quietDays(
  account: Account,
  model: TieringModel,
  today: CalendarDate,
  placed: Scorecard | null = null,
): QuietDays | null {
  return isQuiet(account, model, today, placed) ? quietFrom(account, model, today) : null;
}

/** As quietDays, of an account that is known to be quiet today. */
export function quietFrom(account: Account, model: TieringModel, today: CalendarDate): QuietDays {
  let until: CalendarDate | null = null;
  for (const day of turningDays(account, model)) {
    if (day !== null && day > today && (until === null || day < until)) until = day;
  }
  return { from: today, until };
}

function isQuiet(
  account: Account,
  model: TieringModel,
  today: CalendarDate,
  placed: Scorecard | null,
): boolean {
  const context = { model, today, trigger: 'TIME', fromFile: false } as const;
  try {
    return !hasNews(account, rescoreAccount(account, {}, context, placed));
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

/** The days from which on a rule that looks at the day sees something else; all of them. */
function turningDays(account: Account, model: TieringModel): readonly (CalendarDate | null)[] {
  const { values, standing, designation } = account;
  const { expansionAssessment: assessment, expansionAssessedOn: assessedOn } = values;
  return [
    // An assessment stops counting (section 2.2).
    assessment !== null && assessedOn !== null
      ? addMonths(assessedOn, model.expansion.assessmentMonths)
      : null,
    // The grace of a downgrade is over (section 3).
    standing.pending?.graceUntil ?? null,
    // A designation is to be looked at again (section 2.3).
    designation?.reviewOn ?? null,
    // An override is about to end (section 6).
    overrideEndsSoonFrom(account, model.reviews),
  ];
}
