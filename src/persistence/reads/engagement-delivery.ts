import { type CalendarDate } from '../../domain/calendar';
import { formatMoney } from '../../domain/money';
import { type ProgramPeriod, touchSteps } from '../../domain/program-period';
import { type Parameters } from './parameters';

/**
 * What was owed and done from one day to another, both included, by the tier that accounts had on each day. Owed are
 * the days in the tier over the longest interval that its program allows, those of onboarding over the interval of
 * onboarding, which only those have whose first day as a customer is known; a business review is owed every so many twelfths of 365 days. What was done counts for the tier of its
 * day, the figures of a month for the last tier within it.
 */
export function deliverySql(
  periods: readonly ProgramPeriod[],
  from: CalendarDate,
  to: CalendarDate,
  today: CalendarDate,
  parameters: Parameters,
): string {
  const programs = periods.map(programRow);
  const steps = periods.flatMap(({ program: { touches } }, program) =>
    touchSteps(touches).map((step) => ({ program, ...step })),
  );
  const first = `${parameters.bind(from)}::date`;
  const after = `(${parameters.bind(to)}::date + 1)`;
  return `
    WITH program AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${parameters.bind(JSON.stringify(programs))}::jsonb) AS p(program int,
        tier text, from_on date, to_on date, on_event boolean, review_months int, smaller_below numeric,
        smaller_months int)
    ), step AS MATERIALIZED (
      SELECT program, "from", until, every FROM jsonb_to_recordset(${parameters.bind(JSON.stringify(steps))}::jsonb)
        AS s(program int, "from" int, until int, every int)
    ), stay AS MATERIALIZED (
      SELECT account_id, tier, greatest(from_on, ${first}) AS from_on, least(to_on, ${after}) AS to_on
      FROM (
        SELECT account_id, effective_to AS tier, occurred_on AS from_on,
          lead(occurred_on) OVER (PARTITION BY account_id ORDER BY id) AS to_on
        FROM tier_history
        WHERE effective_from IS DISTINCT FROM effective_to AND occurred_on < ${after}
      ) moves
      WHERE tier IS NOT NULL AND from_on < least(to_on, ${after}) AND least(to_on, ${after}) > ${first}
    ), served AS MATERIALIZED (
      SELECT stay.account_id, stay.tier, p.program, p.on_event,
        greatest(stay.from_on, p.from_on) AS from_on, least(stay.to_on, p.to_on) AS to_on,
        CASE WHEN account.customer_since <= ${parameters.bind(today)}::date THEN account.customer_since END AS customer,
        CASE WHEN p.smaller_below IS NULL THEN p.review_months
          WHEN coalesce((
            SELECT m.arr_to FROM arr_movement m
            WHERE m.account_id = stay.account_id AND m.effective_on < least(stay.to_on, p.to_on)
            ORDER BY m.effective_on DESC, m.id DESC LIMIT 1
          ), account.arr, 0) < p.smaller_below THEN p.smaller_months
          ELSE p.review_months END AS months
      FROM stay
      JOIN program p ON p.tier = stay.tier
        AND greatest(stay.from_on, p.from_on) < least(stay.to_on, p.to_on)
      JOIN account ON account.id = stay.account_id
    ), part AS (
      SELECT tier, count(DISTINCT account_id)::int AS accounts, sum(to_on - from_on)::int AS account_days,
        0::numeric AS touches_owed, 0 AS touches, 0::numeric AS reviews_owed, 0 AS reviews, 0 AS skipped,
        0 AS tickets, 0 AS answered, 0::numeric AS adoption, 0 AS adopters
      FROM stay GROUP BY tier
      UNION ALL
      SELECT served.tier, 0, 0, sum(greatest(0,
          least(served.to_on, served.customer + step.until) - greatest(served.from_on, served.customer + step."from")
        )::numeric / step.every), 0, 0, 0, 0, 0, 0, 0, 0
      FROM served
      -- Without a first day as a customer all days are ordinary ones: NULL bounds nothing in least and greatest.
      JOIN step ON step.program = served.program AND (served.customer IS NOT NULL OR step.until IS NULL)
      GROUP BY served.tier
      UNION ALL
      SELECT tier, 0, 0, 0, 0,
        sum(greatest(0, to_on - greatest(from_on, customer))::numeric * 12 / (365 * months)), 0, 0, 0, 0, 0, 0
      FROM served WHERE months IS NOT NULL GROUP BY tier
      UNION ALL
      SELECT served.tier, 0, 0, 0,
        count(*) FILTER (WHERE t.kind = 'TOUCH' OR t.kind = 'EVENT' AND served.on_event)::int, 0,
        count(*) FILTER (WHERE t.kind = 'BUSINESS_REVIEW' AND NOT t.skipped)::int,
        count(*) FILTER (WHERE t.skipped)::int, 0, 0, 0, 0
      FROM touch t
      JOIN served ON served.account_id = t.account_id
        AND t.happened_on >= served.from_on AND t.happened_on < served.to_on
      WHERE t.happened_on >= ${first} AND t.happened_on < ${after} AND t.undone_at IS NULL
      GROUP BY served.tier
      UNION ALL
      SELECT tier, 0, 0, 0, 0, 0, 0, 0, coalesce(sum(tickets), 0)::int, coalesce(sum(answered_in_time), 0)::int,
        coalesce(sum(adoption_percent), 0), count(adoption_percent)::int
      FROM (
        SELECT DISTINCT ON (s.account_id, s.month) stay.tier, s.adoption_percent, s.answered_in_time,
          -- Of tickets of which nobody knows how they were answered no share can be told.
          CASE WHEN s.answered_in_time IS NOT NULL THEN s.tickets END AS tickets
        FROM support_month s
        JOIN stay ON stay.account_id = s.account_id
          AND stay.from_on < (s.month + interval '1 month')::date AND stay.to_on > s.month
        WHERE s.month >= ${first} AND s.month < ${after}
        ORDER BY s.account_id, s.month, stay.from_on DESC
      ) months GROUP BY tier
    )
    SELECT tier, sum(accounts)::int AS accounts, sum(account_days)::int AS "accountDays",
      round(sum(touches_owed), 2)::text AS "touchesOwed", sum(touches)::int AS "touchesDelivered",
      round(sum(reviews_owed), 2)::text AS "businessReviewsOwed", sum(reviews)::int AS "businessReviewsDelivered",
      sum(skipped)::int AS "businessReviewsSkipped", sum(tickets)::int AS tickets,
      sum(answered)::int AS "answeredInTime",
      round(sum(adoption) / nullif(sum(adopters), 0), 2)::float8 AS "averageAdoption"
    FROM part GROUP BY tier`;
}

/** What is owed in a period beside touches, as JSON; `program` is its number. */
function programRow(
  { tier, from, to, program: { touches, businessReviews } }: ProgramPeriod,
  program: number,
): object {
  const smaller = businessReviews?.smaller ?? null;
  return {
    program,
    tier,
    from_on: from,
    to_on: to,
    on_event: touches.onEvent,
    review_months: businessReviews?.everyMonths ?? null,
    smaller_below: smaller === null ? null : formatMoney(smaller.belowArr),
    smaller_months: smaller?.everyMonths ?? null,
  };
}
