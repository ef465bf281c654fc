import { type ScorecardReads, type ScorecardView } from '../../app/ports/reads';
import { type DatabaseReader } from './database-reader';

export class SqlScorecardReads implements ScorecardReads {
  constructor(private readonly database: DatabaseReader) {}

  async byIds(ids: readonly string[], withFacts: boolean): Promise<ScorecardView[]> {
    return this.database.rows<ScorecardView>(
      `SELECT id::text AS id, model_version AS "modelVersion", scored_on AS "scoredOn", total, completeness,
         score_tier AS "scoreTier", ladder_tier AS "ladderTier", computed_tier AS "computedTier", provisional,
         opens_review AS "opensReview", expansion_potential AS "expansionPotential", criteria, guardrails,
         ${withFacts ? 'facts' : 'NULL AS facts'}
       FROM scorecard WHERE id = ANY($1::bigint[])`,
      [ids],
    );
  }
}
