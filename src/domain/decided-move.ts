import { addDays, addMonths, type CalendarDate, earlier, later } from './calendar';
import { DomainError } from './errors';
import { type RenewalTerms } from './grace';
import { type PendingDowngrade, type Standing } from './standing';
import { isAbove } from './tier';
import { Ledger, type Move } from './tier-history';
import { type TieringModel } from './tiering-model';

/** A tier review's decision: the account falls to its computed tier without waiting out the grace. */
export function letFall(standing: Standing): Move {
  const ledger = new Ledger(standing);
  if (standing.pending !== null) {
    ledger.record('DOWNGRADE', 'REVIEW', { held: standing.computed, pending: null });
  }
  return ledger.close();
}

/**
 * A tier review's decision: the account keeps its held tier for longer, once for each pending downgrade, and by at
 * most one term or the longest extension of the model, whichever is shorter (section 6). Throws WRONG_STATUS where
 * nothing is pending or the grace was extended before, INVALID_VALUE for a day that is out of reach.
 *
 * @param until the new end of the grace; null for the latest that may be
 */
export function extendGrace(
  standing: Standing,
  until: CalendarDate | null,
  today: CalendarDate,
  terms: RenewalTerms,
  model: TieringModel,
): Move {
  const { pending } = standing;
  if (pending === null) throw noPendingDowngrade('EXTEND_GRACE');
  if (pending.extended === true) {
    throw new DomainError(
      'WRONG_STATUS',
      `a tier review has extended this grace already, until ${pending.graceUntil}; it can be extended only once`,
      ['decision'],
    );
  }
  const latest = latestExtension(pending, terms, model);
  const earliest = later(addDays(pending.graceUntil, 1), addDays(today, 1));
  const graceUntil = until ?? latest;
  if (graceUntil < earliest || graceUntil > latest) {
    throw new DomainError(
      'INVALID_VALUE',
      earliest > latest
        ? `the grace ended on ${pending.graceUntil}, too long ago to be extended`
        : `extendUntil must lie from ${earliest} to ${latest}`,
      ['extendUntil'],
    );
  }
  const ledger = new Ledger(standing);
  ledger.record('DOWNGRADE_PENDING', 'REVIEW', { pending: { ...pending, graceUntil, extended: true } });
  return ledger.close();
}

/** The refusal of a decision about a pending downgrade where there is none. */
export function noPendingDowngrade(decision: string): DomainError {
  return new DomainError(
    'WRONG_STATUS',
    `${decision} needs a pending downgrade, and the account has none; decide KEEP instead`,
    ['decision'],
  );
}

function latestExtension(pending: PendingDowngrade, terms: RenewalTerms, model: TieringModel): CalendarDate {
  const term = terms.termMonths ?? model.grace.defaultTermMonths;
  return earlier(
    addMonths(pending.graceUntil, term),
    addDays(pending.graceUntil, model.reviews.longestExtensionDays),
  );
}

/** Starts an override; one that is active already is ended first, as superseded. No grace, even downwards. */
export function startOverride(standing: Standing, tier: string): Move {
  const ledger = new Ledger(standing);
  if (standing.override !== null) ledger.note('OVERRIDE_ENDED', 'OVERRIDE', { override: null });
  ledger.record('OVERRIDE_STARTED', 'OVERRIDE', { override: tier });
  return ledger.close();
}

/**
 * Ends the active override. One that stood above the held tier leaves the account there until a grace of its
 * own has passed; one that was a data error leaves nothing behind (section 3).
 */
export function endOverride(
  standing: Standing,
  ended: { readonly today: CalendarDate; readonly dataError: boolean },
  model: TieringModel,
): Move {
  const ledger = new Ledger(standing);
  const { override, held, computed, pending } = standing;
  if (override === null) return ledger.close();
  if (ended.dataError || held === null || computed === null || !isAbove(model.tiers, override, held)) {
    ledger.record('OVERRIDE_ENDED', 'OVERRIDE', { override: null });
    return ledger.close();
  }
  const ownGrace = addDays(ended.today, model.grace.afterOverrideDays);
  ledger.record('OVERRIDE_ENDED', 'OVERRIDE', { override: null, held: override });
  ledger.record('DOWNGRADE_PENDING', 'OVERRIDE', {
    pending: {
      target: computed,
      detectedOn: ended.today,
      graceUntil: pending === null ? ownGrace : later(ownGrace, pending.graceUntil),
      reason: 'OVERRIDE_ENDED',
      ...(pending?.extended === true ? { extended: true } : {}),
    },
  });
  return ledger.close();
}
