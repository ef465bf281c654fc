import { type Listed, type Window } from '../../app/ports/reads';
import {
  type AccountsBehind,
  type BookFigures,
  type OwnershipRules,
  type TieringHealthReads,
} from '../../app/ports/tiering-health';
import { type CalendarDate } from '../../domain/calendar';
import { type ServiceHealthCode, type TierOwnership } from '../../domain/service-health';
import { IN_THE_BOOK } from './book';
import { type DatabaseReader } from './database-reader';
import { servedListSql } from './economics.reads';
import { keyset } from './keyset';
import { Parameters } from './parameters';

const PAYING = `a.arr > 0 AND ${IN_THE_BOOK}`;
const BY_ID = [{ expression: 'a.id', type: 'bigint', descending: false }] as const;

/** Accounts that moved at least $2 times after the day $1; coming into the ladder and leaving it are no moves up or down. */
function yoYoAccounts(since: string, moves: string): string {
  return `SELECT account_id FROM tier_history
    WHERE effective_from IS DISTINCT FROM effective_to AND effective_from IS NOT NULL AND effective_to IS NOT NULL
      AND occurred_on > ${since}::date
    GROUP BY account_id HAVING count(*) >= ${moves}::int`;
}

/** Months with known answers from the day on, without the one that still runs. */
function inFullMonths(since: string, today: string): string {
  return `s.month >= ${since}::date AND s.month < date_trunc('month', ${today}::date)
    AND s.answered_in_time IS NOT NULL`;
}

export class SqlTieringHealthReads implements TieringHealthReads {
  constructor(private readonly database: DatabaseReader) {}

  async figures(today: CalendarDate, since: CalendarDate, yoYoMoves: number): Promise<BookFigures> {
    const [tiers, [counts], [yoYo]] = await Promise.all([
      this.database.rows<BookFigures['tiers'][number]>(
        `SELECT a.effective_tier AS key, count(*)::int AS accounts, sum(a.arr)::text AS arr
         FROM account a WHERE ${PAYING} GROUP BY 1`,
      ),
      this.database.rows<Omit<BookFigures, 'tiers' | 'yoYo'>>(
        `SELECT count(*)::int AS placed,
           count(*) FILTER (WHERE a.provisional)::int AS provisional,
           count(*) FILTER (WHERE a.completeness < 100)::int AS "missingFacts",
           count(a.override_tier)::int AS overridden,
           count(a.review_due_on)::int AS reviewed,
           count(*) FILTER (WHERE a.review_due_on < $1::date)::int AS overdue
         FROM account a WHERE a.effective_tier IS NOT NULL AND ${IN_THE_BOOK}`,
        [today],
      ),
      this.database.rows<{ accounts: number }>(
        `SELECT count(*)::int AS accounts FROM (${yoYoAccounts('$1', '$2')}) restless
         JOIN account a ON a.id = restless.account_id WHERE ${IN_THE_BOOK}`,
        [since, yoYoMoves],
      ),
    ]);
    if (counts === undefined || yoYo === undefined) throw new Error('counting always gives a row');
    return { ...counts, tiers, yoYo: yoYo.accounts };
  }

  async ownership(rules: OwnershipRules): Promise<ReadonlyMap<string, TierOwnership> | null> {
    const parameters = new Parameters();
    const count = (code: OwnershipCode): string =>
      `count(*) FILTER (WHERE ${ownershipCondition(code, rules, parameters)})::int`;
    const rows = await this.database.rows<TierOwnership & { tier: string }>(
      `SELECT w.tier, ${count('NO_OWNER')} AS "noOwner", ${count('OWNER_GONE')} AS "ownerGone",
         ${count('OWNER_LEAVES')} AS "ownerLeaves", ${count('COVERAGE_BROKEN')} AS "coverageBroken",
         ${count('NO_EXECUTIVE_SPONSOR')} AS "noSponsor"
       FROM ${ownedSql(parameters.bind(rules.today))} w WHERE EXISTS (SELECT FROM csm) GROUP BY w.tier`,
      parameters.values,
    );
    if (rows.length === 0) return null;
    return new Map(rows.map(({ tier, ...figures }) => [tier, figures]));
  }

  async answeredInTime(
    since: CalendarDate,
    today: CalendarDate,
  ): Promise<readonly { tier: string; tickets: number; answered: number }[]> {
    return this.database.rows(
      `SELECT a.effective_tier AS tier, sum(s.tickets)::int AS tickets, sum(s.answered_in_time)::int AS answered
       FROM support_month s JOIN account a ON a.id = s.account_id
       WHERE ${inFullMonths('$1', '$2')} AND a.effective_tier IS NOT NULL GROUP BY 1`,
      [since, today],
    );
  }

  async arrAtPlaces(places: readonly number[]): Promise<(string | null)[]> {
    const rows = await this.database.rows<{ arr: string | null }>(
      `SELECT (SELECT a.arr::text FROM account a WHERE ${PAYING} ORDER BY a.arr DESC OFFSET wanted.place - 1 LIMIT 1) AS arr
       FROM unnest($1::int[]) WITH ORDINALITY AS wanted(place, position) ORDER BY wanted.position`,
      [places],
    );
    return rows.map(({ arr }) => arr);
  }

  async accountsBehind(finding: AccountsBehind, window: Window): Promise<(Listed & { id: string })[]> {
    const parameters = new Parameters();
    const { cursor, orderBy, condition } = keyset(BY_ID, window, (value) => parameters.bind(value));
    return this.database.rows(
      `SELECT a.id::text AS id, ${cursor} AS cursor FROM account a
       WHERE ${behind(finding, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async countBehind(finding: AccountsBehind): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM account a WHERE ${behind(finding, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }
}

/**
 * The accounts that hold a tier, as a parenthesised SELECT with `id`, `tier`, `owner` (CSM, POOL or null), `sponsor` and
 * `until`: the first day on which nobody is there any more, null where nobody is there at all.
 */
function ownedSql(today: string): string {
  // Terms that follow on each other are one; a gap between two is an end.
  const employed = `SELECT csm_id, coalesce(upper(term), 'infinity'::date) AS until
    FROM (SELECT csm_id, range_agg(daterange(from_on, to_on)) AS terms FROM csm_employment GROUP BY csm_id) worked,
      LATERAL unnest(worked.terms) AS term
    WHERE term @> ${today}::date`;
  return `(
    WITH employed AS (${employed}),
    pooled AS (
      SELECT m.pool_id, max(least(coalesce(m.to_on, 'infinity'::date), employed.until)) AS until
      FROM pool_membership m JOIN employed ON employed.csm_id = m.csm_id
      WHERE m.from_on <= ${today}::date GROUP BY m.pool_id
    )
    SELECT a.id, a.effective_tier AS tier, o.executive_sponsor AS sponsor,
      CASE WHEN o.csm_id IS NOT NULL THEN 'CSM' WHEN o.pool_id IS NOT NULL THEN 'POOL' END AS owner,
      CASE WHEN o.csm_id IS NOT NULL THEN employed.until ELSE pooled.until END AS until
    FROM account a
    LEFT JOIN portfolio_assignment o ON o.account_id = a.id AND o.to_on IS NULL
    LEFT JOIN employed ON employed.csm_id = o.csm_id
    LEFT JOIN pooled ON pooled.pool_id = o.pool_id
    WHERE a.effective_tier IS NOT NULL AND ${IN_THE_BOOK}
  )`;
}

type OwnershipCode = Exclude<ServiceHealthCode, 'CAPACITY_MISMATCH' | 'COST_ABOVE_VALUE'>;

/** What holds for an account `w` of ownedSql that a finding rests on. */
function ownershipCondition(
  code: OwnershipCode,
  { covered, named, sponsored, today, horizon }: OwnershipRules,
  parameters: Parameters,
): string {
  const isOneOf = (tiers: readonly string[]): string => `w.tier = ANY(${parameters.bind(tiers)}::text[])`;
  const date = (day: CalendarDate): string => `${parameters.bind(day)}::date`;
  switch (code) {
    case 'NO_OWNER':
      return `w.owner IS NULL AND ${isOneOf(covered)}`;
    case 'OWNER_GONE':
      return `w.owner IS NOT NULL AND coalesce(w.until <= ${date(today)}, true)`;
    case 'OWNER_LEAVES':
      return `w.until > ${date(today)} AND w.until <= ${date(horizon)}`;
    case 'COVERAGE_BROKEN':
      return `w.owner IS NOT NULL AND (NOT ${isOneOf(covered)} OR (w.owner = 'POOL' AND ${isOneOf(named)}))`;
    case 'NO_EXECUTIVE_SPONSOR':
      return `w.sponsor IS NULL AND ${isOneOf(sponsored)}`;
  }
}

/** The condition over the alias `a` that says which accounts a finding rests on. */
function behind(finding: AccountsBehind, parameters: Parameters): string {
  const inTier = (): string => `a.effective_tier = ${parameters.bind(finding.tier)}::text`;
  const placed = `a.effective_tier IS NOT NULL AND ${IN_THE_BOOK}`;
  switch (finding.code) {
    case 'TOP_TIER_BLOAT':
    case 'POPULATION_OFF_TARGET':
    case 'ARR_SHARE_OFF_TARGET':
      return `${PAYING} AND ${inTier()}`;
    case 'NO_OWNER':
    case 'OWNER_GONE':
    case 'OWNER_LEAVES':
    case 'COVERAGE_BROKEN':
    case 'NO_EXECUTIVE_SPONSOR': {
      const condition = ownershipCondition(finding.code, finding.ownership, parameters);
      const owned = ownedSql(parameters.bind(finding.today));
      return `a.id IN (SELECT w.id FROM ${owned} w WHERE ${condition} AND w.tier = ${parameters.bind(finding.tier)}::text)`;
    }
    case 'CAPACITY_MISMATCH':
      return `${placed} AND ${inTier()}`;
    case 'COST_ABOVE_VALUE': {
      const list = { standing: 'OVER_SERVED', tier: finding.tier, costs: finding.costs } as const;
      return `a.id IN (SELECT s.id FROM ${servedListSql(list, parameters)})`;
    }
    case 'STALE_REVIEWS':
      return `${placed} AND a.review_due_on < ${parameters.bind(finding.today)}::date`;
    case 'SLA_MISSED_BY_TIER': {
      const months = inFullMonths(parameters.bind(finding.supportSince), parameters.bind(finding.today));
      return `${placed} AND ${inTier()} AND EXISTS (SELECT FROM support_month s
        WHERE s.account_id = a.id AND ${months} AND s.answered_in_time < s.tickets)`;
    }
    case 'OVERRIDE_DRIFT':
      return `${placed} AND a.override_tier IS NOT NULL`;
    case 'PROVISIONAL_PLACEMENTS':
      return `${placed} AND a.provisional`;
    case 'MISSING_FACTS':
      return `${placed} AND a.completeness < 100`;
    case 'OVER_SEGMENTED':
      return `${placed} AND a.effective_tier = ANY(${parameters.bind(finding.tiers)}::text[])`;
    case 'THRESHOLD_DRIFT': {
      const [low, high] = finding.between ?? ['0', '0'];
      return `${PAYING} AND a.arr >= ${parameters.bind(low)}::numeric AND a.arr < ${parameters.bind(high)}::numeric`;
    }
    case 'YO_YO': {
      const restless = yoYoAccounts(parameters.bind(finding.since), parameters.bind(finding.yoYoMoves));
      return `${IN_THE_BOOK} AND a.id IN (${restless})`;
    }
    case 'UNDERSERVED_LOWER_TIERS': {
      if (finding.programs !== null) {
        return `${placed} AND ${inTier()} AND NOT ${parameters.bind(finding.programs)}::text[] <@ ARRAY(
          SELECT d.program FROM digital_program d WHERE d.account_id = a.id AND d.to_on IS NULL AND d.running)`;
      }
      // Those that stood in the tier 12 months ago and have brought nothing since.
      const since = parameters.bind(finding.since);
      return `(a.status = 'CHURNED' OR coalesce(a.arr, 0) = 0)
        AND EXISTS (SELECT FROM arr_movement m
          WHERE m.account_id = a.id AND m.kind = 'CHURN' AND m.effective_on > ${since}::date)
        AND (SELECT h.effective_to FROM tier_history h
          WHERE h.account_id = a.id AND h.occurred_on <= ${since}::date ORDER BY h.id DESC LIMIT 1
        ) = ${parameters.bind(finding.tier)}::text`;
    }
  }
}
