import { type AccountFilter } from '../../app/ports/account-filter';
import { ACCOUNT_FIELDS } from '../../domain/account';
import { type CalendarDate } from '../../domain/calendar';
import { DomainError } from '../../domain/errors';
import { columnName } from '../account-columns';
import { compileAccountFilter } from './account-filter';
import { type SqlReader, type StreamOptions } from './database-reader';
import { HISTORY_COLUMNS } from './history.reads';
import { MOVEMENT_COLUMNS } from './movement.reads';
import { Parameters } from './parameters';
import { type ColumnsByField, selectedColumns } from './selected-columns';

/** What can be exported as it is stored, one row of it after another. */
export const FLAT_EXPORTS = ['accounts', 'movements', 'history'] as const;
export type FlatExport = (typeof FLAT_EXPORTS)[number];

/** Values by their names in the API: text as PostgreSQL writes it, numbers and flags as such. */
export type ExportRow = Readonly<Record<string, string | number | boolean | null>>;

const ACCOUNT: ColumnsByField = {
  externalId: 'a.external_id',
  name: 'a.name',
  status: 'a.status',
  arr: 'a.arr',
  tier: 'a.effective_tier',
  computedTier: 'a.computed_tier',
  heldTier: 'a.held_tier',
  score: 'a.total',
  completeness: 'a.completeness',
  provisional: 'a.provisional',
  expansionPotential: 'a.expansion_potential',
  modelVersion: 'a.model_version',
  pendingTarget: 'pending.target_tier',
  detectedOn: 'pending.detected_on',
  graceUntil: 'pending.grace_until',
  graceReason: 'pending.reason',
  tierReviewDueOn: 'a.review_due_on',
  csm: 'csm.external_id',
  pool: 'pool.external_id',
  executiveSponsor: 'assigned.executive_sponsor',
  ...Object.fromEntries(ACCOUNT_FIELDS.map((field) => [field, `a.${columnName(field)}`])),
  parentExternalId: 'parent.external_id',
  designationReason: 'a.designation_reason',
  designationAuthor: 'a.designation_author',
  designatedOn: 'a.designated_on',
  designationReviewOn: 'a.designation_review_on',
  arrFromSubscriptions: 'a.lines_applied_on IS NOT NULL',
  version: 'a.version',
  createdAt: instant('a.created_at'),
  updatedAt: instant('a.updated_at'),
};

const MOVEMENT: ColumnsByField = {
  externalId: 'a.external_id',
  name: 'a.name',
  ...MOVEMENT_COLUMNS,
};

const HISTORY: ColumnsByField = {
  externalId: 'a.external_id',
  name: 'a.name',
  ...HISTORY_COLUMNS,
  occurredAt: instant('h.occurred_at'),
};

interface Export {
  readonly columns: ColumnsByField;
  /** What the columns come from; `a` is the account of each row. */
  readonly from: string;
  readonly orderBy: string;
  /** The day of a row, where it has one that can be asked about. */
  readonly day?: string;
}

export interface FlatQuery {
  readonly where?: AccountFilter | null | undefined;
  /** The first day of the rows, and the last; of exports whose rows have a day. */
  readonly from?: CalendarDate | null | undefined;
  readonly to?: CalendarDate | null | undefined;
}

const EXPORTS: Record<FlatExport, Export> = {
  accounts: {
    columns: ACCOUNT,
    from: `account a LEFT JOIN account parent ON parent.id = a.parent_id
      LEFT JOIN pending_downgrade pending ON pending.account_id = a.id
      LEFT JOIN portfolio_assignment assigned ON assigned.account_id = a.id AND assigned.to_on IS NULL
      LEFT JOIN csm ON csm.id = assigned.csm_id LEFT JOIN pool ON pool.id = assigned.pool_id`,
    orderBy: 'a.id',
  },
  movements: {
    columns: MOVEMENT,
    from: 'arr_movement m JOIN account a ON a.id = m.account_id',
    orderBy: 'm.effective_on, m.id',
    day: 'm.effective_on',
  },
  history: {
    columns: HISTORY,
    from: 'tier_history h JOIN account a ON a.id = h.account_id',
    orderBy: 'h.id',
    day: 'h.occurred_on',
  },
};

/** The names of an export's columns, in their order. */
export function exportColumns(what: FlatExport): string[] {
  return Object.keys(EXPORTS[what].columns);
}

/**
 * The rows of an export of the accounts that the filter leaves, as of one moment and in constant memory. Throws
 * INVALID_VALUE for a filter that says nothing and for a period that ends before it begins.
 */
export function exportRows(
  what: FlatExport,
  database: SqlReader,
  { where = null, from = null, to = null }: FlatQuery = {},
  options: StreamOptions = {},
): AsyncIterable<ExportRow> {
  const { columns, from: source, orderBy, day } = EXPORTS[what];
  if (from !== null && to !== null && from > to) {
    throw new DomainError('INVALID_VALUE', `from (${from}) lies after to (${to})`, ['from']);
  }
  const parameters = new Parameters();
  const conditions = [compileAccountFilter(where, parameters)];
  if (day !== undefined && from !== null) conditions.push(`${day} >= ${parameters.bind(from)}::date`);
  if (day !== undefined && to !== null) conditions.push(`${day} <= ${parameters.bind(to)}::date`);
  return database.stream<ExportRow>(
    `SELECT ${selectedColumns(columns, [], undefined)} FROM ${source} WHERE ${conditions.join(' AND ')} ORDER BY ${orderBy}`,
    parameters.values,
    options,
  );
}

/** The form that moments have in the API; the sessions of readers are in UTC. */
function instant(column: string): string {
  return `replace(replace(${column}::text, ' ', 'T'), '+00', 'Z')`;
}
