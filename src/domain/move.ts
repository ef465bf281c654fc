import { type FieldChange } from './account';
import { addDays, type CalendarDate, daysBetween, later } from './calendar';
import { graceEnd, type RenewalTerms } from './grace';
import { type PendingDowngrade, type Standing } from './standing';
import { isAbove } from './tier';
import { type HistoryCause, Ledger, type Move } from './tier-history';
import { type TieringModel } from './tiering-model';

/** What makes the rules look at an account again. */
export type Trigger = Extract<HistoryCause, 'FACTS' | 'MODEL_PUBLISHED' | 'TIME'>;

/** A past upgrade that may turn out to be a mistake. */
export interface RecentUpgrade {
  readonly on: CalendarDate;
  readonly heldFrom: string | null;
  readonly causedBy: readonly FieldChange[];
}

export interface MoveCase {
  /** Null for a churned account. */
  readonly computed: string | null;
  /** Whether NOT_PAYING settled the placement. */
  readonly notPaying: boolean;
  readonly terms: RenewalTerms;
  readonly today: CalendarDate;
  readonly trigger: Trigger;
  /** What changed, where the trigger is a change of facts. */
  readonly changes: readonly FieldChange[];
  /** The changes without which the account would be placed lower. */
  readonly causedBy: readonly FieldChange[];
  /** Upgrades by facts, the newest first. */
  readonly recentUpgrades: readonly RecentUpgrade[];
}

/**
 * Takes an account from where it stands to where the placement of today asks for: up at once, down after a
 * grace period (spec section 3). With nothing changed it decides nothing.
 */
export function planMove(standing: Standing, asked: MoveCase, model: TieringModel): Move {
  const ledger = new Ledger(standing);
  const { computed, trigger } = asked;
  if (computed === null) {
    if (standing.held !== null) churn(ledger, trigger);
  } else if (standing.held === null) {
    const kind = standing.placed ? 'REACTIVATED' : 'INITIAL';
    ledger.record(kind, trigger, { computed, held: computed, pending: null, placed: true });
  } else if (!isAbove(model.tiers, standing.held, computed)) {
    recover(ledger, computed, asked);
  } else {
    fall(ledger, standing.held, computed, asked, model);
  }
  return ledger.close();
}

function churn(ledger: Ledger, trigger: Trigger): void {
  const { pending, override } = ledger.standing;
  if (pending !== null) ledger.record('DOWNGRADE_CANCELLED', trigger, { pending: null });
  // The end of the override moves nothing by itself: the row after it does.
  if (override !== null) ledger.note('OVERRIDE_ENDED', trigger, { override: null });
  ledger.record('CHURNED', trigger, { computed: null, held: null });
}

function recover(ledger: Ledger, computed: string, asked: MoveCase): void {
  const { held, pending } = ledger.standing;
  if (pending !== null) ledger.record('DOWNGRADE_CANCELLED', asked.trigger, { computed, pending: null });
  if (computed !== held) {
    ledger.record('UPGRADE', asked.trigger, { computed, held: computed }, asked.causedBy);
  }
}

function fall(ledger: Ledger, held: string, computed: string, asked: MoveCase, model: TieringModel): void {
  // What an override has left behind was a person's decision and no mistake.
  const afterOverride = ledger.standing.pending?.reason === 'OVERRIDE_ENDED';
  const mistake = afterOverride ? null : mistakenUpgrade(asked, model);
  if (mistake !== null) {
    const restored = isAbove(model.tiers, computed, mistake) ? computed : mistake;
    if (isAbove(model.tiers, held, restored)) {
      const { pending } = ledger.standing;
      const rest = restored === computed || pending === null ? null : { ...pending, target: computed };
      ledger.record('DOWNGRADE', 'CORRECTION', { computed, held: restored, pending: rest });
      if (restored === computed) return;
    }
  }
  const { pending } = ledger.standing;
  if (pending === null) {
    ledger.record('DOWNGRADE_PENDING', asked.trigger, {
      computed,
      pending: openPending(computed, asked, model),
    });
    return;
  }
  const graceUntil = graceAfter(pending, asked, model);
  if (asked.today >= graceUntil) {
    ledger.record('DOWNGRADE', 'GRACE_ENDED', { computed, held: computed, pending: null });
  } else if (pending.target !== computed || pending.graceUntil !== graceUntil) {
    ledger.record('DOWNGRADE_PENDING', asked.trigger, {
      computed,
      pending: { ...pending, target: computed, graceUntil },
    });
  }
}

function openPending(computed: string, asked: MoveCase, model: TieringModel): PendingDowngrade {
  const { today, notPaying, terms, trigger } = asked;
  return notPaying
    ? {
        target: computed,
        detectedOn: today,
        graceUntil: addDays(today, model.grace.notPayingDays),
        reason: 'NOT_PAYING',
      }
    : {
        target: computed,
        detectedOn: today,
        graceUntil: graceEnd(today, terms, model.grace),
        reason: trigger,
      };
}

/**
 * The end of a running grace: worked out anew when renewal date or term changed during it, and never before
 * tomorrow then. On its last day the grace has passed, whatever changes on it.
 */
function graceAfter(pending: PendingDowngrade, asked: MoveCase, model: TieringModel): CalendarDate {
  const renewalMatters = pending.reason !== 'NOT_PAYING' && pending.reason !== 'OVERRIDE_ENDED';
  const renewalChanged = asked.changes.some(({ field }) => field === 'renewalDate' || field === 'termMonths');
  if (!renewalMatters || !renewalChanged || asked.today >= pending.graceUntil) return pending.graceUntil;
  const anew = later(graceEnd(pending.detectedOn, asked.terms, model.grace), addDays(asked.today, 1));
  // What a review has granted is not taken back by a contract that changes.
  return pending.extended === true ? later(anew, pending.graceUntil) : anew;
}

/**
 * The held tier before an upgrade whose causing fact is changed back soon after it; null if there is none, or
 * if the ladder has lost that tier since.
 */
function mistakenUpgrade(asked: MoveCase, model: TieringModel): string | null {
  // What passing days take back, such as a short subscription line, was no mistake.
  if (asked.trigger !== 'FACTS') return null;
  const upgrade = asked.recentUpgrades.find(
    ({ on, heldFrom, causedBy }) =>
      daysBetween(on, asked.today) <= model.grace.correctionDays &&
      model.tiers.some(({ key }) => key === heldFrom) &&
      causedBy.some((cause) =>
        asked.changes.some(({ field, to }) => field === cause.field && isSameFact(to, cause.from)),
      ),
  );
  return upgrade?.heldFrom ?? null;
}

/** A flag that is not known and one that says no are the same to placement. */
function isSameFact(a: FieldChange['to'], b: FieldChange['to']): boolean {
  return (a ?? false) === (b ?? false);
}
