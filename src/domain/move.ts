import { type FieldChange } from './account';
import { addDays, addMonths, type CalendarDate, daysBetween, earlier, later } from './calendar';
import { DomainError } from './errors';
import { graceEnd, type RenewalTerms } from './grace';
import { isAbove, type Ladder, tierByKey } from './tier';
import { type TieringModel } from './tiering-model';

export const HISTORY_KINDS = [
  'INITIAL',
  'UPGRADE',
  'DOWNGRADE',
  'DOWNGRADE_PENDING',
  'DOWNGRADE_CANCELLED',
  'OVERRIDE_STARTED',
  'OVERRIDE_ENDED',
  'CHURNED',
  'REACTIVATED',
] as const;
export type HistoryKind = (typeof HISTORY_KINDS)[number];

export const HISTORY_CAUSES = [
  'FACTS',
  'MODEL_PUBLISHED',
  'GRACE_ENDED',
  'REVIEW',
  'OVERRIDE',
  'CORRECTION',
  'TIME',
] as const;
export type HistoryCause = (typeof HISTORY_CAUSES)[number];

/** What makes the rules look at an account again. */
export type Trigger = Extract<HistoryCause, 'FACTS' | 'MODEL_PUBLISHED' | 'TIME'>;

export const GRACE_REASONS = ['FACTS', 'NOT_PAYING', 'MODEL_PUBLISHED', 'TIME', 'OVERRIDE_ENDED'] as const;
export type GraceReason = (typeof GRACE_REASONS)[number];

/** A lower computed tier that waits out its grace period. */
export interface PendingDowngrade {
  readonly target: string;
  readonly detectedOn: CalendarDate;
  readonly graceUntil: CalendarDate;
  readonly reason: GraceReason;
  /** Whether a tier review has extended the grace, which it may do once; absent where none has. */
  readonly extended?: true;
}

/** Where an account stands; tiers are keys, null is "no tier". */
export interface Standing {
  readonly computed: string | null;
  readonly held: string | null;
  readonly pending: PendingDowngrade | null;
  /** The tier of the active override. */
  readonly override: string | null;
  /** False until the first placement. */
  readonly placed: boolean;
}

/** A row of the tier history, before it has an actor and a time. A move is a row whose effective tier changes. */
export interface HistoryEntry {
  readonly kind: HistoryKind;
  readonly cause: HistoryCause;
  readonly computed: string | null;
  readonly heldFrom: string | null;
  readonly heldTo: string | null;
  readonly effectiveFrom: string | null;
  readonly effectiveTo: string | null;
  /** The pending downgrade after the row. */
  readonly pending: PendingDowngrade | null;
  /** For an upgrade: the changes of facts that it rests on. */
  readonly causedBy: readonly FieldChange[];
}

/** What the move rules decided: where the account stands now, and what the history has to say about it. */
export interface Move {
  readonly standing: Standing;
  readonly entries: readonly HistoryEntry[];
}

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

export const UNPLACED: Standing = {
  computed: null,
  held: null,
  pending: null,
  override: null,
  placed: false,
};

/** The tier that counts for service and capacity: the override's, else the held one. */
export function effectiveTier(standing: Standing): string | null {
  return standing.override ?? standing.held;
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

/**
 * Carries a standing over to a new model's ladder, in which some keys have given way to their successors.
 * A tier that is gone cannot be held any longer, so this needs no grace; the new model's placement comes after.
 *
 * @param successors new key by dropped key
 */
export function succeedTiers(
  standing: Standing,
  successors: ReadonlyMap<string, string>,
  from: Ladder,
  to: Ladder,
): Move {
  const ledger = new Ledger(standing);
  const succeed = <K extends string | null>(key: K): K =>
    key === null ? key : ((successors.get(key) ?? key) as K);
  const { pending } = standing;
  const next: Standing = {
    ...standing,
    computed: succeed(standing.computed),
    held: succeed(standing.held),
    override: succeed(standing.override),
    pending: pending === null ? null : { ...pending, target: succeed(pending.target) },
  };
  const moved = effectiveTier(next) !== effectiveTier(standing);
  const before = moved ? effectiveTier(standing) : standing.held;
  const after = moved ? effectiveTier(next) : next.held;
  if (before !== null && after !== null && before !== after) {
    // A tier that both ladders have may have changed its rank, since the dropped one is gone.
    const ladder = from.some(({ key }) => key === after) ? from : to;
    const lower = tierByKey(ladder, after).rank > tierByKey(from, before).rank;
    ledger.record(lower ? 'DOWNGRADE' : 'UPGRADE', 'MODEL_PUBLISHED', next);
  } else if (next.pending?.target !== pending?.target) {
    ledger.record('DOWNGRADE_PENDING', 'MODEL_PUBLISHED', next);
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

/** Collects the rows of one decision; each row starts where the one before it ended. */
class Ledger {
  private readonly entries: HistoryEntry[] = [];
  private effective: string | null;

  constructor(public standing: Standing) {
    this.effective = effectiveTier(standing);
  }

  /** Changes the standing and writes the row that says so. */
  record(
    kind: HistoryKind,
    cause: HistoryCause,
    change: Partial<Standing>,
    causedBy: readonly FieldChange[] = [],
  ): void {
    this.write(kind, cause, change, effectiveTier({ ...this.standing, ...change }), causedBy);
  }

  /** Writes a row that moves nothing by itself; the effective tier changes with the row that follows. */
  note(kind: HistoryKind, cause: HistoryCause, change: Partial<Standing>): void {
    this.write(kind, cause, change, this.effective, []);
  }

  close(): Move {
    return { standing: this.standing, entries: this.entries };
  }

  private write(
    kind: HistoryKind,
    cause: HistoryCause,
    change: Partial<Standing>,
    effectiveTo: string | null,
    causedBy: readonly FieldChange[],
  ): void {
    const heldFrom = this.standing.held;
    this.standing = { ...this.standing, ...change };
    const { computed, held: heldTo, pending } = this.standing;
    this.entries.push({
      kind,
      cause,
      computed,
      heldFrom,
      heldTo,
      effectiveFrom: this.effective,
      effectiveTo,
      pending,
      causedBy,
    });
    this.effective = effectiveTo;
  }
}
