import { type CsmTerm } from '../app/csm-import';
import { type AssignmentRowContent } from '../app/portfolio-import';
import { type SupportRowContent } from '../app/support-import';
import {
  ACCOUNT_FIELDS,
  type AccountField,
  type AccountFieldValue,
  type AccountValues,
} from '../domain/account';
import { checkExternalId, readField } from '../domain/account-field';
import { type CalendarDate } from '../domain/calendar';
import { checkEnd, FULL_TIME, parseFte, SINCE_EVER } from '../domain/csm';
import { DomainError } from '../domain/errors';
import { type Money } from '../domain/money';
import { parseMonth } from '../domain/support-month';
import { type CsvColumn, type CsvRow } from './csv-file';

/** The fields that `import accounts --map` knows (spec section 14). */
export const ACCOUNT_IMPORT_FIELDS: readonly CsvColumn[] = [
  { field: 'externalId', required: true },
  ...ACCOUNT_FIELDS.map((field) => ({ field, required: false })),
  { field: 'currency', required: false },
];

/** The fields that `import subscriptions --map` knows (spec section 14). */
export const SUBSCRIPTION_IMPORT_FIELDS: readonly CsvColumn[] = [
  { field: 'account', required: true },
  { field: 'start', required: true },
  { field: 'end', required: false },
  { field: 'arr', required: true },
  { field: 'seats', required: false },
  { field: 'product', required: false },
  { field: 'plan', required: false },
  { field: 'currency', required: false },
];

/** The fields that `import csms --map` knows (spec section 14). */
export const CSM_IMPORT_FIELDS: readonly CsvColumn[] = [
  { field: 'externalId', required: true },
  { field: 'name', required: false },
  { field: 'email', required: false },
  { field: 'fte', required: false },
  { field: 'regions', required: false },
  { field: 'languages', required: false },
  { field: 'industries', required: false },
  { field: 'pool', required: false },
  { field: 'from', required: false },
  { field: 'to', required: false },
];

/** The fields that `import portfolios --map` knows (spec section 14). */
export const PORTFOLIO_IMPORT_FIELDS: readonly CsvColumn[] = [
  { field: 'account', required: true },
  { field: 'csm', required: false },
  { field: 'pool', required: false },
  { field: 'executiveSponsor', required: false },
  { field: 'from', required: false },
];

/** The fields that `import support --map` knows (spec section 14). */
export const SUPPORT_IMPORT_FIELDS: readonly CsvColumn[] = [
  { field: 'account', required: true },
  { field: 'month', required: true },
  { field: 'tickets', required: false },
  { field: 'answeredInTime', required: false },
  { field: 'adoptionPercent', required: false },
];

/** One account of a file. `currency` is undefined, and a value absent, where the file has no such column. */
export interface ImportedAccount {
  readonly externalId: string;
  readonly currency: string | null | undefined;
  readonly values: Partial<AccountValues>;
}

/** One subscription line of a file: it runs on a day if start <= day and end is null or > day. */
export interface ImportedSubscriptionLine {
  /** The external id of the account. */
  readonly account: string;
  readonly start: CalendarDate;
  readonly end: CalendarDate | null;
  readonly arr: Money;
  readonly seats: number | null;
  readonly product: string | null;
  readonly plan: string | null;
  /** As the file says, in capitals; whether it is the base currency is not checked here. */
  readonly currency: string | null;
}

/**
 * Reads an account from a row; an empty cell is null (not known), an unmapped column stays absent.
 * Throws REQUIRED or INVALID_VALUE that names the field.
 */
export function accountFromRow(row: CsvRow): ImportedAccount {
  const externalId = checkExternalId(row.cells.externalId ?? '');
  const values: Partial<Record<AccountField, AccountFieldValue>> = {};
  for (const field of ACCOUNT_FIELDS) {
    const text = row.cells[field];
    if (text !== undefined) values[field] = readField(field, text);
  }
  const currency = row.cells.currency;
  return {
    externalId,
    currency: currency === undefined ? undefined : readCurrency(currency),
    values: values as Partial<AccountValues>,
  };
}

/** Reads a subscription line from a row. Throws REQUIRED or INVALID_VALUE that names the field. */
export function subscriptionLineFromRow(row: CsvRow): ImportedSubscriptionLine {
  const cell = (field: string): string => row.cells[field] ?? '';
  const account = required('account', read('account', 'parentExternalId', cell('account')));
  const start = required('start', read('start', 'customerSince', cell('start')));
  const end = read('end', 'renewalDate', cell('end'));
  if (end !== null && end < start) {
    throw new DomainError('INVALID_VALUE', `end (${end}) is before start (${start})`, ['end']);
  }
  return {
    account,
    start,
    end,
    arr: required('arr', read('arr', 'arr', cell('arr'))),
    seats: read('seats', 'seatsPurchased', cell('seats')),
    product: read('product', 'plan', cell('product')),
    plan: read('plan', 'plan', cell('plan')),
    currency: readCurrency(cell('currency')),
  };
}

/**
 * Reads one row of a CSM: a term of employment with what is known of the person. Lists are separated by ; or |.
 * Throws REQUIRED or INVALID_VALUE that names the field.
 */
export function csmTermFromRow(row: CsvRow): CsmTerm {
  const { cells } = row;
  const text = (field: string): string | null | undefined =>
    cells[field] === undefined ? undefined : cells[field].trim() || null;
  const list = (field: string): readonly string[] | undefined =>
    cells[field]
      ?.split(/[;|]/)
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
  const day = (field: string): CalendarDate | null => read(field, 'customerSince', cells[field] ?? '');
  const [from, to] = [day('from') ?? SINCE_EVER, day('to')];
  checkEnd({ from, to }, 'to');
  const fte = text('fte') ?? null;
  return {
    values: {
      name: text('name') ?? undefined,
      email: text('email'),
      regions: list('regions'),
      languages: list('languages'),
      industries: list('industries'),
    },
    term: { from, to, fte: fte === null ? FULL_TIME : parseFte(fte) },
    pool: text('pool'),
    saysWhen: ['fte', 'from', 'to'].some((field) => cells[field] !== undefined),
  };
}

/**
 * Reads who looks after an account from a row; without `from` it is from the day of the import. Throws REQUIRED or
 * INVALID_VALUE that names the field.
 */
export function assignmentFromRow(row: CsvRow): AssignmentRowContent {
  const cell = (field: string): string => (row.cells[field] ?? '').trim();
  const [csm, pool] = [cell('csm'), cell('pool')];
  if ((csm === '') === (pool === '')) {
    throw new DomainError(
      csm === '' ? 'REQUIRED' : 'INVALID_VALUE',
      'an account is looked after by a csm or by a pool; give one of them',
      ['csm'],
    );
  }
  return {
    owner: csm === '' ? { kind: 'POOL', externalId: pool } : { kind: 'CSM', externalId: csm },
    executiveSponsor: row.cells.executiveSponsor === undefined ? undefined : cell('executiveSponsor') || null,
    from: read('from', 'customerSince', cell('from')),
  };
}

/** Reads the figures of a month from a row. Throws REQUIRED or INVALID_VALUE that names the field. */
export function supportMonthFromRow({ cells }: CsvRow): SupportRowContent {
  const whole = (field: 'tickets' | 'answeredInTime'): number | null | undefined =>
    cells[field] === undefined ? undefined : read(field, 'employees', cells[field]);
  return {
    month: parseMonth(cells.month ?? ''),
    figures: {
      tickets: whole('tickets'),
      answeredInTime: whole('answeredInTime'),
      adoptionPercent: cells.adoptionPercent === undefined ? undefined : readPercent(cells.adoptionPercent),
    },
  };
}

/** "83", "83.5" or "83.5%"; null for an empty cell. */
function readPercent(text: string): number | null {
  const match = /^(\d{1,3}(?:\.\d{1,10})?)\s?%?$/.exec(text.trim());
  if (text.trim() === '') return null;
  if (match !== null) return Number(match[1]);
  throw new DomainError('INVALID_VALUE', 'adoptionPercent must be a number from 0 to 100', [
    'adoptionPercent',
  ]);
}

/** Reads a cell by the rules of an account's field of the same kind, under the name that the file's field has. */
function read<F extends AccountField>(field: string, like: F, text: string): AccountValues[F] {
  try {
    return readField(like, text) as AccountValues[F];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const message = error.message.startsWith(`${like} `)
      ? field + error.message.slice(like.length)
      : error.message;
    throw new DomainError(error.code, message, [field]);
  }
}

function required<T>(field: string, value: T | null): T {
  if (value === null) throw new DomainError('REQUIRED', `${field} is empty; give a value`, [field]);
  return value;
}

function readCurrency(text: string): string | null {
  const currency = text.trim().toUpperCase();
  if (currency === '') return null;
  if (/^[A-Z]{3}$/.test(currency)) return currency;
  throw new DomainError('INVALID_VALUE', 'currency must be a code of ISO 4217, such as USD', ['currency']);
}
