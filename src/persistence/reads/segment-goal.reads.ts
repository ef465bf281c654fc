import { type MeasurableGoal } from '../../app/ports/segments';
import { type CalendarDate } from '../../domain/calendar';
import { type GoalMetric, measuredUntil } from '../../domain/segment-goal';
import { type TieringModel } from '../../domain/tiering-model';
import { type SqlReader } from './database-reader';
import { fraction, groupedBook, type Grouping } from './grouped-book';
import { Parameters } from './parameters';
import { retainedSql } from './retention.reads';

/** Every part looks at the book of one or two days, so a page of segments asks a few statements and not one big one. */
const PARTS_AT_ONCE = 20;

interface Figures {
  readonly part: number;
  readonly expansion: number | null;
  readonly grr: number | null;
  readonly nrr: number | null;
  readonly logo: number | null;
  readonly adoption: number | null;
}

const FIGURES: Readonly<Record<GoalMetric, keyof Figures>> = {
  EXPANSION: 'expansion',
  GRR: 'grr',
  NRR: 'nrr',
  LOGO_RETENTION: 'logo',
  ADOPTION: 'adoption',
};

type PartSql = (parameters: Parameters) => string;

/** What each goal has come to; see the port. Goals over the same members and days are measured once. */
export async function readGoalActuals(
  reader: SqlReader,
  goals: readonly MeasurableGoal[],
  model: TieringModel,
  today: CalendarDate,
): Promise<(number | null)[]> {
  const parts = new Map<string, PartSql>();
  const keys = goals.map((goal) => {
    const to = measuredUntil(goal, today);
    if (to === null) return null;
    const grouping: Grouping = {
      by: [],
      where: { segment: { criteria: goal.criteria, model, today } },
      tierBasis: 'RECORDED',
      today,
      model,
    };
    const isAdoption = goal.metric === 'ADOPTION';
    const key = JSON.stringify([goal.criteria, isAdoption ? null : goal.from, to]);
    parts.set(key, (parameters) =>
      isAdoption ? adoptionSql(grouping, to, parameters) : retentionSql(grouping, goal.from, to, parameters),
    );
    return key;
  });
  const figures = await readParts(reader, parts);
  return goals.map(({ metric }, index) => {
    const key = keys[index] ?? null;
    return key === null ? null : (figures.get(key)?.[FIGURES[metric]] ?? null);
  });
}

async function readParts(
  reader: SqlReader,
  parts: ReadonlyMap<string, PartSql>,
): Promise<Map<string, Figures>> {
  const all = [...parts];
  const figures = new Map<string, Figures>();
  for (let start = 0; start < all.length; start += PARTS_AT_ONCE) {
    const some = all.slice(start, start + PARTS_AT_ONCE);
    const parameters = new Parameters();
    const selects = some.map(
      ([, sql], part) => `SELECT ${part} AS part, figures.* FROM (${sql(parameters)}) figures`,
    );
    const rows = await reader.rows<Figures>(selects.join(' UNION ALL '), parameters.values, {
      unnamed: true,
    });
    for (const row of rows) {
      const key = some[row.part]?.[0];
      if (key !== undefined) figures.set(key, row);
    }
  }
  return figures;
}

function retentionSql(
  grouping: Grouping,
  from: CalendarDate,
  to: CalendarDate,
  parameters: Parameters,
): string {
  return `WITH ${retainedSql(grouping, { from, to }, null, parameters)}
    SELECT ${fraction('expansion', 'start_arr')} AS expansion, grr, nrr, logo_retention AS logo,
      NULL::float8 AS adoption
    FROM retained`;
}

function adoptionSql(grouping: Grouping, day: CalendarDate, parameters: Parameters): string {
  // What support tells of the latest month up to the day; else how much of the plan is in use.
  const known = `coalesce((
      SELECT s.adoption_percent FROM support_month s
      WHERE s.account_id = members.id AND s.month <= ${parameters.bind(day)}::date AND s.adoption_percent IS NOT NULL
      ORDER BY s.month DESC LIMIT 1
    ), members.usage_percent)`;
  return `SELECT NULL::float8 AS expansion, NULL::float8 AS grr, NULL::float8 AS nrr, NULL::float8 AS logo,
      ${fraction('sum(used.percent)', '(100 * count(used.percent))')} AS adoption
    FROM (${groupedBook(grouping, day, ['usage_percent'], null, parameters)}) members
    CROSS JOIN LATERAL (SELECT ${known} AS percent) used`;
}
