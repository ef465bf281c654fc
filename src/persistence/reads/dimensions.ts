import { addDays, type CalendarDate } from '../../domain/calendar';
import {
  ANNUAL_REVENUE_BANDS,
  arrBands,
  type Band,
  type Dimension,
  EMPLOYEES_BANDS,
  HEALTH_BANDS,
  MATURITY_BANDS,
  SCORE_BANDS,
} from '../../domain/segment';
import { type SegmentCriterion } from '../../domain/segment-criterion';
import { type TieringModel } from '../../domain/tiering-model';
import { type Parameters } from './parameters';

export interface DimensionContext {
  /** The published model; its ARR bands are those of the book. */
  readonly model: TieringModel;
  readonly day: CalendarDate;
  readonly parameters: Parameters;
}

interface DimensionSql {
  /** The column of the book that the dimension looks at. */
  readonly column: string;
  /** The group of an account `a`, as text; null where it is not known. */
  readonly expression: (context: DimensionContext) => string;
  /** Holds for an account `a` in one of the groups, as a plain condition on the column; by the expression, if absent. */
  readonly condition?: (values: readonly string[], context: DimensionContext) => string;
}

const DIMENSION_SQL: Readonly<Record<Dimension, DimensionSql>> = {
  TIER: plain('effective_tier'),
  ARR_BAND: banded('arr', ({ model }) => arrBands(model)),
  EMPLOYEES_BAND: banded('employees', () => EMPLOYEES_BANDS),
  ANNUAL_REVENUE_BAND: banded('annual_revenue', () => ANNUAL_REVENUE_BANDS),
  INDUSTRY: plain('industry'),
  PLAN: plain('plan'),
  PRODUCT_LINES_OWNED: number('product_lines_owned'),
  REGION: plain('region'),
  COUNTRY: plain('country'),
  LANGUAGE: plain('language'),
  MATURITY: { column: 'customer_since', expression: maturity, condition: maturityIn },
  HEALTH_BAND: banded('health_score', () => HEALTH_BANDS),
  CHURN_RISK: plain('churn_risk'),
  EXPANSION_POTENTIAL: plain('expansion_potential'),
  SCORE_BAND: banded('total', () => SCORE_BANDS),
  MODEL_VERSION: number('model_version'),
  CSM: plain('csm'),
  POOL: plain('pool'),
};

/** The column of the book that the dimension needs. */
export function dimensionColumn(dimension: Dimension): string {
  return DIMENSION_SQL[dimension].column;
}

/** The group of an account `a` under the dimension, as an SQL expression of type text. */
export function dimensionSql(dimension: Dimension, context: DimensionContext): string {
  return DIMENSION_SQL[dimension].expression(context);
}

/** Holds for an account `a` in one of the groups of the values, or in that of the unknown ones if included. */
export function criterionSql(
  { dimension, values, includeUnknown }: SegmentCriterion,
  context: DimensionContext,
): string {
  const { expression, condition } = DIMENSION_SQL[dimension];
  const alternatives: string[] = [];
  if (values.length > 0) {
    alternatives.push(
      condition === undefined
        ? `(${expression(context)}) = ANY(${context.parameters.bind(values)}::text[])`
        : condition(values, context),
    );
  }
  if (includeUnknown) {
    alternatives.push(
      condition === undefined
        ? `(${expression(context)}) IS NULL`
        : `a.${DIMENSION_SQL[dimension].column} IS NULL`,
    );
  }
  return alternatives.length === 0 ? 'false' : `(${alternatives.join(' OR ')})`;
}

function plain(column: string): DimensionSql {
  return { column, expression: () => `a.${column}` };
}

function number(column: string): DimensionSql {
  return {
    column,
    expression: () => `a.${column}::text`,
    condition: (values, { parameters }) => `a.${column} = ANY(${parameters.bind(values)}::integer[])`,
  };
}

function banded(column: string, bands: (context: DimensionContext) => readonly Band[]): DimensionSql {
  return {
    column,
    expression: (context) => bandOf(`a.${column}`, bands(context), context.parameters),
    condition: (values, context) =>
      inRanges(values, bands(context), ({ from, below }) => {
        const bound = (amount: string): string => `${context.parameters.bind(amount)}::numeric`;
        return [
          `a.${column} >= ${bound(from)}`,
          ...(below === null ? [] : [`a.${column} < ${bound(below)}`]),
        ];
      }),
  };
}

/** An account may bring ARR before the day on which it became a customer; it is being onboarded then. */
function maturity({ day, parameters }: DimensionContext): string {
  const days = `greatest(${parameters.bind(day)}::date - a.customer_since, 0)`;
  return `CASE WHEN a.customer_since IS NOT NULL THEN ${bandOf(days, MATURITY_BANDS, parameters)} END`;
}

/** The same as ranges of the day on which an account became a customer. */
function maturityIn(values: readonly string[], { day, parameters }: DimensionContext): string {
  return inRanges(values, MATURITY_BANDS, ({ from, below }) => {
    const daysAgo = (days: string): string => `${parameters.bind(addDays(day, -Number(days)))}::date`;
    return [
      // Whoever becomes a customer later is in the first band, which so has no end in that direction.
      from === MATURITY_BANDS[0]?.from
        ? 'a.customer_since IS NOT NULL'
        : `a.customer_since <= ${daysAgo(from)}`,
      ...(below === null ? [] : [`a.customer_since > ${daysAgo(below)}`]),
    ];
  });
}

interface Range {
  /** Inclusive. */
  readonly from: string;
  /** Exclusive; null for a range without an end. */
  readonly below: string | null;
}

/** Bands that lie side by side make one range; values that are called like no band make none. */
function inRanges(
  values: readonly string[],
  bands: readonly Band[],
  conditions: (range: Range) => readonly string[],
): string {
  const ranges: Range[] = [];
  bands.forEach(({ from, value }, index) => {
    if (!values.includes(value)) return;
    const below = bands[index + 1]?.from ?? null;
    const last = ranges.at(-1);
    if (last?.below === from) ranges[ranges.length - 1] = { from: last.from, below };
    else ranges.push({ from, below });
  });
  const alternatives = ranges.map((range) => `(${conditions(range).join(' AND ')})`);
  return alternatives.length === 0 ? 'false' : alternatives.join(' OR ');
}

/** The value of the last band whose bound does not lie above the amount; the first bound is 0, the least amount. */
function bandOf(amount: string, bands: readonly Band[], parameters: Parameters): string {
  const values = parameters.bind(bands.map(({ value }) => value));
  const bounds = parameters.bind(bands.map(({ from }) => from));
  return `(${values}::text[])[width_bucket((${amount})::numeric, ${bounds}::numeric[])]`;
}
