import { type CalendarDate } from '../../src/domain/calendar';
import { type Ladder } from '../../src/domain/tier';
import { type TestDatabase } from './database';

interface Pending {
  readonly target: string;
  readonly detectedOn: string;
  readonly graceUntil: string;
}

/** Where an account stands; tiers are keys. */
interface Standing {
  readonly computed: string | null;
  readonly held: string | null;
  readonly effective: string | null;
  readonly pending: Pending | null;
}

interface HistoryRow {
  readonly id: string;
  readonly account: string;
  readonly kind: string;
  readonly cause: string;
  readonly computed: string | null;
  readonly heldFrom: string | null;
  readonly heldTo: string | null;
  readonly effectiveFrom: string | null;
  readonly effectiveTo: string | null;
  readonly pending: Pending | null;
  readonly scorecard: string | null;
  readonly modelVersion: number;
  readonly actor: string;
  readonly on: string;
}

interface AccountRow extends Standing {
  readonly account: string;
  readonly status: string | null;
  readonly override: string | null;
}

const NOWHERE: Standing = { computed: null, held: null, effective: null, pending: null };

const PENDING = (target: string, detectedOn: string, graceUntil: string): string =>
  `CASE WHEN ${target} IS NOT NULL THEN jsonb_build_object('target', ${target}, 'detectedOn', ${detectedOn}::text,
     'graceUntil', ${graceUntil}::text) END`;

const NEW_ROWS = `
  SELECT id::text, account_id::text AS account, kind, cause, computed_tier AS computed, held_from AS "heldFrom",
    held_to AS "heldTo", effective_from AS "effectiveFrom", effective_to AS "effectiveTo",
    ${PENDING('pending_target', 'pending_detected_on', 'grace_until')} AS pending,
    scorecard_id::text AS scorecard, model_version AS "modelVersion", actor_name AS actor, occurred_on::text AS on
  FROM tier_history WHERE id > $1 ORDER BY tier_history.id`;

const ACCOUNTS = `
  SELECT a.id::text AS account, status, computed_tier AS computed, a.held_tier AS held, effective_tier AS effective,
    override_tier AS override, ${PENDING('p.target_tier', 'p.detected_on', 'p.grace_until')} AS pending
  FROM account a LEFT JOIN pending_downgrade p ON p.account_id = a.id ORDER BY a.id`;

/**
 * Watches a book from beside the product, with SQL of its own: it replays the history row by row, holds it
 * against what is stored, and notes every evening where each account stands. What breaks a rule is thrown, with
 * the account, the day and the rule.
 */
export class LifeWitness {
  private readonly replayed = new Map<string, Standing>();
  private readonly evenings = new Map<CalendarDate, ReadonlyMap<string, Standing>>();
  private readonly counted = new Map<string, number>();
  private lastRow = '0';

  constructor(
    private readonly database: TestDatabase,
    /** The ladder of a model version. */
    private readonly ladderOf: (version: number) => Ladder,
  ) {}

  /** How many rows of the history were seen, by kind and cause. */
  get rows(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.counted].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** What was noted on the evening of a day, by account id. */
  tiersOn(day: CalendarDate): ReadonlyMap<string, Standing> {
    const evening = this.evenings.get(day);
    if (evening === undefined) throw new Error(`nobody watched on ${day}`);
    return evening;
  }

  /** Looks at everything that the day has written, and at where all accounts stand at its end. */
  async closeDay(today: CalendarDate, publishedVersion: number): Promise<void> {
    for (const row of await this.database.query<HistoryRow>(NEW_ROWS, [this.lastRow])) {
      this.checkRow(row, today);
      const { account, computed, heldTo: held, effectiveTo: effective, pending } = row;
      this.replayed.set(account, { computed, held, effective, pending });
      const name = `${row.kind} ${row.cause}`;
      this.counted.set(name, (this.counted.get(name) ?? 0) + 1);
      this.lastRow = row.id;
    }
    const evening = new Map<string, Standing>();
    for (const row of await this.database.query<AccountRow>(ACCOUNTS)) {
      this.checkAccount(row, today, this.ladderOf(publishedVersion));
      const { account, computed, held, effective, pending } = row;
      evening.set(account, { computed, held, effective, pending });
    }
    this.evenings.set(today, evening);
  }

  private checkRow(row: HistoryRow, today: CalendarDate): void {
    const before = this.replayed.get(row.account) ?? NOWHERE;
    const must = (holds: boolean, rule: string): void => {
      if (!holds) throw new Error(`${today}: ${rule}: ${JSON.stringify({ before, row })}`);
    };
    must(row.on === today, 'a row of the history is of the day it was written on');
    must(row.cause !== '' && row.actor !== '', 'a row has a cause and an actor');
    must(row.scorecard !== null, 'a row has a scorecard');
    must(row.heldFrom === before.held, 'a row begins with the tier that the one before it left held');
    must(row.effectiveFrom === before.effective, 'a row begins with the tier that was effective before it');
    must(this.mayFall(row, before, today), 'a held tier never falls inside its grace');
  }

  /** Whether a fall of the held tier, if the row is one, has passed its grace or is one that needs none. */
  private mayFall(
    { cause, kind, heldFrom, heldTo, modelVersion }: HistoryRow,
    before: Standing,
    today: CalendarDate,
  ): boolean {
    if (heldFrom === null || heldTo === null || kind === 'CHURNED') return true;
    const ladder = this.ladderOf(modelVersion);
    const from = ladder.find(({ key }) => key === heldFrom);
    const to = ladder.find(({ key }) => key === heldTo);
    // A tier that the model has dropped cannot be held any longer.
    if (from === undefined || to === undefined) return cause === 'MODEL_PUBLISHED';
    if (to.rank <= from.rank) return true;
    if (cause === 'GRACE_ENDED') return before.pending !== null && before.pending.graceUntil <= today;
    return cause === 'REVIEW' || cause === 'CORRECTION';
  }

  private checkAccount(row: AccountRow, today: CalendarDate, ladder: Ladder): void {
    const { computed, held, effective, pending, override, status } = row;
    const replayed = this.replayed.get(row.account) ?? NOWHERE;
    const must = (holds: boolean, rule: string): void => {
      if (!holds) throw new Error(`${today}: ${rule}: ${JSON.stringify({ replayed, row })}`);
    };
    const rank = (key: string | null): number => ladder.find((tier) => tier.key === key)?.rank ?? NaN;
    must(
      JSON.stringify(replayed) === JSON.stringify({ computed, held, effective, pending }),
      'the history replayed from the start gives where the account stands',
    );
    must(effective === (override ?? held), 'the effective tier is that of the override, else the held one');
    if (held === null) {
      must(computed === null && pending === null && override === null, 'who holds no tier has none at all');
      return;
    }
    must(status !== 'CHURNED', 'a churned account holds no tier');
    must(
      rank(held) <= rank(computed),
      'up is at once: nothing is computed above the held tier in the evening',
    );
    must((pending !== null) === (held !== computed), 'a lower computed tier waits as a pending downgrade');
    if (pending !== null) {
      must(pending.target === computed, 'a pending downgrade leads to the computed tier');
      must(pending.graceUntil > today, 'a downgrade that is due is made on the day itself');
    }
  }
}
