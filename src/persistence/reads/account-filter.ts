import {
  ACCOUNT_FILTER_FIELDS,
  type AccountFilter,
  type AccountFilterField,
  type AccountFilterKind,
  type Comparison,
  type SegmentScope,
} from '../../app/ports/account-filter';
import { type CalendarDate, parseDate } from '../../domain/calendar';
import { DomainError } from '../../domain/errors';
import { formatHundredths, parseMoney } from '../../domain/money';
import { columnName } from '../account-columns';
import { type Parameters } from './parameters';
import { segmentSql } from './segment-condition';

export const MOST_FILTER_DEPTH = 3;
export const MOST_FILTER_VALUES = 100;
export const MOST_COMPARISONS = 200;

/** Columns that are not called like their field. */
const COLUMNS: Partial<Record<AccountFilterField, string>> = {
  parentExternalId: 'parent_id',
  tier: 'effective_tier',
  score: 'total',
};

const SQL_TYPES: Record<AccountFilterKind, string> = {
  text: 'text',
  money: 'numeric',
  score: 'numeric',
  // Wider than the columns, so that no whole number is out of range.
  integer: 'bigint',
  boolean: 'boolean',
  date: 'date',
};

const OPERATORS = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
type Operator = keyof typeof OPERATORS;
const COMPARISONS: readonly string[] = [...Object.keys(OPERATORS), 'in', 'contains', 'isNull'];

const HAS_PENDING_DOWNGRADE =
  'EXISTS (SELECT FROM pending_downgrade WHERE pending_downgrade.account_id = a.id)';

const IS_OVERRIDDEN =
  "EXISTS (SELECT FROM tier_override o WHERE o.account_id = a.id AND o.status = 'ACTIVE')";

export interface AccountFilterOptions {
  /** Where the filter stands in the caller's input; errors name the field below it. */
  readonly path?: readonly string[];
  /** What says that a pending downgrade waits out its grace, where that is not the present one. */
  readonly pendingDowngrade?: string;
  /** The past day at whose end an override counts, where that is not the present moment. */
  readonly overriddenOn?: CalendarDate | undefined;
  /** The day of the book that `a` stands for; absent where it is the account table. */
  readonly bookDay?: CalendarDate;
}

/** The column of the account table, or of the book of a past day, that holds the field. */
export function filterColumn(field: AccountFilterField): string {
  return COLUMNS[field] ?? columnName(field);
}

/**
 * The condition over the alias `a`, whose columns are those of the account table, that the filter stands for;
 * values become parameters. A comparison with an unknown value does not hold, so its `not` does; an absent
 * status counts as ACTIVE (spec section 2.3), save for `isNull`. Without a filter: "true".
 *
 * Throws INVALID_VALUE for a null to compare with, a value of another kind, nesting below depth 3, more than
 * 100 values in one `in` and more than 200 comparisons in all.
 */
export function compileAccountFilter(
  filter: AccountFilter | null | undefined,
  parameters: Parameters,
  {
    path = ['where'],
    pendingDowngrade = HAS_PENDING_DOWNGRADE,
    overriddenOn,
    bookDay,
  }: AccountFilterOptions = {},
): string {
  return new Compiler(parameters, pendingDowngrade, overriddenOn, bookDay).filter(filter ?? {}, path, 0);
}

/** The fields that the filter asks about, at any depth. */
export function accountFilterFields(
  filter: AccountFilter | null | undefined,
): Set<AccountFilterField | 'pendingDowngrade'> {
  const fields = new Set<AccountFilterField | 'pendingDowngrade'>();
  for (const part of partsOf(filter)) {
    for (const [name, value] of Object.entries(part)) {
      if (value !== null && value !== undefined && (isField(name) || name === 'pendingDowngrade')) {
        fields.add(name);
      }
    }
  }
  return fields;
}

/** The segments that the filter asks about, at any depth. */
export function accountFilterSegments(filter: AccountFilter | null | undefined): SegmentScope[] {
  return partsOf(filter).flatMap(({ segment }) => segment ?? []);
}

/** The filter and all that are nested in it, as deep as they may be. */
function partsOf(filter: AccountFilter | null | undefined, depth = 0): AccountFilter[] {
  if (filter === null || filter === undefined || depth > MOST_FILTER_DEPTH) return [];
  const nested = [...(filter.and ?? []), ...(filter.or ?? []), filter.not];
  return [filter, ...nested.flatMap((inner) => partsOf(inner, depth + 1))];
}

class Compiler {
  private comparisons = 0;

  constructor(
    private readonly parameters: Parameters,
    private readonly pendingDowngrade: string,
    private readonly overriddenOn: CalendarDate | undefined,
    private readonly bookDay: CalendarDate | undefined,
  ) {}

  filter(filter: AccountFilter, path: readonly string[], depth: number): string {
    if (depth > MOST_FILTER_DEPTH) {
      throw invalid(path, `and, or and not nest at most ${MOST_FILTER_DEPTH} deep`);
    }
    const conditions = Object.entries(filter).flatMap(([name, value]: [string, unknown]) =>
      value === null || value === undefined ? [] : [this.part(name, value, [...path, name], depth)],
    );
    return all(conditions);
  }

  private part(name: string, value: unknown, path: readonly string[], depth: number): string {
    switch (name) {
      case 'and':
        return all(this.each(value as readonly AccountFilter[], path, depth));
      case 'or': {
        const some = this.each(value as readonly AccountFilter[], path, depth);
        return some.length === 0 ? 'false' : `(${some.join(' OR ')})`;
      }
      case 'not':
        return `(${this.filter(value as AccountFilter, path, depth + 1)}) IS NOT TRUE`;
      case 'pendingDowngrade':
        return value === true ? this.pendingDowngrade : `(${this.pendingDowngrade}) IS NOT TRUE`;
      case 'overridden':
        return value === true ? this.overridden() : `NOT ${this.overridden()}`;
      case 'segment':
        return this.segment(value as SegmentScope, path);
      default:
        if (!isField(name)) throw invalid(path, `there is no field "${name.slice(0, 40)}" to filter by`);
        return this.comparison(name, value as Comparison, path);
    }
  }

  private overridden(): string {
    if (this.overriddenOn === undefined) return IS_OVERRIDDEN;
    const day = `${this.parameters.bind(this.overriddenOn)}::date`;
    return `EXISTS (SELECT FROM tier_override o WHERE o.account_id = a.id AND o.started_on <= ${day}
      AND (o.ended_on IS NULL OR o.ended_on > ${day}))`;
  }

  private each(filters: readonly AccountFilter[], path: readonly string[], depth: number): string[] {
    return filters.map((filter, index) => this.filter(filter, [...path, String(index)], depth + 1));
  }

  private segment({ criteria, model, today }: SegmentScope, path: readonly string[]): string {
    this.count(criteria.length, path);
    const { parameters, bookDay } = this;
    return segmentSql(criteria, { model, day: bookDay ?? today, parameters }, bookDay !== undefined);
  }

  private count(comparisons: number, path: readonly string[]): void {
    this.comparisons += comparisons;
    if (this.comparisons > MOST_COMPARISONS) {
      throw invalid(path, `a filter has at most ${MOST_COMPARISONS} comparisons`);
    }
  }

  private comparison(field: AccountFilterField, comparison: Comparison, path: readonly string[]): string {
    const conditions = Object.entries(comparison).flatMap(([name, value]: [string, unknown]) => {
      if (value === undefined || (name === 'isNull' && value === null)) return [];
      const at = [...path, name];
      if (!COMPARISONS.includes(name)) throw invalid(at, `there is no comparison "${name.slice(0, 40)}"`);
      this.count(1, at);
      if (value === null) throw invalid(at, `null cannot be compared with; use isNull`);
      return [this.compare(field, name, value, at)];
    });
    return all(conditions);
  }

  private compare(field: AccountFilterField, name: string, value: unknown, path: readonly string[]): string {
    const kind = ACCOUNT_FILTER_FIELDS[field];
    if (name === 'isNull') {
      if (typeof value !== 'boolean') throw invalid(path, 'isNull is true or false');
      if (this.isLookedUp(field)) return `${value ? 'NOT ' : ''}${lookedUpOwner(field, 'true')}`;
      return `a.${filterColumn(field)} IS ${value ? '' : 'NOT '}NULL`;
    }
    if (name === 'contains') {
      if (kind !== 'text') throw invalid(path, `only texts can be searched with contains`);
      const pattern = `%${textOf(value, path).replace(/[\\%_]/g, '\\$&')}%`;
      return this.operand(field, (column) => `${column} ILIKE ${this.parameters.bind(pattern)}`);
    }
    if (name === 'in') {
      const values = this.valuesOf(kind, value, path);
      if (values.length === 0) return 'false';
      return this.operand(
        field,
        (column) => `${column} = ANY(${this.parameters.bind(values)}::${SQL_TYPES[kind]}[])`,
      );
    }
    const place = `${this.parameters.bind(readValue(kind, value, path))}::${SQL_TYPES[kind]}`;
    return this.operand(field, (column) => `${column} ${OPERATORS[name as Operator]} ${place}`);
  }

  /** Puts the condition on the column that holds the field, or on whatever is looked up for it. */
  private operand(field: AccountFilterField, condition: (column: string) => string): string {
    return this.isLookedUp(field)
      ? lookedUpOwner(field, condition('owner.external_id'))
      : operand(field, condition);
  }

  private isLookedUp(field: AccountFilterField): field is 'csm' | 'pool' {
    return this.bookDay === undefined && (field === 'csm' || field === 'pool');
  }

  private valuesOf(kind: AccountFilterKind, value: unknown, path: readonly string[]): unknown[] {
    if (!Array.isArray(value)) throw invalid(path, 'in takes a list of values');
    if (value.length > MOST_FILTER_VALUES) {
      throw invalid(path, `in takes at most ${MOST_FILTER_VALUES} values, not ${value.length}`);
    }
    return value.map((one: unknown, index) => {
      const at = [...path, String(index)];
      if (one === null) throw invalid(at, 'null cannot be compared with; use isNull');
      return readValue(kind, one, at);
    });
  }
}

/** Puts the condition on the column that holds the field, or on the parent's own column. */
function operand(field: AccountFilterField, condition: (column: string) => string): string {
  if (field === 'parentExternalId') {
    return `a.parent_id IN (SELECT parent.id FROM account parent WHERE ${condition('parent.external_id')})`;
  }
  if (field === 'status') return condition(`coalesce(a.status, 'ACTIVE')`);
  return condition(`a.${filterColumn(field)}`);
}

/** Holds for accounts `a` that a CSM, or a pool, looks after now of whom the condition on `owner` holds. */
export function lookedUpOwner(field: 'csm' | 'pool', condition: string): string {
  // Never unknown, so that its opposite holds for accounts that nobody looks after.
  return `(a.${field}_id IS NOT NULL AND a.${field}_id IN (SELECT owner.id FROM ${field} owner WHERE ${condition}))`;
}

function all(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : `(${conditions.join(' AND ')})`;
}

function isField(name: string): name is AccountFilterField {
  return Object.hasOwn(ACCOUNT_FILTER_FIELDS, name);
}

function readValue(kind: AccountFilterKind, value: unknown, path: readonly string[]): unknown {
  switch (kind) {
    case 'text':
      return textOf(value, path);
    case 'money':
    case 'score':
      return decimalOf(value, path);
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value))
        throw invalid(path, 'must be a whole number');
      return String(value);
    case 'boolean':
      if (typeof value !== 'boolean') throw invalid(path, 'must be true or false');
      return value;
    case 'date':
      return at(path, () => parseDate(textOf(value, path)));
  }
}

function textOf(value: unknown, path: readonly string[]): string {
  if (typeof value !== 'string') throw invalid(path, 'must be a text');
  // PostgreSQL has no text that holds this character, so it would refuse the whole statement.
  if (value.includes('\0')) throw invalid(path, 'must not hold control characters');
  return value;
}

/** Hundredths, or a decimal as text. */
function decimalOf(value: unknown, path: readonly string[]): string {
  const hundredths = typeof value === 'string' ? at(path, () => parseMoney(value)) : value;
  if (typeof hundredths !== 'number' || !Number.isSafeInteger(hundredths)) {
    throw invalid(path, 'must be a decimal with at most 2 places');
  }
  return formatHundredths(hundredths);
}

function at<T>(path: readonly string[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DomainError ? new DomainError(error.code, error.message, path) : error;
  }
}

function invalid(path: readonly string[], rule: string): DomainError {
  return new DomainError('INVALID_VALUE', `${path.join('.')}: ${rule}`, path);
}
