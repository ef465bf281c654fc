import { type MigrationInterface, type QueryRunner } from 'typeorm';

interface View {
  readonly name: string;
  readonly comment: string;
  /** Of each column: its name, where it comes from, what it means and in which unit. */
  readonly columns: readonly (readonly [name: string, expression: string, comment: string])[];
  readonly from: string;
}

const MONEY = 'in the base currency';
const TIER_KEY = 'key of the tier, as in tier_v1';
const ACCOUNT_ID = [
  'account_id',
  'a.id',
  "Tierbook's own key of the account, by which the views are joined",
] as const;
const EXTERNAL_ID = ['external_id', 'a.external_id', "The CRM's identifier of the account"] as const;

/** The text of the band that an amount lies in; bounds and names as the API has them. */
function band(amount: string, bounds: readonly number[]): string {
  const names = bounds.map((from, index) => {
    const below = bounds[index + 1];
    return below === undefined ? `'${from}+'` : `'${from}-${below}'`;
  });
  return `(ARRAY[${names.join(', ')}])[width_bucket((${amount})::numeric, ARRAY[${bounds.join(', ')}]::numeric[])]`;
}

const employeesBand = (source: string): string => band(`${source}.employees`, [0, 10, 50, 200, 1000, 5000]);
const revenueBand = (source: string): string =>
  band(`${source}.annual_revenue`, [0, 1000000, 10000000, 50000000, 250000000, 1000000000]);
const healthBand = (source: string): string => band(`${source}.health_score`, [0, 40, 60, 80]);
const scoreBand = (total: string): string => band(total, [0, 20, 40, 60, 80]);
const arrBand = (amount: string): string => `bands.names[width_bucket(${amount}, bands.bounds)]`;
const atRisk = (source: string): string =>
  `coalesce(${source}.churn_risk = 'HIGH', false) OR coalesce(${source}.health_score < 40, false)`;
const maturity = (source: string, day: string): string =>
  `CASE WHEN ${source}.customer_since > ${day} - 90 THEN 'ONBOARDING'
    WHEN ${source}.customer_since > ${day} - 365 THEN 'ADOPTING'
    WHEN ${source}.customer_since IS NOT NULL THEN 'MATURE' END`;

const ARR_BANDS = `(
    SELECT array_agg(arr_band ORDER BY arr_from) AS names, array_agg(arr_from ORDER BY arr_from) AS bounds
    FROM analytics.arr_band_v1
  ) bands`;

const PUBLISHED = `public.tiering_model m`;

const VIEWS: readonly View[] = [
  {
    name: 'tier_v1',
    comment: 'The tiers of the published tiering model, one row each, rank 1 the highest.',
    columns: [
      ['tier', `t.tier ->> 'key'`, 'Key of the tier: what every other view calls a tier'],
      ['rank', `(t.tier ->> 'rank')::integer`, 'Place on the ladder; 1 is the highest'],
      ['name', `t.tier ->> 'name'`, 'Name of the tier within the organisation'],
      ['label', `t.tier ->> 'label'`, 'What customers may be told instead of the name'],
      [
        'arr_from',
        `((t.tier -> 'arrFrom' ->> 'amount')::numeric / 100)::numeric(15,2)`,
        `ARR from which the size alone speaks for the tier, ${MONEY}`,
      ],
      [
        'score_floor',
        `(t.tier ->> 'scoreFloor')::numeric`,
        'Points from 0 to 100 from which the score reaches it',
      ],
      ['model_version', 'm.version', 'Version of the published tiering model'],
    ],
    from: `${PUBLISHED} CROSS JOIN LATERAL jsonb_array_elements(m.definition -> 'tiers') AS t(tier) WHERE m.status = 'PUBLISHED'`,
  },
  {
    name: 'arr_band_v1',
    comment: 'The bands of ARR of the published tiering model, one row each, from 0 up.',
    columns: [
      [
        'arr_band',
        'b.arr_band',
        'What the band is called: "25000-50000" holds its lower bound and not its upper one',
      ],
      ['arr_from', 'b.arr_from', `Lowest ARR of the band, ${MONEY}`],
      [
        'arr_below',
        'b.arr_below',
        `ARR from which the next band goes on, ${MONEY}; null for the highest band`,
      ],
    ],
    from: `(
      SELECT amount AS arr_from, lead(amount) OVER ladder AS arr_below,
        regexp_replace(amount::text, '[.]00$', '')
          || coalesce('-' || regexp_replace((lead(amount) OVER ladder)::text, '[.]00$', ''), '+') AS arr_band
      FROM (
        SELECT 0::numeric(15,2) AS amount
        UNION
        SELECT ((bound.band -> 'from' ->> 'amount')::numeric / 100)::numeric(15,2)
        FROM ${PUBLISHED}
        CROSS JOIN LATERAL jsonb_array_elements(m.definition -> 'criteria') AS of(criterion)
        CROSS JOIN LATERAL jsonb_array_elements(
          CASE WHEN of.criterion ->> 'key' = 'CURRENT_ARR' THEN of.criterion -> 'bands' ELSE '[]' END) AS bound(band)
        WHERE m.status = 'PUBLISHED'
      ) bounds
      WINDOW ladder AS (ORDER BY amount)
    ) b`,
  },
  {
    name: 'account_v1',
    comment:
      'Every account as it is now, churned ones too: the book is the rows with in_book. Groups by any column here are the groups of the breakdown of the API.',
    columns: [
      ACCOUNT_ID,
      EXTERNAL_ID,
      ['name', 'a.name', 'Name of the company'],
      ['parent_account_id', 'a.parent_id', 'account_id of the parent account; null without one'],
      [
        'status',
        'a.status',
        'ACTIVE, TRIAL, FREE or CHURNED; null where it was never said, which counts as ACTIVE',
      ],
      [
        'in_book',
        `a.status IS DISTINCT FROM 'CHURNED'`,
        'Whether figures count it: true unless it is churned',
      ],
      [
        'arr',
        'a.arr',
        `Annual recurring revenue ${MONEY}; null where it is not known, which sums count as 0`,
      ],
      [
        'tier',
        'a.effective_tier',
        `Effective tier, the one that counts: ${TIER_KEY}; null before the first placement and once churned`,
      ],
      [
        'tier_rank',
        `(tiers.by_key -> a.effective_tier ->> 'rank')::integer`,
        'Rank of the effective tier; 1 is the highest',
      ],
      ['tier_name', `tiers.by_key -> a.effective_tier ->> 'name'`, 'Name of the effective tier'],
      [
        'held_tier',
        'a.held_tier',
        `What the move rules hold the account in, whatever an override says: ${TIER_KEY}`,
      ],
      ['computed_tier', 'a.computed_tier', `What the placement says: ${TIER_KEY}`],
      ['overridden', 'a.override_tier IS NOT NULL', 'Whether an override is active'],
      ['score', 'a.total', 'Total of the scorecard, from 0 to 100 points'],
      ['score_band', scoreBand('a.total'), 'Band of the score, in points'],
      ['completeness', 'a.completeness', 'Weight of the criteria that are known, from 0 to 100 percent'],
      [
        'provisional',
        'a.provisional',
        'Whether only the ARR is known, so that the placement is a provisional one',
      ],
      [
        'expansion_potential',
        'a.expansion_potential',
        'Expansion potential that counted: LOW, MEDIUM or HIGH',
      ],
      ['model_version', 'a.model_version', 'Version of the tiering model that placed it'],
      [
        'pending_tier',
        'pending.target_tier',
        `Where a pending downgrade leads to: ${TIER_KEY}; null where none is pending`,
      ],
      ['pending_since', 'pending.detected_on', 'Day on which the pending downgrade was detected'],
      [
        'grace_until',
        'pending.grace_until',
        'Day on which the pending downgrade is made, unless the account recovers before',
      ],
      ['tier_review_due_on', 'a.review_due_on', 'Day on which the next tier review is due'],
      [
        'csm',
        'csm.external_id',
        'External id of the CSM who looks after it alone; null for pools and for nobody',
      ],
      ['csm_name', 'csm.name', 'Name of that CSM'],
      [
        'pool',
        'pool.external_id',
        'External id of the pool that looks after it; null for CSMs and for nobody',
      ],
      ['pool_name', 'pool.name', 'Name of that pool'],
      ['executive_sponsor', 'assigned.executive_sponsor', 'Executive sponsor of the present assignment'],
      ['assigned_from', 'assigned.from_on', 'First day of the present assignment'],
      ['arr_band', arrBand('a.arr'), 'Band of the ARR by the published model, as in arr_band_v1'],
      ['employees', 'a.employees', 'People whom the company employs'],
      ['employees_band', employeesBand('a'), 'Band of the employees, in people'],
      ['annual_revenue', 'a.annual_revenue', `The company's own revenue a year, ${MONEY}`],
      ['annual_revenue_band', revenueBand('a'), `Band of the company's own revenue, ${MONEY}`],
      ['industry', 'a.industry', 'Industry, as the CRM names it'],
      ['country', 'a.country', 'Country of the company, ISO 3166-1 alpha-2'],
      ['region', 'a.region', 'Sales or service region, as the organisation names it'],
      ['language', 'a.language', 'Language tag of the contact, such as pt-BR'],
      ['plan', 'a.plan', 'Plan that was bought'],
      ['customer_since', 'a.customer_since', 'First day as a customer'],
      [
        'maturity',
        maturity('a', 'current_date'),
        'ONBOARDING for 90 days, ADOPTING for 365, then MATURE; as of current_date in the time zone of the session',
      ],
      ['renewal_date', 'a.renewal_date', 'A day on which the contract renews; it repeats every term'],
      ['term_months', 'a.term_months', 'Length of a term in months; null counts as 12'],
      ['seats_purchased', 'a.seats_purchased', 'Seats bought'],
      ['seats_available', 'a.seats_available', 'Seats that the company could fill'],
      ['seats_used', 'a.seats_used', 'Seats in use'],
      ['product_lines_owned', 'a.product_lines_owned', 'Product lines bought'],
      ['product_lines_available', 'a.product_lines_available', 'Product lines that could be bought'],
      ['usage_percent', 'a.usage_percent', 'Usage in percent of what the plan allows'],
      ['expansion_arr', 'a.expansion_arr', `ARR by which it could grow, ${MONEY}`],
      ['health_score', 'a.health_score', 'Health from 0 to 100'],
      ['health_band', healthBand('a'), 'Band of the health'],
      ['churn_risk', 'a.churn_risk', 'How likely it is to leave: LOW, MEDIUM or HIGH'],
      ['at_risk', atRisk('a'), 'Whether its ARR is at risk: high churn risk, or a health below 40'],
      ['strategic_designation', 'a.strategic_designation', 'Whether a person has designated it strategic'],
      ['created_at', 'a.created_at', 'When it came into the book'],
      ['updated_at', 'a.updated_at', 'When anything of it last changed'],
    ],
    from: `public.account a
      LEFT JOIN public.pending_downgrade pending ON pending.account_id = a.id
      LEFT JOIN public.portfolio_assignment assigned ON assigned.account_id = a.id AND assigned.to_on IS NULL
      LEFT JOIN public.csm ON csm.id = assigned.csm_id
      LEFT JOIN public.pool ON pool.id = assigned.pool_id
      CROSS JOIN (
        SELECT coalesce(jsonb_object_agg(tier, jsonb_build_object('rank', rank, 'name', name)), '{}') AS by_key
        FROM analytics.tier_v1
      ) tiers
      CROSS JOIN ${ARR_BANDS}`,
  },
  {
    name: 'arr_movement_v1',
    comment:
      'Every change of the ARR of an account. The changes of an account add up to the ARR that it has in the book.',
    columns: [
      ['movement_id', 'm.id', 'Key of the movement; later ones have higher keys'],
      ['account_id', 'm.account_id', 'The account, as in account_v1'],
      ['kind', 'm.kind', 'NEW, EXPANSION, CONTRACTION, CHURN or REACTIVATION'],
      ['arr_from', 'm.arr_from', `ARR before, ${MONEY}; null where it was not known`],
      ['arr_to', 'm.arr_to', `ARR after, ${MONEY}`],
      [
        'arr_change',
        'm.arr_to - coalesce(m.arr_from, 0)',
        `ARR after less ARR before, ${MONEY}; an unknown one counts as 0`,
      ],
      ['effective_on', 'm.effective_on', 'Day since which it holds'],
      ['recorded_on', 'm.recorded_on', 'Day on which Tierbook heard of it'],
      [
        'back_dated',
        'm.effective_on < m.recorded_on',
        'Whether it was recorded after the day since which it holds',
      ],
      [
        'source',
        'm.source',
        'FACTS where the ARR was given as such, SUBSCRIPTIONS where it is the sum of lines',
      ],
    ],
    from: 'public.arr_movement m',
  },
  {
    name: 'tier_history_v1',
    comment:
      'Everything that ever happened to the tiers of an account, pending and cancelled downgrades too; rows are never changed.',
    columns: [
      ['history_id', 'h.id', 'Key of the row; later ones have higher keys'],
      ['account_id', 'h.account_id', 'The account, as in account_v1'],
      ['occurred_on', 'h.occurred_on', 'Business day on which it happened'],
      ['occurred_at', 'h.occurred_at', 'Moment at which it was recorded'],
      [
        'kind',
        'h.kind',
        'INITIAL, UPGRADE, DOWNGRADE, DOWNGRADE_PENDING, DOWNGRADE_CANCELLED, OVERRIDE_STARTED, OVERRIDE_ENDED, CHURNED or REACTIVATED',
      ],
      ['cause', 'h.cause', 'FACTS, MODEL_PUBLISHED, GRACE_ENDED, REVIEW, OVERRIDE, CORRECTION or TIME'],
      ['tier_from', 'h.effective_from', `Effective tier before: ${TIER_KEY}`],
      ['tier_to', 'h.effective_to', `Effective tier after: ${TIER_KEY}`],
      ['held_from', 'h.held_from', `Held tier before: ${TIER_KEY}`],
      ['held_to', 'h.held_to', `Held tier after: ${TIER_KEY}`],
      ['computed_tier', 'h.computed_tier', `What the placement said then: ${TIER_KEY}`],
      ['pending_tier', 'h.pending_target', `Where a pending downgrade leads to after it: ${TIER_KEY}`],
      ['pending_since', 'h.pending_detected_on', 'Day on which that downgrade was detected'],
      ['grace_until', 'h.grace_until', 'Day on which that downgrade falls due'],
      [
        'grace_reason',
        'h.grace_reason',
        'Why it waits: FACTS, NOT_PAYING, MODEL_PUBLISHED, TIME or OVERRIDE_ENDED',
      ],
      ['model_version', 'h.model_version', 'Version of the tiering model in force'],
      ['actor', 'h.actor_name', 'Name of the person or script that did it'],
    ],
    from: 'public.tier_history h',
  },
  {
    name: 'tier_move_v1',
    comment:
      'The rows of the tier history that changed the effective tier: first placements, moves, overrides, churn and returns.',
    columns: [
      ['history_id', 'h.id', 'Key of the row in tier_history_v1'],
      ['account_id', 'h.account_id', 'The account, as in account_v1'],
      ['occurred_on', 'h.occurred_on', 'Business day on which it happened'],
      ['kind', 'h.kind', 'What it was, as in tier_history_v1'],
      ['cause', 'h.cause', 'Why it was, as in tier_history_v1'],
      [
        'tier_from',
        'h.effective_from',
        `Effective tier before: ${TIER_KEY}; null for a first placement and a return`,
      ],
      ['tier_to', 'h.effective_to', `Effective tier after: ${TIER_KEY}; null for churn`],
      ['model_version', 'h.model_version', 'Version of the tiering model in force'],
    ],
    from: 'public.tier_history h WHERE h.effective_from IS DISTINCT FROM h.effective_to',
  },
  {
    name: 'scorecard_v1',
    comment:
      'Every scorecard: how an account scored on a day, one row for each time that the result or its grounds changed.',
    columns: [
      ['scorecard_id', 's.id', 'Key of the scorecard; later ones have higher keys'],
      ['account_id', 's.account_id', 'The account, as in account_v1'],
      ['scored_on', 's.scored_on', 'Day since which it counts'],
      ['score', 's.total', 'Total, from 0 to 100 points'],
      ['completeness', 's.completeness', 'Weight of the criteria that were known, from 0 to 100 percent'],
      ['score_tier', 's.score_tier', `Tier that the score alone gives: ${TIER_KEY}`],
      ['ladder_tier', 's.ladder_tier', `Tier that the ARR alone gives: ${TIER_KEY}`],
      ['computed_tier', 's.computed_tier', `Tier after all guardrails: ${TIER_KEY}`],
      ['provisional', 's.provisional', 'Whether only the ARR was known'],
      [
        'expansion_potential',
        's.expansion_potential',
        'Expansion potential that counted: LOW, MEDIUM or HIGH',
      ],
      ['model_version', 's.model_version', 'Version of the tiering model that scored it'],
    ],
    from: 'public.scorecard s',
  },
  {
    name: 'fact_change_v1',
    comment:
      'Every change of a fact of an account, the ARR aside; read backwards from account_v1 they give the facts of any past day.',
    columns: [
      ['change_id', 'f.id', 'Key of the change; later ones have higher keys'],
      ['account_id', 'f.account_id', 'The account, as in account_v1'],
      ['field', 'f.field', 'Name of the field in the API, such as healthScore'],
      ['effective_on', 'f.effective_on', 'Day since which the new value holds'],
      [
        'value_from',
        `f.value_from #>> '{}'`,
        'Value before, as text in the unit of the field; null where it was not known',
      ],
      [
        'value_to',
        `f.value_to #>> '{}'`,
        'Value after, as text in the unit of the field; null where it is not known any more',
      ],
    ],
    from: 'public.fact_change f',
  },
  {
    name: 'portfolio_assignment_v1',
    comment: 'Who looked after which account from which day on; those without an end are the present ones.',
    columns: [
      ['assignment_id', 'o.id', 'Key of the assignment; later ones have higher keys'],
      ['account_id', 'o.account_id', 'The account, as in account_v1'],
      ['csm', 'csm.external_id', 'External id of the CSM; null for a pool'],
      ['csm_name', 'csm.name', 'Name of the CSM'],
      ['pool', 'pool.external_id', 'External id of the pool; null for a CSM'],
      ['pool_name', 'pool.name', 'Name of the pool'],
      ['executive_sponsor', 'o.executive_sponsor', 'Executive sponsor of the account, by name'],
      ['from_on', 'o.from_on', 'First day of the assignment'],
      ['to_on', 'o.to_on', 'First day on which it no longer counts; null while it lasts'],
    ],
    from: `public.portfolio_assignment o LEFT JOIN public.csm ON csm.id = o.csm_id
      LEFT JOIN public.pool ON pool.id = o.pool_id`,
  },
  {
    name: 'tier_override_v1',
    comment: 'Overrides and requests for them, with what became of each.',
    columns: [
      ['override_id', 'o.id', 'Key of the override; later ones have higher keys'],
      ['account_id', 'o.account_id', 'The account, as in account_v1'],
      ['status', 'o.status', 'REQUESTED, ACTIVE, REJECTED, WITHDRAWN, EXPIRED, REVOKED or SUPERSEDED'],
      ['tier', 'o.tier', `Tier that it holds the account in: ${TIER_KEY}`],
      [
        'reason',
        'o.reason',
        'STRATEGIC_VALUE, BRAND, RELATIONSHIP_COMPLEXITY, PRODUCT_COMPLEXITY, RISK_RECOVERY, EXPECTED_EXPANSION, DATA_ERROR or OTHER',
      ],
      ['requested_by', 'o.requested_by', 'Name of whoever asked for it'],
      ['requested_on', 'o.requested_on', 'Day on which it was asked for'],
      ['started_on', 'o.started_on', 'First day on which it held; null where it never did'],
      ['expires_on', 'o.expires_on', 'Day on which it ends by itself'],
      [
        'decided_by',
        'o.decided_by',
        'Name of whoever approved or rejected a request; null for one that needed nobody',
      ],
      ['decided_on', 'o.decided_on', 'Day of that decision'],
      ['ended_on', 'o.ended_on', 'First day on which it no longer holds, or on which the request ended'],
      [
        'end_reason',
        'o.end_reason',
        'DECISION, WITHDRAWAL, DATA_ERROR, TIER_REVIEW, SUPERSEDED, EXPIRY or ACCOUNT_CHURNED; null while it is open',
      ],
      ['model_version', 'o.model_version', 'Version of the tiering model whose tier it names'],
    ],
    from: 'public.tier_override o',
  },
  {
    name: 'tier_review_v1',
    comment: 'Completed tier reviews, those that confirmed themselves too.',
    columns: [
      ['review_id', 'r.id', 'Key of the review; later ones have higher keys'],
      ['account_id', 'r.account_id', 'The account, as in account_v1'],
      ['due_on', 'r.due_on', 'Day on which it was due'],
      ['completed_on', 'r.completed_on', 'Day on which it was completed'],
      ['automatic', 'r.automatic', 'Whether it confirmed itself without a person'],
      [
        'recommendation',
        'r.recommendation',
        'What Tierbook recommended: KEEP, MOVE_UP, LET_FALL, EXTEND_GRACE, DESIGNATE or END_OVERRIDE',
      ],
      ['decision', 'r.decision', 'What was decided, by the same words'],
      ['actor', 'r.actor_name', 'Name of whoever completed it'],
      ['tier_from', 'r.effective_from', `Effective tier before: ${TIER_KEY}`],
      ['tier_to', 'r.effective_to', `Effective tier after: ${TIER_KEY}`],
      ['next_due_on', 'r.next_due_on', 'Day on which the next one was due from then on'],
      ['model_version', 'r.model_version', 'Version of the tiering model in force'],
    ],
    from: 'public.tier_review r',
  },
  {
    name: 'touch_v1',
    comment: 'Touches and business reviews that were logged and not taken back.',
    columns: [
      ['touch_id', 't.id', 'Key of the touch; later ones have higher keys'],
      ['account_id', 't.account_id', 'The account, as in account_v1'],
      ['kind', 't.kind', 'TOUCH, EVENT or BUSINESS_REVIEW'],
      ['happened_on', 't.happened_on', 'Day on which it happened'],
      ['channel', 't.channel', 'CALL, VIDEO, ON_SITE, EMAIL, IN_APP, AUTOMATED or OTHER'],
      ['outcome', 't.outcome', 'POSITIVE, NEUTRAL, CONCERNING or NO_ANSWER; null where nothing was said'],
      ['skipped', 't.skipped', 'Whether it is a business review that was left out on purpose'],
      ['csm', 'csm.external_id', 'External id of the CSM who did it; null where it was none'],
      ['actor', 't.actor_name', 'Name of the person or script that logged it'],
    ],
    from: 'public.touch t LEFT JOIN public.csm ON csm.id = t.csm_id WHERE t.undone_at IS NULL',
  },
  {
    name: 'support_month_v1',
    comment: 'Support figures of an account in a month, as they were imported.',
    columns: [
      ['account_id', 's.account_id', 'The account, as in account_v1'],
      ['month', 's.month', 'First day of the month'],
      ['tickets', 's.tickets', 'Tickets of the month; null where it was not said'],
      [
        'answered_in_time',
        's.answered_in_time',
        'Tickets whose first answer came in time; null where it was not said',
      ],
      [
        'adoption_percent',
        's.adoption_percent',
        'Adoption from 0 to 100 percent; null where it was not said',
      ],
    ],
    from: 'public.support_month s',
  },
  {
    name: 'segment_member_v1',
    comment: 'Who is in which segment, as the scheduled work recorded it last.',
    columns: [
      ['segment_id', 's.id', 'Key of the segment'],
      ['segment', 's.name', 'Name of the segment'],
      ['account_id', 'm.account_id', 'The account, as in account_v1'],
      ['entered_on', 'm.entered_on', 'Day on which it entered'],
    ],
    from: 'public.segment_member m JOIN public.segment s ON s.id = m.segment_id',
  },
  {
    name: 'segment_change_v1',
    comment: 'Who entered which segment and who left it, as recorded daily.',
    columns: [
      ['change_id', 'c.id', 'Key of the change; later ones have higher keys'],
      ['segment_id', 's.id', 'Key of the segment'],
      ['segment', 's.name', 'Name of the segment'],
      ['account_id', 'c.account_id', 'The account, as in account_v1'],
      ['kind', 'c.kind', 'ENTERED or LEFT'],
      ['cause', 'c.cause', 'SEGMENT_CREATED, CRITERIA_CHANGED or ACCOUNT_CHANGED'],
      ['occurred_on', 'c.occurred_on', 'Day on which it was recorded'],
    ],
    from: 'public.segment_change c JOIN public.segment s ON s.id = c.segment_id',
  },
];

/** What an account's fact was on the day: what it was before its first change after it, or what it is. */
function factOn(field: string, column: string, type: string): string {
  return `CASE WHEN past.facts ? '${field}' THEN (past.facts ->> '${field}')::${type} ELSE now.${column} END AS ${column}`;
}

const MOVED_BY_THEN = `EXISTS (
  SELECT FROM analytics.arr_movement_v1 earlier WHERE earlier.account_id = now.account_id AND earlier.effective_on <= $1)`;

/** The same rules as the API's `breakdown(asOf)`; it reads views alone, so whoever may read those may call it. */
const ACCOUNT_ON = `
  CREATE FUNCTION analytics.account_on_v1(day date) RETURNS TABLE (
    account_id bigint, external_id text, status text, arr numeric, tier text, held_tier text, computed_tier text,
    pending_tier text, score numeric, score_band text, completeness numeric, provisional boolean,
    expansion_potential text, model_version integer, csm text, pool text, arr_band text, employees integer,
    employees_band text, annual_revenue numeric, annual_revenue_band text, industry text, country text, region text,
    language text, plan text, customer_since date, maturity text, product_lines_owned integer, health_score integer,
    health_band text, churn_risk text, at_risk boolean
  ) LANGUAGE sql STABLE
  BEGIN ATOMIC
    SELECT a.account_id, a.external_id, a.status, a.arr, a.tier, a.held_tier, a.computed_tier, a.pending_tier, a.score,
      ${scoreBand('a.score')}, a.completeness, a.provisional, a.expansion_potential, a.model_version, a.csm, a.pool,
      ${arrBand('a.arr')}, a.employees, ${employeesBand('a')}, a.annual_revenue, ${revenueBand('a')}, a.industry,
      a.country, a.region, a.language, a.plan, a.customer_since, ${maturity('a', '$1')}, a.product_lines_owned,
      a.health_score, ${healthBand('a')}, a.churn_risk, ${atRisk('a')}
    FROM (
      SELECT now.account_id, now.external_id, now.customer_since, ${factOn('status', 'status', 'text')},
        CASE
          WHEN next.account_id IS NULL AND now.status = 'CHURNED' THEN coalesce((
            SELECT last.arr_to FROM analytics.arr_movement_v1 last
            WHERE last.account_id = now.account_id AND last.effective_on <= $1
            ORDER BY last.effective_on DESC, last.movement_id DESC LIMIT 1), now.arr)
          WHEN next.account_id IS NULL THEN now.arr
          WHEN next.arr_from IS NOT NULL THEN next.arr_from
          WHEN NOT ${MOVED_BY_THEN} THEN next.arr_to END AS arr,
        next.arr_from IS NULL AS begins_unknown,
        standing.tier_to AS tier, standing.held_to AS held_tier, standing.computed_tier, standing.pending_tier,
        card.score, card.completeness, coalesce(card.provisional, false) AS provisional, card.expansion_potential,
        card.model_version, assigned.csm, assigned.pool, ${factOn('employees', 'employees', 'integer')},
        ${factOn('annualRevenue', 'annual_revenue', 'numeric')}, ${factOn('industry', 'industry', 'text')},
        ${factOn('country', 'country', 'text')}, ${factOn('region', 'region', 'text')},
        ${factOn('language', 'language', 'text')}, ${factOn('plan', 'plan', 'text')},
        ${factOn('productLinesOwned', 'product_lines_owned', 'integer')},
        ${factOn('healthScore', 'health_score', 'integer')}, ${factOn('churnRisk', 'churn_risk', 'text')}
      FROM analytics.account_v1 now
      LEFT JOIN (
        SELECT changed.account_id, jsonb_object_agg(changed.field, changed.value_from) AS facts
        FROM (
          SELECT DISTINCT ON (f.account_id, f.field) f.account_id, f.field, f.value_from
          FROM analytics.fact_change_v1 f WHERE f.effective_on > $1
          ORDER BY f.account_id, f.field, f.effective_on, f.change_id
        ) changed
        GROUP BY changed.account_id
      ) past ON past.account_id = now.account_id
      LEFT JOIN (
        SELECT DISTINCT ON (m.account_id) m.account_id, m.arr_from, m.arr_to
        FROM analytics.arr_movement_v1 m WHERE m.effective_on > $1
        ORDER BY m.account_id, m.effective_on, m.movement_id
      ) next ON next.account_id = now.account_id
      LEFT JOIN (
        SELECT DISTINCT ON (h.account_id) h.account_id, h.tier_to, h.held_to, h.computed_tier, h.pending_tier
        FROM analytics.tier_history_v1 h WHERE h.occurred_on <= $1
        ORDER BY h.account_id, h.history_id DESC
      ) standing ON standing.account_id = now.account_id
      LEFT JOIN (
        SELECT DISTINCT ON (s.account_id) s.account_id, s.score, s.completeness, s.provisional, s.expansion_potential,
          s.model_version
        FROM analytics.scorecard_v1 s WHERE s.scored_on <= $1
        ORDER BY s.account_id, s.scorecard_id DESC
      ) card ON card.account_id = now.account_id
      LEFT JOIN analytics.portfolio_assignment_v1 assigned ON assigned.account_id = now.account_id
        AND assigned.from_on <= $1 AND (assigned.to_on IS NULL OR assigned.to_on > $1)
    ) a
    CROSS JOIN ${ARR_BANDS}
    WHERE a.status IS DISTINCT FROM 'CHURNED' AND ($1 >= current_date OR
      CASE WHEN a.customer_since <= $1 THEN true
        WHEN a.customer_since IS NULL THEN a.begins_unknown OR ${MOVED_BY_THEN.replace('now.', 'a.')}
        ELSE a.arr > 0 AND ${MOVED_BY_THEN.replace('now.', 'a.')} END);
  END`;

const ACCOUNT_ON_COMMENT =
  'The book at the end of a day: the accounts that were not churned then, with the columns of account_v1. Tiers, score and owner are as recorded then, ARR and other facts by their effective dates as known today, bands by the published model, maturity as of that day.';

/** Read-only views for BI tools, and the role that can read them and nothing else. */
export class AddAnalyticsViews1765100000000 implements MigrationInterface {
  name = 'AddAnalyticsViews1765100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE SCHEMA IF NOT EXISTS analytics');
    await runner.query(
      `COMMENT ON SCHEMA analytics IS ${literal(
        'Read-only views of the book for BI tools and analysts. Names end in a version: a view never changes what it means, a later version stands beside it.',
      )}`,
    );
    for (const view of VIEWS) await create(runner, view);
    await runner.query(ACCOUNT_ON);
    await runner.query(`COMMENT ON FUNCTION analytics.account_on_v1(date) IS ${literal(ACCOUNT_ON_COMMENT)}`);
    await runner.query('REVOKE EXECUTE ON FUNCTION analytics.account_on_v1(date) FROM PUBLIC');
    await letReadersIn(runner);
  }

  /** The role stays: it belongs to the whole cluster, and other databases may use it. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION analytics.account_on_v1(date)');
    for (const { name } of [...VIEWS].reverse()) await runner.query(`DROP VIEW analytics.${name}`);
    await runner.query('DROP SCHEMA analytics');
  }
}

async function create(runner: QueryRunner, { name, comment, columns, from }: View): Promise<void> {
  const selected = columns.map(([column, expression]) => `${expression} AS ${column}`);
  await runner.query(`CREATE VIEW analytics.${name} AS SELECT ${selected.join(', ')} FROM ${from}`);
  await runner.query(`COMMENT ON VIEW analytics.${name} IS ${literal(comment)}`);
  for (const [column, , meaning] of columns) {
    await runner.query(`COMMENT ON COLUMN analytics.${name}.${column} IS ${literal(meaning)}`);
  }
}

/**
 * Roles are those of the whole cluster, so another database may have made this one already, or be making it at this
 * very moment; and whoever migrates may not be allowed to make roles. Then the views are there and the README says
 * how the role is made by hand.
 */
async function letReadersIn(runner: QueryRunner): Promise<void> {
  await runner.query(`
    DO $$
    BEGIN
      BEGIN
        CREATE ROLE bi_reader NOLOGIN;
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
          IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'bi_reader') THEN
            RAISE WARNING 'the role bi_reader was not made, since % may not make roles', current_user
              USING HINT = 'The README says under "For BI tools" how it is made by hand.';
            RETURN;
          END IF;
      END;
      GRANT USAGE ON SCHEMA analytics TO bi_reader;
      GRANT SELECT ON ${VIEWS.map(({ name }) => `analytics.${name}`).join(', ')} TO bi_reader;
      GRANT EXECUTE ON FUNCTION analytics.account_on_v1(date) TO bi_reader;
    END $$`);
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
