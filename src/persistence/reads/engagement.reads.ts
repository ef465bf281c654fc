import {
  type DeliveryView,
  type DueTouchFilter,
  type DueTouchView,
  type EngagementReads,
  type EngagementView,
  type SupportMonthView,
} from '../../app/ports/engagement';
import { type ModelReads, type Window } from '../../app/ports/reads';
import { type CalendarDate } from '../../domain/calendar';
import { programsOverTime, type Publication } from '../../domain/program-period';
import { type DatabaseReader } from './database-reader';
import { compileDue, dueSql, nextSql, programsJson } from './due-touch';
import { deliverySql } from './engagement-delivery';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const SOONEST_AND_HIGHEST_FIRST: readonly SortKey[] = [
  { expression: 'due.due_on', type: 'date', descending: false },
  { expression: 'p.rank', type: 'integer', descending: false },
  { expression: 'a.id', type: 'bigint', descending: false },
  { expression: 'due.kind', type: 'text', descending: false },
];

export class SqlEngagementReads implements EngagementReads {
  constructor(
    private readonly database: DatabaseReader,
    private readonly models: ModelReads,
  ) {}

  async due(where: DueTouchFilter, today: CalendarDate, window: Window): Promise<DueTouchView[]> {
    const parameters = new Parameters();
    const from = dueSql(parameters.bind(programsJson(await this.models.published())), parameters.bind(today));
    const { cursor, orderBy, condition } = keyset(SOONEST_AND_HIGHEST_FIRST, window, (value) =>
      parameters.bind(value),
    );
    return this.database.rows<DueTouchView>(
      `SELECT a.id::text AS "accountId", due.kind, a.effective_tier AS tier, due.due_from AS "dueFrom",
         due.due_on AS "dueOn", due.last_on AS "lastOn", due.from_days AS "fromDays",
         due.to_days AS "toDays", due.onboarding, due.months, due.small, ${cursor} AS cursor
       FROM ${from} WHERE ${compileDue(where, today, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
      isOfBook(where) ? { unnamed: true } : { onePlan: !where.account },
    );
  }

  async dueCount(where: DueTouchFilter, today: CalendarDate): Promise<number> {
    const parameters = new Parameters();
    const from = dueSql(parameters.bind(programsJson(await this.models.published())), parameters.bind(today));
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${from} WHERE ${compileDue(where, today, parameters)}`,
      parameters.values,
      { unnamed: true },
    );
    return row?.count ?? 0;
  }

  async engagementOf(accountIds: readonly string[], today: CalendarDate): Promise<EngagementView[]> {
    return this.database.byKey<EngagementView>(
      `SELECT a.id::text AS "accountId", a.effective_tier AS tier, e.served_since AS "servedSince",
         e.tier_since AS "tierSince", next.last_touch AS "lastTouchOn", next.touch_from AS "nextTouchDueFrom",
         next.touch_on AS "nextTouchDueOn", e.last_business_review_on AS "lastBusinessReviewOn",
         next.review_on AS "nextBusinessReviewDueOn"
       FROM ${nextSql('$1', '$3')} WHERE a.id = ANY($2::bigint[])`,
      [programsJson(await this.models.published()), accountIds, today],
    );
  }

  async delivery(
    from: CalendarDate,
    to: CalendarDate,
    today: CalendarDate,
    publications: readonly Publication[],
  ): Promise<DeliveryView[]> {
    const parameters = new Parameters();
    const sql = deliverySql(programsOverTime(publications), from, to, today, parameters);
    return this.database.rows<DeliveryView>(sql, parameters.values, { unnamed: true });
  }

  async supportOf(accountIds: readonly string[], since: CalendarDate): Promise<SupportMonthView[]> {
    return this.database.byKey<SupportMonthView>(
      `SELECT account_id::text AS "accountId", to_char(month, 'YYYY-MM') AS month, tickets,
         answered_in_time AS "answeredInTime", adoption_percent::float8 AS "adoptionPercent"
       FROM support_month WHERE account_id = ANY($1::bigint[]) AND month >= $2::date
       ORDER BY support_month.account_id, support_month.month DESC`,
      [accountIds, since],
    );
  }
}

/** Whether it is about all accounts, instead of the few that somebody looks after. */
function isOfBook({ csm, csmId, pool }: DueTouchFilter): boolean {
  return [csm, csmId, pool].every((owner) => owner === null || owner === undefined);
}
