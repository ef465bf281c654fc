import { FACT_FIELDS } from '../../../src/domain/account';
import { columnName } from '../../../src/persistence/account-columns';
import { FILE_COLUMNS } from './accounts-file';
import { asInFile, placement } from './plain-scoring';

/** Columns of the model that the file does not have. */
const UNKNOWN = [
  'market_influence',
  'partnership_opportunity',
  'custom_configuration',
  'strategic_designation',
  'expansion_arr',
];
const QUOTED = Object.keys(FILE_COLUMNS).map((name) => `"${name}"`);

/** Takes the file, which PostgreSQL must be able to read, into the table "bare" as it is. */
export function copyFile(file: string): readonly string[] {
  const columns = Object.entries(FILE_COLUMNS).map(([name, type]) => `"${name}" ${type}`);
  return [
    `CREATE TABLE bare (${columns.join(', ')}, total numeric, computed_tier text, expansion_potential text)`,
    `COPY bare (${QUOTED.join(', ')}) FROM '${file}' WITH (FORMAT csv, HEADER)`,
  ];
}

/** Scores the table "bare", and writes into it what comes out. */
export function scoreBare(today: string): string {
  return `
  WITH ${placement('bare', ['bare.ctid AS key'], today, asInFile, UNKNOWN)}
  UPDATE bare SET total = new_total, computed_tier = new_tier, expansion_potential = new_level
  FROM placed WHERE bare.ctid = placed.key`;
}

const FACTS = FACT_FIELDS.filter((field) => field in FILE_COLUMNS);

const criterion = (key: string, fact: string, weight: number, points: string): string =>
  `jsonb_build_object('key', '${key}', 'fact', ${fact}::text, 'points', ${points}, 'weight', ${weight},
      'missing', ${fact} IS NULL, 'contribution', ${weight} * ${points} / 100)`;

const CRITERIA = [
  criterion('CURRENT_ARR', 'arr', 4_000, 'arr_points'),
  criterion('EXPANSION_POTENTIAL', 'new_level', 3_000, '0'),
  criterion('STRATEGIC_VALUE', 'strategic', 2_000, 'least(100, strategic * 25)'),
  criterion('PRODUCT_COMPLEXITY', 'complexity', 1_000, '0'),
];

/**
 * Scores the table "bare" as scoreBare does, and writes what an import writes: accounts, scorecards, history, movements
 * and who is in service. Scorecards tell as much as those of the product, if not with the same words.
 */
export function importBare(today: string): string {
  return `
  WITH ${placement('bare', QUOTED, today, asInFile, UNKNOWN)}, made AS MATERIALIZED (
    SELECT placed.*, nextval('account_id_seq') AS id, nextval('scorecard_id_seq') AS card FROM placed
  ), accounts AS (
    INSERT INTO account (id, ${Object.keys(FILE_COLUMNS).map(columnName).join(', ')}, had_arr, placed, computed_tier,
      held_tier, effective_tier, scorecard_id, model_version, total, completeness, expansion_potential, review_due_on,
      review_baseline, scorecard_digest, quiet_from, quiet_rules, quiet_version)
    SELECT id, ${QUOTED.join(', ')}, true, true, new_tier, new_tier, new_tier, card, 1, new_total, 100, new_level,
      date '${today}' + 180, jsonb_build_object('arr', arr::text, 'churnRisk', "churnRisk", 'healthScore', "healthScore",
        'computedTier', new_tier, 'overrideEndsOn', NULL, 'strategicFacts', jsonb_build_array('logoValue'),
        'riskyWithoutGrowth', false),
      card, date '${today}', 1, 1
    FROM made
  ), cards AS (
    INSERT INTO scorecard (id, account_id, model_version, scored_on, scored_at, total, completeness, score_tier,
      ladder_tier, computed_tier, provisional, opens_review, expansion_potential, criteria, guardrails, facts)
    SELECT card, id, 1, date '${today}', now(), new_total, 100, new_tier, new_tier, new_tier, false, false, new_level,
      jsonb_build_array(${CRITERIA.join(', ')}), '[]',
      jsonb_build_object(${FACTS.map((name) => `'${name}', "${name}"`).join(', ')})
    FROM made
  ), moves AS (
    INSERT INTO tier_history (account_id, kind, cause, computed_tier, held_to, effective_to, caused_by, scorecard_id,
      model_version, actor_id, actor_name, occurred_on, occurred_at)
    SELECT id, 'INITIAL', 'FACTS', new_tier, new_tier, new_tier, '[]', card, 1, 'plain', 'Plain SQL',
      date '${today}', now()
    FROM made
  ), movements AS (
    INSERT INTO arr_movement (account_id, kind, arr_to, effective_on, recorded_on, source, actor_id, recorded_at)
    SELECT id, 'NEW', arr, date '${today}', date '${today}', 'FACTS', 'plain', now() FROM made WHERE arr > 0
  )
  INSERT INTO account_engagement (account_id, served_since, tier_since)
  SELECT id, date '${today}', date '${today}' FROM made`;
}
