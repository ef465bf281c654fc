import { type Stamp, SYSTEM_AUTHOR } from '../../app/ports/clock';
import { type Query } from './query';

/** Who looked after it: one that began on that very day is left without a day. */
const END_ASSIGNMENTS = `
  UPDATE portfolio_assignment SET to_on = greatest(from_on, $2::date)
  WHERE account_id = ANY($1::bigint[]) AND to_on IS NULL`;

/**
 * A churned account leaves the ladder, and nothing that people decided about its tier outlives that (section 2.3). A
 * churn that is found while days are caught up lies before what was decided since, and ends it on its own day.
 */
const END_OVERRIDES = `
  UPDATE tier_override SET status = CASE status WHEN 'ACTIVE' THEN 'REVOKED' ELSE 'REJECTED' END,
    ended_by_id = $2, ended_by = $3, ended_on = greatest(requested_on, started_on, $4::date), ended_at = $5,
    end_reason = 'ACCOUNT_CHURNED', version = version + 1
  WHERE account_id = ANY($1::bigint[]) AND status IN ('REQUESTED', 'ACTIVE')`;

const END_ADJUSTMENTS = `
  UPDATE service_adjustment SET status = CASE status WHEN 'ACTIVE' THEN 'ENDED' ELSE 'WITHDRAWN' END,
    ended_by_id = $2, ended_by = $3, ended_on = greatest(created_on, started_on, $4::date), ended_at = $5,
    end_reason = 'ACCOUNT_CHURNED', version = version + 1
  WHERE account_id = ANY($1::bigint[]) AND status IN ('PROPOSED', 'ACTIVE')`;

const END_INTERVENTIONS = `
  UPDATE intervention SET status = 'ENDED', closed_by_id = $2, closed_by = $3,
    closed_on = greatest(raised_on, $4::date), closed_at = $5, version = version + 1
  WHERE account_id = ANY($1::bigint[]) AND status = 'OPEN'`;

const END_DIGITAL_PROGRAMS = `
  UPDATE digital_program SET to_on = greatest(from_on, $2::date)
  WHERE account_id = ANY($1::bigint[]) AND to_on IS NULL`;

/** Sends the end of everything that people decided about the accounts, which have churned (spec section 2.3). */
export function endWithAccounts(query: Query, accountIds: readonly string[], { today, now }: Stamp): void {
  if (accountIds.length === 0) return;
  const bySystem = [accountIds, SYSTEM_AUTHOR.id, SYSTEM_AUTHOR.name, today, now];
  void query(END_ASSIGNMENTS, [accountIds, today]);
  void query(END_OVERRIDES, bySystem);
  void query(END_ADJUSTMENTS, bySystem);
  void query(END_INTERVENTIONS, bySystem);
  void query(END_DIGITAL_PROGRAMS, [accountIds, today]);
}
