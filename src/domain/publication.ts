import { type CalendarDate } from './calendar';
import { DomainError } from './errors';
import { refuseInvalidModel } from './model-validation';
import { type Money } from './money';
import { type Account, rescoreAccount, type Rescoring } from './rescoring';
import { effectiveTier, type Standing } from './standing';
import { succeedTiers } from './succession';
import { type HistoryEntry } from './tier-history';
import { hasPercentiles, resolvePercentiles, type TieringModel } from './tiering-model';

/** One model taking the place of another on a day. */
export interface Publication {
  /** The published model. */
  readonly from: TieringModel;
  /** The new one, its percentiles resolved. */
  readonly to: TieringModel;
  readonly today: CalendarDate;
}

/**
 * The publication of a draft over the book of the day: its percentiles become amounts and it is checked as a whole.
 * Throws INVALID_MODEL, one refusal for each error, and where a percentile has no book to be taken of.
 *
 * @param amounts ARR above 0 of the accounts that are not churned, the largest first
 */
export function planPublication(
  draft: TieringModel,
  published: TieringModel,
  amounts: readonly Money[],
  today: CalendarDate,
): Publication {
  refuseInvalidModel(draft, published);
  if (amounts.length === 0 && hasPercentiles(draft)) {
    throw new DomainError(
      'INVALID_MODEL',
      'a percentile needs a book: no account has ARR above 0, so give amounts in the ladder and the bands, or publish once accounts are there',
      ['ladder'],
    );
  }
  const to = resolvePercentiles(draft, amounts);
  // Two cuts of a book with many equal amounts may come out the same.
  refuseInvalidModel(to, published);
  return { from: published, to, today };
}

/** What publishing a model does to one account. */
export interface PublishedTo extends Rescoring {
  /** Whether it stands on a tier that the ladder has lost, or is about to fall to one. */
  readonly succeeds: boolean;
  /** Whether it holds another tier at once, or has another effective one. */
  readonly moves: boolean;
}

/**
 * What publishing does to one account: dropped tiers give way to their successors at once, then the new model places
 * and moves it, up at once and down through grace (spec section 3). Pending downgrades that run keep their dates.
 * Simulating and publishing both ask here, so that what is announced is what happens.
 */
export function publishTo(account: Account, { from, to, today }: Publication): PublishedTo {
  const successors = new Map(Object.entries(to.successors));
  const succeeded = succeedTiers(account.standing, successors, from.tiers, to.tiers);
  const rescoring = rescoreAccount(
    { ...account, standing: succeeded.standing },
    {},
    { model: to, today, trigger: 'MODEL_PUBLISHED', fromFile: false },
  );
  const entries: readonly HistoryEntry[] = [...succeeded.entries, ...rescoring.entries];
  return {
    ...rescoring,
    entries,
    succeeds: succeeded.entries.length > 0,
    moves: isElsewhere(account.standing, rescoring.account.standing),
  };
}

function isElsewhere(before: Standing, after: Standing): boolean {
  return before.held !== after.held || effectiveTier(before) !== effectiveTier(after);
}
