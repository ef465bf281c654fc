import { type DueTouchFilter } from '../../app/ports/engagement';
import { type CalendarDate } from '../../domain/calendar';
import { formatMoney } from '../../domain/money';
import { type TieringModel } from '../../domain/tiering-model';
import { lookedAfterBy } from '../looked-after';
import { compileAccountFilter, lookedUpOwner } from './account-filter';
import { type Parameters } from './parameters';

/** What the due days are worked out of, tier by tier, as JSON. */
export function programsJson({ tiers, programs }: TieringModel): string {
  return JSON.stringify(
    tiers.flatMap(({ key, rank }) => {
      const program = programs[key];
      if (program === undefined) return [];
      const { touches, businessReviews: reviews } = program;
      return [
        {
          tier: key,
          rank,
          touch_from: touches.everyDays?.from,
          touch_to: touches.everyDays?.to,
          on_event: touches.onEvent,
          onboarding_until: touches.onboarding.at(-1)?.untilDay ?? 0,
          onboarding: touches.onboarding.map(({ untilDay, everyDays }) => ({
            until: untilDay,
            every: everyDays,
          })),
          review_months: reviews?.everyMonths,
          smaller_below: reviews?.smaller ? formatMoney(reviews.smaller.belowArr) : null,
          smaller_months: reviews?.smaller?.everyMonths,
        },
      ];
    }),
  );
}

/**
 * The FROM of what accounts are owed next, `a` being the account, `e` its engagement, `p` its program and `next` the
 * days, with the intervals that led to them in `onboarding` and `last`. It says what `nextTouch` and `nextBusinessReview` say; a test compares them.
 *
 * @param programs the placeholder of `programsJson`
 * @param today the placeholder of today
 */
export function nextSql(programs: string, today: string): string {
  return `jsonb_to_recordset(${programs}::jsonb) AS p(tier text, rank int, touch_from int, touch_to int,
      on_event boolean, onboarding_until int, onboarding jsonb, review_months int, smaller_below numeric,
      smaller_months int)
    JOIN account a ON a.effective_tier = p.tier
    JOIN account_engagement e ON e.account_id = a.id
    CROSS JOIN LATERAL (
      SELECT CASE WHEN a.customer_since <= ${today}::date THEN a.customer_since END AS since,
        coalesce(a.arr, 0) < p.smaller_below AS small
    ) customer
    CROSS JOIN LATERAL (
      SELECT greatest(e.served_since, customer.since, e.last_touch_on,
          CASE WHEN p.on_event THEN e.last_event_on END) AS touched,
        greatest(e.served_since, customer.since, e.last_business_review_on) AS reviewed,
        CASE WHEN customer.small THEN p.smaller_months ELSE p.review_months END AS months
    ) last
    CROSS JOIN LATERAL (
      SELECT CASE WHEN last.touched - customer.since < p.onboarding_until THEN jsonb_path_query_first(p.onboarding,
        '$[*] ? (@.until > $days).every', jsonb_build_object('days', last.touched - customer.since))::int
      END AS days
    ) onboarding
    CROSS JOIN LATERAL (
      SELECT CASE WHEN p.touch_to IS NOT NULL THEN
          greatest(last.touched + coalesce(onboarding.days, p.touch_from), e.tier_since) END AS touch_from,
        CASE WHEN p.touch_to IS NOT NULL THEN
          greatest(last.touched + coalesce(onboarding.days, p.touch_to), e.tier_since) END AS touch_on,
        CASE WHEN last.months IS NOT NULL THEN
          greatest((last.reviewed + make_interval(months => last.months))::date, e.tier_since) END AS review_on,
        CASE WHEN p.on_event THEN greatest(e.last_touch_on, e.last_event_on) ELSE e.last_touch_on END AS last_touch
    ) next`;
}

/** What is due, one row a kind, in place of a table: `due` with its columns, and `a` and `p`. */
export function dueSql(programs: string, today: string): string {
  return `${nextSql(programs, today)}
    CROSS JOIN LATERAL (
      SELECT CASE WHEN touching.it THEN 'TOUCH' ELSE 'BUSINESS_REVIEW' END AS kind,
        CASE WHEN touching.it THEN next.touch_from ELSE next.review_on END AS due_from,
        CASE WHEN touching.it THEN next.touch_on ELSE next.review_on END AS due_on,
        CASE WHEN touching.it THEN next.last_touch ELSE e.last_business_review_on END AS last_on,
        CASE WHEN touching.it THEN coalesce(onboarding.days, p.touch_from) END AS from_days,
        CASE WHEN touching.it THEN coalesce(onboarding.days, p.touch_to) END AS to_days,
        touching.it AND onboarding.days IS NOT NULL AS onboarding,
        CASE WHEN NOT touching.it THEN last.months END AS months,
        NOT touching.it AND customer.small IS TRUE AS small
      FROM (VALUES (true), (false)) AS touching(it)
    ) AS due`;
}

/** The condition over `a` and `due` that a filter stands for. */
export function compileDue(where: DueTouchFilter, today: CalendarDate, parameters: Parameters): string {
  const until = `${parameters.bind(where.until)}::date`;
  const conditions = [where.early ? `due.due_from <= ${until}` : `due.due_on <= ${until}`];
  const { csmId, csm, pool } = where;
  const lookedAfter = (id: string): string => `a.id IN (${lookedAfterBy(id, parameters.bind(today))})`;
  if (csmId !== null && csmId !== undefined) {
    conditions.push(lookedAfter(`${parameters.bind(csmId)}::bigint`));
  }
  if (csm !== null && csm !== undefined) {
    conditions.push(
      lookedAfter(`(SELECT csm.id FROM csm WHERE csm.external_id = ${parameters.bind(csm)}::text)`),
    );
  }
  if (pool !== null && pool !== undefined) {
    conditions.push(lookedUpOwner('pool', `owner.external_id = ${parameters.bind(pool)}::text`));
  }
  if (where.tiers) conditions.push(`a.effective_tier = ANY(${parameters.bind(where.tiers)}::text[])`);
  if (where.kinds) conditions.push(`due.kind = ANY(${parameters.bind(where.kinds)}::text[])`);
  if (where.account) {
    conditions.push(compileAccountFilter(where.account, parameters, { path: ['where', 'account'] }));
  }
  return conditions.join(' AND ');
}
