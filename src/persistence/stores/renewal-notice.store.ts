import { type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import {
  type DueNotice,
  type NoticeCandidate,
  type NoticeSearch,
  type RenewalNoticeStore,
} from '../../app/ports/renewal-notice';

// The tier is that of the end of the day, as recorded: a day that is caught up announces nothing that a later move
// has brought.
const CANDIDATES = `
  SELECT a.id::text, served.tier, a.renewal_date::text AS "renewalDate", a.term_months AS "termMonths"
  FROM account a
  CROSS JOIN LATERAL (
    SELECT h.effective_to AS tier FROM tier_history h
    WHERE h.account_id = a.id AND h.occurred_on <= $2::date ORDER BY h.id DESC LIMIT 1
  ) served
  WHERE a.id > $1::bigint AND a.effective_tier IS NOT NULL AND (
      a.renewal_date = ANY($4::date[])
      OR a.renewal_date <= $2::date AND extract(day FROM a.renewal_date)::int = ANY($5::int[]))
    AND served.tier = ANY($3::text[])
  ORDER BY a.id LIMIT $6`;

const RECORD = `
  INSERT INTO renewal_notice (account_id, renewal_on, days_ahead, due_on, tier, model_version, recorded_at)
  SELECT account_id, renewal_on, days_ahead, renewal_on - days_ahead, tier, $2, $3
  FROM json_to_recordset($1::json) AS r(account_id bigint, renewal_on date, days_ahead integer, tier text)
  ON CONFLICT ON CONSTRAINT uq_renewal_notice DO NOTHING RETURNING id`;

export class SqlRenewalNoticeStore implements RenewalNoticeStore {
  constructor(private readonly manager: EntityManager) {}

  async candidates(
    { day, tiers, renewals, anchorDays }: NoticeSearch,
    after: string,
    limit: number,
  ): Promise<NoticeCandidate[]> {
    return this.manager.query(CANDIDATES, [after, day, tiers, renewals, anchorDays, limit]);
  }

  async record(notices: readonly DueNotice[], modelVersion: number, { now }: Stamp): Promise<number> {
    const rows = notices.map(({ accountId, renewalOn, daysAhead, tier }) => ({
      account_id: accountId,
      renewal_on: renewalOn,
      days_ahead: daysAhead,
      tier,
    }));
    const recorded: unknown[] = await this.manager.query(RECORD, [JSON.stringify(rows), modelVersion, now]);
    return recorded.length;
  }
}
