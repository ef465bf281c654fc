import { type FieldChange } from './account';
import { effectiveTier, type PendingDowngrade, type Standing } from './standing';

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

/** Collects the rows of one decision; each row starts where the one before it ended. */
export class Ledger {
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

/** What the rows of one write do to the service of an account. */
export type ServiceChange = 'CAME' | 'CHANGED';

/**
 * Whether an account came into service with these rows, or is served in another tier after them; null where neither
 * is so, and where it left. What it is owed counts from that day (spec section 8).
 */
export function serviceChange(
  entries: readonly Pick<HistoryEntry, 'effectiveFrom' | 'effectiveTo'>[],
): ServiceChange | null {
  const [from, to] = [entries[0]?.effectiveFrom ?? null, entries.at(-1)?.effectiveTo ?? null];
  if (to === null || from === to) return null;
  return from === null ? 'CAME' : 'CHANGED';
}
