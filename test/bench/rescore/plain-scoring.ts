/** The columns that the built-in model scores, by the names that the given table has for them. */
export type FactNames = (column: string) => string;

const asIs: FactNames = (column) => column;
/** expansion_arr is "expansionArr" in a table that has the columns of a file. */
export const asInFile: FactNames = (column) =>
  `"${column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())}"`;

const TIERS = `(ARRAY['strategic', 'core', 'scale', 'tech-touch'])`;
const LEVELS = `(ARRAY['LOW', 'MEDIUM', 'HIGH'])`;

/**
 * The placement of every row by the built-in model, as CTEs of plain SQL: "placed" gives the key, the total, the
 * potential and the tier of each. Fenced, since the planner would work out each expression several times otherwise.
 *
 * @param rows a table, with a condition
 * @param kept columns that pass through, the key among them
 * @param unknown columns of the model that the rows do not have
 */
export function placement(
  rows: string,
  kept: readonly string[],
  today: string,
  f: FactNames = asIs,
  unknown: readonly string[] = [],
): string {
  const fact = (name: string, type: string): string => (unknown.includes(name) ? `NULL::${type}` : f(name));
  const flags = (names: readonly string[]): string =>
    names.map((name) => `(${fact(name, 'boolean')} IS TRUE)::int`).join(' + ');
  const known = (names: readonly string[]): string =>
    `num_nonnulls(${names.map((name) => fact(name, 'boolean')).join(', ')}) > 0`;
  const strategic = ['logo_value', 'reference_potential', 'market_influence', 'partnership_opportunity'];
  const complex = ['advanced_features', 'several_integrations', 'custom_configuration'];
  const arr = f('arr');
  const [used, seats] = [f('seats_used'), f('seats_available')];
  const [owned, lines] = [f('product_lines_owned'), f('product_lines_available')];
  const more = fact('expansion_arr', 'numeric');
  const assessedOn = f('expansion_assessed_on');
  const through = kept.join(', ');
  return `
  facts AS MATERIALIZED (
    SELECT ${through}, ${arr} AS f_arr, ${f('status')} AS f_status, ${f('churn_risk')} AS f_risk,
      ${fact('strategic_designation', 'boolean')} AS f_designated,
      ${flags(strategic)} AS strategic, ${flags(complex)} AS complexity,
      ${known(strategic)} OR ${known(complex)} AS known,
      CASE WHEN ${assessedOn} IS NULL OR date '${today}' < ${assessedOn} + interval '12 months'
        THEN ${f('expansion_assessment')} END AS assessed,
      greatest(
        CASE WHEN ${arr} IS NULL OR ${more} IS NULL THEN NULL
          WHEN ${arr} = 0 THEN CASE WHEN ${more} > 0 THEN 3 ELSE 1 END
          WHEN ${arr} + ${more} >= 3 * ${arr} THEN 3 WHEN ${arr} + ${more} >= 1.5 * ${arr} THEN 2 ELSE 1 END,
        CASE WHEN ${used} IS NULL OR ${seats} IS NULL THEN NULL WHEN ${seats} = 0 THEN 1
          WHEN ${used} * 100 < ${seats} * 30 THEN 3 WHEN ${seats} * 2 >= ${used} * 3 THEN 2 ELSE 1 END,
        CASE WHEN ${owned} IS NULL OR ${lines} IS NULL THEN NULL WHEN ${lines} = 0 THEN 1
          WHEN ${lines} >= ${owned} * 3 THEN 3 WHEN ${lines} * 2 >= ${owned} * 3 THEN 2 ELSE 1 END) AS derived,
      ${f('churn_risk')} = 'HIGH' OR ${f('health_score')} < 40 AS cautious
    FROM ${rows}
  ), scored AS MATERIALIZED (
    SELECT facts.*, coalesce(assessed, ${LEVELS}[CASE WHEN derived = 3 AND cautious THEN 2 ELSE derived END]) AS new_level,
      CASE WHEN f_arr >= 100000 THEN 100 WHEN f_arr >= 50000 THEN 75 WHEN f_arr >= 25000 THEN 60
        WHEN f_arr >= 10000 THEN 35 WHEN f_arr >= 5000 THEN 20 ELSE 0 END AS arr_points,
      CASE WHEN f_arr >= 100000 THEN 1 WHEN f_arr >= 25000 THEN 2 WHEN f_arr >= 5000 THEN 3 ELSE 4 END AS ladder
    FROM facts
  ), totalled AS MATERIALIZED (
    SELECT scored.*, round((40 * arr_points
      + 30 * CASE new_level WHEN 'HIGH' THEN 100 WHEN 'MEDIUM' THEN 50 ELSE 0 END
      + 20 * least(100, strategic * 25) + 10 * (ARRAY[0, 35, 70, 100])[complexity + 1]) / 100.0, 2) AS new_total
    FROM scored
  ), bounded AS MATERIALIZED (
    SELECT totalled.*,
      CASE WHEN f_designated IS TRUE THEN 1
        WHEN f_status IN ('TRIAL', 'FREE') AND coalesce(f_arr, 0) = 0 THEN 4
        WHEN f_arr >= 500000 THEN 1
        WHEN new_level IS NULL AND NOT known THEN ladder END AS settled,
      least(greatest(CASE WHEN new_total >= 50 THEN 1 WHEN new_total >= 24 THEN 2 WHEN new_total >= 8 THEN 3 ELSE 4 END,
        ladder - 1), ladder + 1) AS rank
    FROM totalled
  ), placed AS MATERIALIZED (
    SELECT bounded.*, ${TIERS}[coalesce(settled, CASE WHEN rank = 1 AND (
        NOT (coalesce(new_level, 'LOW') <> 'LOW' OR strategic >= 2) OR f_risk = 'HIGH' AND new_level = 'LOW')
      THEN 2 ELSE rank END)] AS new_tier
    FROM bounded
  )`;
}

const BOOK = `account WHERE status IS DISTINCT FROM 'CHURNED' AND (placed OR arr IS NOT NULL OR status IS NOT NULL)`;
const KEPT = ['id', 'total', 'computed_tier', 'held_tier', 'expansion_potential'];
const CHANGED = `new_total <> total OR new_tier <> computed_tier OR new_level IS DISTINCT FROM expansion_potential`;

/** Scores the book and writes what has changed into the rows of the accounts, and nowhere else. */
export function rescoreOnly(today: string): string {
  return `
  WITH ${placement(BOOK, KEPT, today)}
  UPDATE account SET total = new_total, computed_tier = new_tier, expansion_potential = new_level,
    version = version + 1, updated_at = now()
  FROM placed WHERE account.id = placed.id AND (placed.new_total <> placed.total
    OR placed.new_tier <> placed.computed_tier OR placed.new_level IS DISTINCT FROM placed.expansion_potential)`;
}

/**
 * As rescoreOnly, and writes what the product writes: a scorecard, a row of the history, the pending downgrade, and the
 * review that falls due by it.
 */
export function rescoreWhole(today: string): string {
  const trigger = (code: string, from: string, to: string): string =>
    `jsonb_build_object('code', '${code}', 'on', '${today}', 'from', ${from}, 'to', ${to})`;
  return `
  WITH ${placement(BOOK, KEPT, today)}, changed AS MATERIALIZED (
    SELECT placed.*, nextval('scorecard_id_seq') AS card, new_tier <> computed_tier AS crosses,
      settled IS NULL AND rank = 1 AND strategic >= 2 AND coalesce(f_risk = 'HIGH' AND new_level = 'LOW', false) AS risky
    FROM placed WHERE ${CHANGED}
  ), updated AS (
    UPDATE account SET total = new_total, computed_tier = new_tier, expansion_potential = new_level,
      scorecard_id = card, scorecard_digest = NULL, version = version + 1, updated_at = now(),
      review_due_on = CASE WHEN crosses OR risky THEN least(review_due_on, date '${today}') ELSE review_due_on END,
      review_triggers = review_triggers
        || CASE WHEN crosses THEN ${trigger('COMPUTED_TIER_CHANGED', 'changed.computed_tier', 'new_tier')} ELSE '[]' END
        || CASE WHEN risky THEN ${trigger('RISKY_WITHOUT_GROWTH', 'NULL', 'new_tier')} ELSE '[]' END
    FROM changed WHERE account.id = changed.id
  ), carded AS (
    INSERT INTO scorecard (id, account_id, model_version, scored_on, scored_at, total, completeness, score_tier,
      ladder_tier, computed_tier, provisional, opens_review, expansion_potential, criteria, guardrails, facts)
    SELECT card, old.account_id, old.model_version, date '${today}', now(), new_total, old.completeness, old.score_tier,
      old.ladder_tier, new_tier, old.provisional, old.opens_review, new_level, old.criteria, old.guardrails, old.facts
    FROM changed JOIN account ON account.id = changed.id JOIN scorecard old ON old.id = account.scorecard_id
  ), noted AS (
    INSERT INTO tier_history (account_id, kind, cause, computed_tier, held_from, held_to, effective_from, effective_to,
      pending_target, pending_detected_on, grace_until, grace_reason, caused_by, scorecard_id, model_version,
      actor_id, actor_name, occurred_on, occurred_at)
    SELECT id, 'DOWNGRADE_PENDING', 'TIME', new_tier, held_tier, held_tier, held_tier, held_tier, new_tier,
      date '${today}', date '${today}' + 180, 'TIME', '[]', card, 1, 'plain', 'Plain SQL', date '${today}', now()
    FROM changed WHERE new_tier <> computed_tier
  )
  INSERT INTO pending_downgrade (account_id, held_tier, target_tier, detected_on, grace_until, reason)
  SELECT id, held_tier, new_tier, date '${today}', date '${today}' + 180, 'TIME'
  FROM changed WHERE new_tier <> computed_tier`;
}
