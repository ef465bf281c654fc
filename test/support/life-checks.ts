import { type AccountReads } from '../../src/app/ports/reads';
import { type CalendarDate, daysBetween } from '../../src/domain/calendar';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { type GraceReason } from '../../src/domain/standing';
import { type HistoryCause, type HistoryKind } from '../../src/domain/tier-history';
import { type TestDatabase } from './database';

/** A row of the tier history, with what its scorecard says. */
export interface HistoryRow {
  readonly id: string;
  readonly accountId: string;
  readonly kind: HistoryKind;
  readonly cause: HistoryCause;
  readonly computed: string | null;
  readonly heldFrom: string | null;
  readonly heldTo: string | null;
  readonly effectiveFrom: string | null;
  readonly effectiveTo: string | null;
  readonly pending: Pending | null;
  readonly actorId: string;
  readonly actorName: string;
  readonly occurredOn: CalendarDate;
  readonly modelVersion: number;
  readonly scorecardAccountId: string | null;
  readonly scorecardComputed: string | null;
  readonly scorecardVersion: number | null;
}

interface Pending {
  readonly target: string;
  readonly detectedOn: CalendarDate;
  readonly graceUntil: CalendarDate;
  readonly reason: GraceReason;
}

/** Where an account stands, as the tables of today say, or as the rows of its history add up to. */
interface Standing {
  readonly computed: string | null;
  readonly held: string | null;
  readonly effective: string | null;
  readonly pending: Pending | null;
}

const NOWHERE: Standing = { computed: null, held: null, effective: null, pending: null };

/** The least days of grace by what opened it, and the most of all (spec section 3). */
const LEAST_GRACE: Readonly<Record<GraceReason, number>> = {
  FACTS: 90,
  NOT_PAYING: 30,
  MODEL_PUBLISHED: 90,
  TIME: 90,
  OVERRIDE_ENDED: 1,
};
const MOST_GRACE = 455;

const HISTORY = `
  SELECT h.id::text, h.account_id::text AS "accountId", kind, cause, h.computed_tier AS computed,
    held_from AS "heldFrom", held_to AS "heldTo", effective_from AS "effectiveFrom", effective_to AS "effectiveTo",
    CASE WHEN pending_target IS NOT NULL THEN json_build_object('target', pending_target,
      'detectedOn', pending_detected_on::text, 'graceUntil', grace_until::text, 'reason', grace_reason) END AS pending,
    actor_id AS "actorId", actor_name AS "actorName", occurred_on::text AS "occurredOn",
    h.model_version AS "modelVersion", card.account_id::text AS "scorecardAccountId",
    card.computed_tier AS "scorecardComputed", card.model_version AS "scorecardVersion"
  FROM tier_history h LEFT JOIN scorecard card ON card.id = h.scorecard_id
  WHERE h.id > $1 ORDER BY h.id`;

const STANDINGS = `
  SELECT a.id::text, computed_tier AS computed, a.held_tier AS held, effective_tier AS effective,
    CASE WHEN p.account_id IS NOT NULL THEN json_build_object('target', target_tier,
      'detectedOn', detected_on::text, 'graceUntil', grace_until::text, 'reason', reason) END AS pending
  FROM account a LEFT JOIN pending_downgrade p ON p.account_id = a.id`;

interface ActiveOverrides {
  readonly id: string;
  readonly active: number;
  readonly tiers: string;
}

/** Accounts that break the rule: one active override at most, whose tier the account has, and none once it churned. */
const ACTIVE_OVERRIDES = `
  SELECT a.id::text, count(o.id)::int AS active, coalesce(override_tier, 'no tier') AS tiers
  FROM account a LEFT JOIN tier_override o ON o.account_id = a.id AND o.status = 'ACTIVE'
  GROUP BY a.id
  HAVING count(o.id) > 1 OR max(o.tier) IS DISTINCT FROM override_tier
    OR a.status = 'CHURNED' AND EXISTS (
      SELECT FROM tier_override WHERE account_id = a.id AND tier_override.status IN ('REQUESTED', 'ACTIVE'))`;

/** Whether a fall of the held tier needs no grace. */
export type FallWithoutGrace = (row: HistoryRow) => boolean;

/** The exceptions of section 3. */
export const FALLS_WITHOUT_GRACE: readonly FallWithoutGrace[] = [
  ({ cause }) => cause === 'REVIEW',
  ({ cause }) => cause === 'CORRECTION',
  // An override to a lower tier, or one that ends as a data error.
  ({ cause }) => cause === 'OVERRIDE',
];

/** Looks at the book after every day, and keeps what it recorded, to hold it against what is told of it later. */
export class LifeChecks {
  /** What is wrong, each with its day; empty as long as everything holds. */
  readonly findings: string[] = [];
  /** How many rows of the history there were of each kind and cause. */
  readonly seen = new Map<string, number>();
  private readonly ranks: ReadonlyMap<string, number>;
  /** The standing that the history adds up to, row by row. */
  private readonly replayed = new Map<string, Standing>();
  private readonly lastDayOf = new Map<string, CalendarDate>();
  private readonly recorded = new Map<CalendarDate, ReadonlyMap<string, Standing>>();
  private lastRow = '0';

  constructor(
    private readonly database: TestDatabase,
    private readonly accounts: AccountReads,
    private readonly fallsWithoutGrace: readonly FallWithoutGrace[] = FALLS_WITHOUT_GRACE,
    ladder: readonly { readonly key: string; readonly rank: number }[] = DEFAULT_MODEL.tiers,
  ) {
    this.ranks = new Map(ladder.map(({ key, rank }) => [key, rank]));
  }

  get days(): CalendarDate[] {
    return [...this.recorded.keys()];
  }

  /** To be called at the end of each day. */
  async endOfDay(today: CalendarDate): Promise<void> {
    const rows = await this.database.query<HistoryRow>(HISTORY, [this.lastRow]);
    for (const row of rows) this.checkRow(row, today);
    for (const row of new Map(rows.map((row) => [row.accountId, row])).values())
      this.checkLastRow(row, today);
    this.lastRow = rows.at(-1)?.id ?? this.lastRow;

    const found = await this.database.query<Standing & { id: string }>(STANDINGS);
    const standings = new Map(found.map(({ id, ...standing }) => [id, standing]));
    for (const [id, standing] of standings) this.checkStanding(id, standing, today);
    this.recorded.set(today, standings);
    for (const { id, active, tiers } of await this.database.query<ActiveOverrides>(ACTIVE_OVERRIDES)) {
      this.expect(false, today, `account ${id} has ${active} active overrides, and is held to ${tiers}`);
    }
  }

  /** Holds what is told of a past day against what was recorded on it. */
  async checkPast(day: CalendarDate, today: CalendarDate): Promise<void> {
    const recorded = this.recorded.get(day);
    if (recorded === undefined) return;
    const told = new Map(
      (await this.accounts.tiersAt([...recorded.keys()], day)).map((tiers) => [tiers.accountId, tiers]),
    );
    for (const [id, { computed, held, effective }] of recorded) {
      const then = told.get(id) ?? NOWHERE;
      this.expect(
        then.computed === computed && then.held === held && then.effective === effective,
        today,
        `account ${id} stood in ${said(computed, held, effective)} on ${day}, and tierAt says ${said(then.computed, then.held, then.effective)}`,
      );
    }
  }

  /**
   * How many rows each table has and which transaction wrote last to it, save the notes of the daily runs
   * themselves: it stays the same only where nothing at all was written.
   */
  async fingerprint(): Promise<string> {
    this.tables ??= (
      await this.database.query<{ name: string }>(
        `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
         AND relname NOT IN ('daily_run', 'daily_step', 'migration') ORDER BY 1`,
      )
    ).map(({ name }) => name);
    const parts = this.tables.map(
      (name) => `SELECT '${name}' AS name, count(*) AS rows, max(xmin::text::bigint) AS latest FROM ${name}`,
    );
    return JSON.stringify(await this.database.query(`${parts.join(' UNION ALL ')} ORDER BY name`));
  }
  private tables: readonly string[] | null = null;

  expect(holds: boolean, today: CalendarDate, finding: string): void {
    if (!holds) this.findings.push(`${today}: ${finding}`);
  }

  private checkRow(row: HistoryRow, today: CalendarDate): void {
    const { accountId, kind, cause, heldFrom, heldTo, pending, occurredOn } = row;
    this.seen.set(kind, (this.seen.get(kind) ?? 0) + 1);
    this.seen.set(`${kind} ${cause}`, (this.seen.get(`${kind} ${cause}`) ?? 0) + 1);
    const before = this.replayed.get(accountId) ?? NOWHERE;
    const expect = (holds: boolean, finding: string): void => {
      this.expect(holds, today, `row ${row.id} (${kind} ${cause}) of account ${accountId} ${finding}`);
    };
    expect(
      occurredOn === today && occurredOn >= (this.lastDayOf.get(accountId) ?? occurredOn),
      `is of ${occurredOn}`,
    );
    expect(
      heldFrom === before.held && row.effectiveFrom === before.effective,
      'does not start where the one before it ended',
    );
    expect(row.actorId !== '' && row.actorName !== '', 'has no actor');
    expect(row.scorecardAccountId === accountId, 'has no scorecard of its account');
    expect(row.scorecardVersion === row.modelVersion, 'has the scorecard of another model version');
    if (this.isBelow(heldTo, heldFrom)) {
      const graceIsOver =
        cause === 'GRACE_ENDED' && before.pending !== null && before.pending.graceUntil <= today;
      expect(
        graceIsOver || this.fallsWithoutGrace.some((exception) => exception(row)),
        `lets the held tier fall inside its grace, which lasts until ${before.pending?.graceUntil ?? 'nobody knows when'}`,
      );
      if (graceIsOver) expect(heldTo === row.computed, 'does not fall to the tier computed on the day');
    }
    if (pending !== null && kind === 'DOWNGRADE_PENDING' && cause !== 'REVIEW') {
      const length = daysBetween(pending.detectedOn, pending.graceUntil);
      const running = before.pending;
      expect(
        (length >= LEAST_GRACE[pending.reason] && length <= MOST_GRACE) ||
          // A review may have extended it beyond that.
          running?.graceUntil === pending.graceUntil,
        `has a grace of ${length} days`,
      );
      if (running !== null && cause !== 'OVERRIDE') {
        expect(running.detectedOn === pending.detectedOn, 'has moved the day of detection');
      }
    }
    this.lastDayOf.set(accountId, occurredOn);
    this.replayed.set(accountId, {
      computed: row.computed,
      held: heldTo,
      effective: row.effectiveTo,
      pending,
    });
  }

  private checkLastRow(row: HistoryRow, today: CalendarDate): void {
    this.expect(
      row.scorecardComputed === row.computed,
      today,
      `the scorecard of row ${row.id} says ${row.scorecardComputed ?? 'no tier'}, the row ${row.computed ?? 'no tier'}`,
    );
  }

  private checkStanding(id: string, standing: Standing, today: CalendarDate): void {
    const { computed, held, pending } = standing;
    const expect = (holds: boolean, finding: string): void => {
      this.expect(holds, today, `account ${id} ${finding}`);
    };
    const replayed = this.replayed.get(id) ?? NOWHERE;
    expect(
      JSON.stringify(replayed) === JSON.stringify(standing),
      `stands in ${JSON.stringify(standing)}, and its history adds up to ${JSON.stringify(replayed)}`,
    );
    expect(!this.isBelow(held, computed), `is held in ${held ?? ''}, below its computed ${computed ?? ''}`);
    expect(
      (pending !== null) === this.isBelow(computed, held),
      `is held in ${held ?? ''} and computed in ${computed ?? ''}, with ${pending === null ? 'no' : 'a'} pending downgrade`,
    );
    if (pending !== null) {
      expect(pending.target === computed, `waits to fall to ${pending.target} instead of ${computed ?? ''}`);
      expect(pending.graceUntil > today, `still waits for a grace that ended on ${pending.graceUntil}`);
    }
  }

  private isBelow(a: string | null, b: string | null): boolean {
    return a !== null && b !== null && (this.ranks.get(a) ?? NaN) > (this.ranks.get(b) ?? NaN);
  }
}

function said(...tiers: (string | null)[]): string {
  return tiers.map((tier) => tier ?? 'none').join(' / ');
}
