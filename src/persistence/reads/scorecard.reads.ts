import { type ScorecardReads, type ScorecardView } from '../../app/ports/reads';
import { type DatabaseReader } from './database-reader';
import { type ColumnsByField, selecting } from './selected-columns';

const BY_FIELD: ColumnsByField = {
  id: 'id::text',
  modelVersion: 'model_version',
  scoredOn: 'scored_on',
  total: 'total',
  completeness: 'completeness',
  scoreTier: 'score_tier',
  ladderTier: 'ladder_tier',
  computedTier: 'computed_tier',
  provisional: 'provisional',
  opensReview: 'opens_review',
  expansionPotential: 'expansion_potential',
  criteria: 'criteria',
  guardrails: 'guardrails',
  facts: 'facts',
};
const ALWAYS = ['id', 'modelVersion', 'scoredOn'];
const BY_IDS = selecting(
  BY_FIELD,
  ALWAYS,
  (list) => `SELECT ${list} FROM scorecard WHERE id = ANY($1::bigint[])`,
);
const NEWEST_OF = selecting(
  BY_FIELD,
  ALWAYS,
  (list) => `
    SELECT placed."accountId", ${list}
    FROM (
      SELECT account.id::text AS "accountId", scorecard_id FROM account WHERE account.id = ANY($1::bigint[])
    ) placed
    JOIN scorecard ON scorecard.id = placed.scorecard_id`,
);

export class SqlScorecardReads implements ScorecardReads {
  constructor(private readonly database: DatabaseReader) {}

  async byIds(ids: readonly string[], fields: readonly string[]): Promise<ScorecardView[]> {
    return this.database.byKey<ScorecardView>(BY_IDS(fields), [ids]);
  }

  async newestOf(
    accountIds: readonly string[],
    fields: readonly string[],
  ): Promise<(ScorecardView & { readonly accountId: string })[]> {
    return this.database.byKey(NEWEST_OF(fields), [accountIds]);
  }
}
