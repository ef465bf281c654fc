import { type AccountField, LEVELS } from './account';
import { checkField, isReadable } from './account-field';
import { DomainError } from './errors';
import {
  ANNUAL_REVENUE_BANDS,
  arrBands,
  type Band,
  type Dimension,
  DIMENSIONS,
  EMPLOYEES_BANDS,
  HEALTH_BANDS,
  MATURITY_BANDS,
  SCORE_BANDS,
} from './segment';
import { type TieringModel } from './tiering-model';

export const MOST_CRITERIA = 3;
export const MOST_CRITERION_VALUES = 100;
export const LONGEST_SEGMENT_NAME = 100;
const LONGEST_VALUE = 300;
const LARGEST_NUMBER = 2_147_483_647;

/**
 * One condition of a segment: an account fulfils it where it belongs to one of the groups that a breakdown by the
 * dimension has (spec section 9).
 */
export interface SegmentCriterion {
  readonly dimension: Dimension;
  /** The values of the groups, as a breakdown gives them. */
  readonly values: readonly string[];
  /** Whether the group of the unknown values, whose value is null, belongs to it. */
  readonly includeUnknown: boolean;
}

/** What a dimension's values are made of; everything that is not named here is free text. */
interface ValueRule {
  /** The bands of amounts, counts or days, from the lowest up. */
  readonly bands?: (model: TieringModel) => readonly Band[];
  /** The only values that there are. */
  readonly values?: (model: TieringModel) => readonly string[];
  /** The field of an account whose form they have. */
  readonly field?: AccountField;
  /** The least whole number. */
  readonly least?: number;
}

const RULES: Readonly<Partial<Record<Dimension, ValueRule>>> = {
  TIER: { values: ({ tiers }) => tiers.map(({ key }) => key) },
  ARR_BAND: { bands: arrBands },
  EMPLOYEES_BAND: { bands: () => EMPLOYEES_BANDS },
  ANNUAL_REVENUE_BAND: { bands: () => ANNUAL_REVENUE_BANDS },
  INDUSTRY: { field: 'industry' },
  PLAN: { field: 'plan' },
  PRODUCT_LINES_OWNED: { least: 0 },
  REGION: { field: 'region' },
  COUNTRY: { field: 'country' },
  LANGUAGE: { field: 'language' },
  MATURITY: { bands: () => MATURITY_BANDS },
  HEALTH_BAND: { bands: () => HEALTH_BANDS },
  CHURN_RISK: { values: () => LEVELS },
  EXPANSION_POTENTIAL: { values: () => LEVELS },
  SCORE_BAND: { bands: () => SCORE_BANDS },
  MODEL_VERSION: { least: 1 },
};

/** All values that the dimension can have under the model; null where they are not limited to a list. */
export function dimensionValues(dimension: Dimension, model: TieringModel): readonly string[] | null {
  const { bands, values } = RULES[dimension] ?? {};
  return bands?.(model).map(({ value }) => value) ?? values?.(model) ?? null;
}

/**
 * Values of the criterion that the model does not have (any more), such as the key of a tier that a later model
 * dropped: today no account belongs to them.
 */
export function unknownValues(
  { dimension, values }: SegmentCriterion,
  model: TieringModel,
): readonly string[] {
  const possible = dimensionValues(dimension, model);
  return possible === null ? [] : values.filter((value) => !possible.includes(value));
}

/**
 * The criteria as they are kept: each value in its one form and once. Throws REQUIRED or INVALID_VALUE, which names
 * the place, for none or more than 3, a dimension that is given twice, one without values, and a value that no
 * account can have under the model.
 */
export function checkCriteria(
  criteria: readonly SegmentCriterion[],
  model: TieringModel,
): readonly SegmentCriterion[] {
  if (criteria.length === 0) throw required(['criteria'], 'give at least one criterion');
  if (criteria.length > MOST_CRITERIA) {
    throw invalid(['criteria'], `a segment has at most ${MOST_CRITERIA} criteria, not ${criteria.length}`);
  }
  return criteria.map((criterion, index) => {
    const { dimension, includeUnknown } = criterion;
    const path = ['criteria', String(index)];
    if (!DIMENSIONS.includes(dimension)) {
      throw invalid([...path, 'dimension'], `there is no dimension "${(dimension as string).slice(0, 40)}"`);
    }
    if (criteria.findIndex((other) => other.dimension === dimension) !== index) {
      throw invalid(
        [...path, 'dimension'],
        `${dimension} is given twice; name all its values in one criterion`,
      );
    }
    return { dimension, values: checkCriterionValues(criterion, model, [...path, 'values']), includeUnknown };
  });
}

/** The name of a segment without the space around it. Throws REQUIRED or INVALID_VALUE. */
export function checkSegmentName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw required(['name'], 'name is empty; give the segment a name');
  if (trimmed.length > LONGEST_SEGMENT_NAME) {
    throw invalid(['name'], `name must have at most ${LONGEST_SEGMENT_NAME} characters`);
  }
  if (!isReadable(trimmed)) {
    throw invalid(['name'], 'name must not hold control characters or broken Unicode');
  }
  return trimmed;
}

/** What makes names the same: their case, and how their letters are put together, do not tell them apart. */
export function segmentNameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}

function checkCriterionValues(
  { dimension, values, includeUnknown }: SegmentCriterion,
  model: TieringModel,
  path: readonly string[],
): readonly string[] {
  if (values.length === 0 && !includeUnknown) {
    throw required(path, `name at least one value of ${dimension}, or include the unknown ones`);
  }
  if (values.length > MOST_CRITERION_VALUES) {
    throw invalid(path, `a criterion has at most ${MOST_CRITERION_VALUES} values, not ${values.length}`);
  }
  const checked = values.map((value, index) => checkValue(dimension, value, model, [...path, String(index)]));
  return [...new Set(checked)];
}

function checkValue(
  dimension: Dimension,
  value: string,
  model: TieringModel,
  path: readonly string[],
): string {
  const possible = dimensionValues(dimension, model);
  if (possible !== null) {
    if (possible.includes(value)) return value;
    throw invalid(
      path,
      `${dimension} has the values ${possible.join(', ')}; "${shown(value)}" is none of them`,
    );
  }
  const { field, least } = RULES[dimension] ?? {};
  if (field !== undefined) {
    try {
      return checkField(field, value) as string;
    } catch (error) {
      throw error instanceof DomainError ? new DomainError(error.code, error.message, path) : error;
    }
  }
  if (least !== undefined) return checkNumber(dimension, value, least, path);
  const trimmed = value.trim();
  if (trimmed !== '' && trimmed.length <= LONGEST_VALUE && isReadable(trimmed)) return trimmed;
  throw invalid(path, `a value of ${dimension} has 1 to ${LONGEST_VALUE} readable characters`);
}

function checkNumber(dimension: Dimension, value: string, least: number, path: readonly string[]): string {
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= LARGEST_NUMBER) return String(number);
  throw invalid(path, `a value of ${dimension} is a whole number, ${least} or more, not "${shown(value)}"`);
}

function shown(value: string): string {
  return isReadable(value) ? value.slice(0, 40) : '?';
}

function required(field: readonly string[], message: string): DomainError {
  return new DomainError('REQUIRED', message, field);
}

function invalid(field: readonly string[], message: string): DomainError {
  return new DomainError('INVALID_VALUE', message, field);
}

/**
 * The criteria with the successors of dropped tiers beside them; the very same where none of them is about such a
 * tier. The dropped keys stay, because past days know their tiers by them.
 *
 * @param successors new key by dropped key
 */
export function withSuccessors(
  criteria: readonly SegmentCriterion[],
  successors: ReadonlyMap<string, string>,
): readonly SegmentCriterion[] {
  const isConcerned = ({ dimension, values }: SegmentCriterion): boolean =>
    dimension === 'TIER' && values.some((key) => successors.has(key));
  if (!criteria.some(isConcerned)) return criteria;
  return criteria.map((criterion) => {
    if (!isConcerned(criterion)) return criterion;
    const added = criterion.values.flatMap((key) => successors.get(key) ?? []);
    return { ...criterion, values: [...new Set([...criterion.values, ...added])] };
  });
}
