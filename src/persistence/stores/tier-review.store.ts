import { type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import { type CompletedReview, type DueReviews, type TierReviewStore } from '../../app/ports/tier-review';

export class SqlTierReviewStore implements TierReviewStore {
  constructor(private readonly manager: EntityManager) {}

  async add(reviews: readonly CompletedReview[], stamp: Stamp): Promise<string[]> {
    if (reviews.length === 0) return [];
    const rows: { id: string }[] = await this.manager.query(
      `INSERT INTO tier_review (account_id, due_on, automatic, triggers, changes, recommendation,
         recommendation_reason, decision, note, model_version, held_from, held_to, effective_from, effective_to,
         next_due_on, actor_id, actor_name, completed_on, completed_at)
       SELECT "accountId", "dueOn", automatic, triggers, changes, recommendation, "recommendationReason", decision,
         note, "modelVersion", "heldFrom", "heldTo", "effectiveFrom", "effectiveTo", "nextDueOn", $2, $3, $4, $5
       FROM ROWS FROM (json_to_recordset($1::json) AS ("accountId" bigint, "dueOn" date, automatic boolean,
         triggers jsonb, changes jsonb, recommendation text, "recommendationReason" text, decision text, note text,
         "modelVersion" integer, "heldFrom" text, "heldTo" text, "effectiveFrom" text, "effectiveTo" text,
         "nextDueOn" date)) WITH ORDINALITY AS r("accountId", "dueOn", automatic, triggers, changes, recommendation,
         "recommendationReason", decision, note, "modelVersion", "heldFrom", "heldTo", "effectiveFrom",
         "effectiveTo", "nextDueOn", position)
       ORDER BY position RETURNING id::text`,
      [JSON.stringify(reviews), stamp.actorId, stamp.actorName, stamp.today, stamp.now],
    );
    return rows.map(({ id }) => id);
  }

  async accountsWithDue(
    { today, selfConfirmingTiers, overdueSince }: DueReviews,
    after: string,
    limit: number,
  ): Promise<string[]> {
    const rows: { id: string }[] = await this.manager.query(
      `SELECT id::text FROM account
       WHERE id > $1 AND review_due_on <= $2 AND (
         review_triggers = '[]' AND effective_tier = ANY($3)
         OR review_escalated_on IS NULL AND review_due_on <= $4)
       ORDER BY account.id LIMIT $5`,
      [after, today, selfConfirmingTiers, overdueSince, limit],
    );
    return rows.map(({ id }) => id);
  }
}
