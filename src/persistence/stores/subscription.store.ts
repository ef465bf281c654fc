import { type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import { type LineHistory, type SubscriptionStore } from '../../app/ports/stores';
import { type CalendarDate } from '../../domain/calendar';
import { formatMoney, parseMoney } from '../../domain/money';
import { type SubscriptionLine } from '../../domain/subscription';
import { jsonValue } from './account-rows';

const REPLACE_MOVEMENTS = `
  WITH wanted AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(account_id bigint, kind text, arr_from numeric, arr_to numeric,
      effective_on date)
  ), gone AS (
    DELETE FROM arr_movement m WHERE account_id = ANY($2::bigint[]) AND NOT EXISTS (
      SELECT FROM wanted w WHERE w.account_id = m.account_id AND w.effective_on = m.effective_on AND w.kind = m.kind
        AND w.arr_from IS NOT DISTINCT FROM m.arr_from AND w.arr_to = m.arr_to)
    RETURNING 1
  ), added AS (
    INSERT INTO arr_movement (account_id, kind, arr_from, arr_to, effective_on, recorded_on, source, actor_id,
      recorded_at)
    SELECT account_id, kind, arr_from, arr_to, effective_on, $3, 'SUBSCRIPTIONS', $4, $5 FROM wanted w
    WHERE NOT EXISTS (
      SELECT FROM arr_movement m WHERE w.account_id = m.account_id AND w.effective_on = m.effective_on
        AND w.kind = m.kind AND w.arr_from IS NOT DISTINCT FROM m.arr_from AND w.arr_to = m.arr_to)
    ORDER BY account_id, effective_on
    RETURNING 1
  )
  SELECT ((SELECT count(*) FROM gone) + (SELECT count(*) FROM added))::int AS written`;

const REPLACE_FACT_CHANGES = `
  WITH wanted AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS r(account_id bigint, field text, effective_on date,
      value_from jsonb, value_to jsonb)
  ), gone AS (
    DELETE FROM fact_change c WHERE account_id = ANY($2::bigint[]) AND source = 'SUBSCRIPTIONS' AND NOT EXISTS (
      SELECT FROM wanted w WHERE w.account_id = c.account_id AND w.field = c.field
        AND w.effective_on = c.effective_on AND w.value_from IS NOT DISTINCT FROM c.value_from
        AND w.value_to IS NOT DISTINCT FROM c.value_to)
    RETURNING 1
  ), added AS (
    INSERT INTO fact_change (account_id, field, effective_on, value_from, value_to, source, actor_id, recorded_at)
    SELECT account_id, field, effective_on, value_from, value_to, 'SUBSCRIPTIONS', $3, $4 FROM wanted w
    WHERE NOT EXISTS (
      SELECT FROM fact_change c WHERE w.account_id = c.account_id AND w.field = c.field
        AND w.effective_on = c.effective_on AND w.value_from IS NOT DISTINCT FROM c.value_from
        AND w.value_to IS NOT DISTINCT FROM c.value_to AND c.source = 'SUBSCRIPTIONS')
    ORDER BY account_id, effective_on
    RETURNING 1
  )
  SELECT ((SELECT count(*) FROM gone) + (SELECT count(*) FROM added))::int AS written`;

interface LineRow {
  readonly account_id: string;
  readonly start_on: CalendarDate;
  readonly end_on: CalendarDate | null;
  readonly arr: string;
  readonly seats: number | null;
  readonly product: string | null;
  readonly plan: string | null;
}

export class SqlSubscriptionStore implements SubscriptionStore {
  constructor(private readonly manager: EntityManager) {}

  async linesOf(accountIds: readonly string[]): Promise<Map<string, SubscriptionLine[]>> {
    const rows = await this.query<LineRow>(
      `SELECT account_id::text, start_on::text, end_on::text, arr::text, seats, product, plan
       FROM subscription_line WHERE account_id = ANY($1::bigint[])
       ORDER BY subscription_line.account_id, subscription_line.id`,
      [accountIds],
    );
    const lines = new Map<string, SubscriptionLine[]>();
    for (const row of rows) {
      const line = {
        start: row.start_on,
        end: row.end_on,
        arr: parseMoney(row.arr),
        seats: row.seats,
        product: row.product,
        plan: row.plan,
      };
      const known = lines.get(row.account_id);
      if (known) known.push(line);
      else lines.set(row.account_id, [line]);
    }
    return lines;
  }

  async replaceLines(lines: ReadonlyMap<string, readonly SubscriptionLine[]>): Promise<void> {
    await this.query(`DELETE FROM subscription_line WHERE account_id = ANY($1::bigint[])`, [
      [...lines.keys()],
    ]);
    const rows = [...lines].flatMap(([accountId, some]) =>
      some.map((line) => ({ ...line, account_id: accountId, arr: formatMoney(line.arr) })),
    );
    await this.query(
      `INSERT INTO subscription_line (account_id, start_on, end_on, arr, seats, product, plan)
       SELECT account_id, start, "end", arr, seats, product, plan
       FROM jsonb_to_recordset($1::jsonb) AS r(account_id bigint, start date, "end" date, arr numeric, seats integer,
         product text, plan text)`,
      [JSON.stringify(rows)],
    );
  }

  async saveHistory(histories: readonly LineHistory[], stamp: Stamp): Promise<number> {
    const accountIds = histories.map(({ accountId }) => accountId);
    const movements = histories.flatMap(({ accountId, movements: some }) =>
      some.map(({ kind, from, to, effectiveOn }) => ({
        account_id: accountId,
        kind,
        arr_from: from === null ? null : formatMoney(from),
        arr_to: formatMoney(to),
        effective_on: effectiveOn,
      })),
    );
    const factChanges = histories.flatMap(({ accountId, factChanges: some }) =>
      some.map(({ field, effectiveOn, from, to }) => ({
        account_id: accountId,
        field,
        effective_on: effectiveOn,
        value_from: jsonValue(field, from),
        value_to: jsonValue(field, to),
      })),
    );
    const [moved] = await this.query<{ written: number }>(REPLACE_MOVEMENTS, [
      JSON.stringify(movements),
      accountIds,
      stamp.today,
      stamp.actorId,
      stamp.now,
    ]);
    const [changed] = await this.query<{ written: number }>(REPLACE_FACT_CHANGES, [
      JSON.stringify(factChanges),
      accountIds,
      stamp.actorId,
      stamp.now,
    ]);
    return (moved?.written ?? 0) + (changed?.written ?? 0);
  }

  async accountsWithDueLines(today: CalendarDate, after: string, limit: number): Promise<string[]> {
    const rows = await this.query<{ id: string }>(
      `SELECT id::text FROM account
       WHERE id > $2 AND lines_applied_on < $1 AND EXISTS (
         SELECT FROM subscription_line line WHERE line.account_id = account.id
           AND (line.start_on > lines_applied_on AND line.start_on <= $1
             OR line.end_on > lines_applied_on AND line.end_on <= $1))
       ORDER BY account.id LIMIT $3`,
      [today, after, limit],
    );
    return rows.map(({ id }) => id);
  }

  private query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.manager.query(sql, [...parameters]);
  }
}
