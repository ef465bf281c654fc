import { type CalendarDate } from '../../domain/calendar';
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
import { type TieringModel } from '../../domain/tiering-model';
import { type Parameters } from './parameters';

interface DimensionContext {
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
  MATURITY: { column: 'customer_since', expression: maturity },
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

function plain(column: string): DimensionSql {
  return { column, expression: () => `a.${column}` };
}

function number(column: string): DimensionSql {
  return { column, expression: () => `a.${column}::text` };
}

function banded(column: string, bands: (context: DimensionContext) => readonly Band[]): DimensionSql {
  return {
    column,
    expression: (context) => bandOf(`a.${column}`, bands(context), context.parameters),
  };
}

/** An account may bring ARR before the day on which it became a customer; it is being onboarded then. */
function maturity({ day, parameters }: DimensionContext): string {
  const days = `greatest(${parameters.bind(day)}::date - a.customer_since, 0)`;
  return `CASE WHEN a.customer_since IS NOT NULL THEN ${bandOf(days, MATURITY_BANDS, parameters)} END`;
}

/** The value of the last band whose bound does not lie above the amount; the first bound is 0, the least amount. */
function bandOf(amount: string, bands: readonly Band[], parameters: Parameters): string {
  const values = parameters.bind(bands.map(({ value }) => value));
  const bounds = parameters.bind(bands.map(({ from }) => from));
  return `(${values}::text[])[width_bucket((${amount})::numeric, ${bounds}::numeric[])]`;
}
