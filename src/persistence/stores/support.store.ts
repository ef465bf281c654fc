import { type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import { type StoredSupportMonth, type SupportStore } from '../../app/ports/support';

const SAVE = `
  INSERT INTO support_month (account_id, month, tickets, answered_in_time, adoption_percent, recorded_at)
  SELECT r.account_id, r.month, r.tickets, r.answered_in_time, r.adoption_percent, $2
  FROM json_to_recordset($1::json) AS r(account_id bigint, month date, tickets integer, answered_in_time integer,
    adoption_percent numeric)
  ON CONFLICT ON CONSTRAINT pk_support_month DO UPDATE SET tickets = excluded.tickets,
    answered_in_time = excluded.answered_in_time, adoption_percent = excluded.adoption_percent,
    recorded_at = excluded.recorded_at`;

export class SqlSupportStore implements SupportStore {
  constructor(private readonly manager: EntityManager) {}

  async of(accountIds: readonly string[]): Promise<StoredSupportMonth[]> {
    return this.manager.query(
      `SELECT account_id::text AS "accountId", month::text, tickets, answered_in_time AS "answeredInTime",
         adoption_percent::float8 AS "adoptionPercent"
       FROM support_month WHERE account_id = ANY($1::bigint[])`,
      [accountIds],
    );
  }

  async save(months: readonly StoredSupportMonth[], { now }: Stamp): Promise<void> {
    if (months.length === 0) return;
    const rows = months.map(({ accountId, month, tickets, answeredInTime, adoptionPercent }) => ({
      account_id: accountId,
      month,
      tickets,
      answered_in_time: answeredInTime,
      adoption_percent: adoptionPercent,
    }));
    await this.manager.query(SAVE, [JSON.stringify(rows), now]);
  }
}
