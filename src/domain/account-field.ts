import {
  ACCOUNT_STATUSES,
  type AccountField,
  type AccountFieldValue,
  type AccountValues,
  LEVELS,
} from './account';
import { parseDate } from './calendar';
import { DomainError } from './errors';
import { MAX_MONEY, parseMoney } from './money';

/** What kind of value each field holds; it decides how text is read and which values are refused. */
export const FIELD_KINDS = {
  status: 'status',
  arr: 'money',
  expansionAssessment: 'level',
  expansionAssessedOn: 'date',
  expansionArr: 'money',
  seatsPurchased: 'count',
  seatsAvailable: 'count',
  seatsUsed: 'count',
  productLinesOwned: 'count',
  productLinesAvailable: 'count',
  logoValue: 'flag',
  referencePotential: 'flag',
  marketInfluence: 'flag',
  partnershipOpportunity: 'flag',
  advancedFeatures: 'flag',
  severalIntegrations: 'flag',
  customConfiguration: 'flag',
  complexImplementation: 'flag',
  manyStakeholders: 'flag',
  missionCritical: 'flag',
  strategicDesignation: 'flag',
  churnRisk: 'level',
  healthScore: 'score',
  usagePercent: 'count',
  name: 'text',
  parentExternalId: 'key',
  industry: 'text',
  employees: 'count',
  annualRevenue: 'money',
  country: 'country',
  region: 'text',
  language: 'language',
  timeZone: 'timeZone',
  plan: 'text',
  customerSince: 'date',
  renewalDate: 'date',
  termMonths: 'months',
} as const satisfies Record<AccountField, string>;

export type FieldKind = (typeof FIELD_KINDS)[AccountField];

const MAX_COUNT = 2_147_483_647;
const MAX_TERM_MONTHS = 1_200;
const MAX_TEXT = 300;
const MAX_KEY = 200;
// Intl has names for these too, but they are unions, test locales or "unknown".
const NOT_COUNTRIES = ['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ'];
// Control characters and lone surrogates: PostgreSQL refuses some of them, and nobody can read the others.
const UNREADABLE = /[\p{Cc}\p{Cs}]/u;
const UNREADABLE_RULE = 'must not hold control characters or broken Unicode';
const UNREADABLE_BUT_LINES = /(?![\n\r\t])[\p{Cc}\p{Cs}]/u;

const READERS: Record<FieldKind, (text: string) => unknown> = {
  status: upperCase,
  level: upperCase,
  money: (text) => parseMoney(text),
  date: (text) => parseDate(text),
  count: readNumber,
  score: readNumber,
  months: readNumber,
  flag: readFlag,
  text: (text) => text,
  key: (text) => text,
  country: upperCase,
  language: (text) => text,
  timeZone: (text) => text,
};

/**
 * Reads a field from the text of a file's cell; an empty cell makes the field missing (section 3).
 * Throws INVALID_VALUE that names the field.
 */
export function readField(field: AccountField, text: string): AccountFieldValue {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return naming(field, () => checkField(field, READERS[FIELD_KINDS[field]](trimmed) as AccountFieldValue));
}

/**
 * Checks one value and brings it into its one form ("uk" is GB). Throws INVALID_VALUE that names the field
 * and says what it takes.
 */
export function checkField<F extends AccountField>(field: F, value: AccountValues[F]): AccountValues[F] {
  if (value === null) return value;
  return CHECKS[FIELD_KINDS[field]](field, value) as AccountValues[F];
}

/** Checks every given field; absent ones stay absent. */
export function checkValues(given: Partial<AccountValues>): Partial<AccountValues> {
  const entries = Object.entries(given) as [AccountField, AccountFieldValue | undefined][];
  return Object.fromEntries(
    entries.flatMap(([field, value]) => (value === undefined ? [] : [[field, checkField(field, value)]])),
  );
}

/** Checks the identifier that the CRM knows an account by. Throws REQUIRED or INVALID_VALUE. */
export function checkExternalId(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') {
    throw new DomainError('REQUIRED', 'externalId is empty; give the identifier of the CRM', ['externalId']);
  }
  return checkText('externalId', trimmed, MAX_KEY);
}

const CHECKS: Record<FieldKind, (field: AccountField, value: unknown) => unknown> = {
  status: (field, value) => oneOf(field, value, ACCOUNT_STATUSES),
  level: (field, value) => oneOf(field, value, LEVELS),
  money: (field, value) => wholeNumber(field, value, 0, MAX_MONEY, 'an amount of 0 or more'),
  date: (field, value) => naming(field, () => parseDate(value as string)),
  count: (field, value) => wholeNumber(field, value, 0, MAX_COUNT, 'a whole number of 0 or more'),
  score: (field, value) => wholeNumber(field, value, 0, 100, 'a whole number from 0 to 100'),
  months: (field, value) =>
    wholeNumber(field, value, 1, MAX_TERM_MONTHS, 'a whole number of months, 1 or more'),
  flag: (field, value) => (typeof value === 'boolean' ? value : refuse(field, 'must be true or false')),
  text: (field, value) => checkText(field, value as string, MAX_TEXT),
  key: (field, value) => checkText(field, value as string, MAX_KEY),
  country: (field, value) => country(field, value as string),
  language: (field, value) => language(field, value as string),
  timeZone: (field, value) => timeZone(field, value as string),
};

/** Checks what a person writes as a reason or a note; it may have several lines. Throws REQUIRED or INVALID_VALUE. */
export function checkNote(field: string, text: string, longest: number): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new DomainError('REQUIRED', `${field} is empty; say why`, [field]);
  if (trimmed.length > longest) return refuse(field, `must have at most ${longest} characters`);
  if (UNREADABLE_BUT_LINES.test(trimmed)) return refuse(field, UNREADABLE_RULE);
  return trimmed;
}

/** Whether a text can be the key of anything: nothing is called by control characters or broken Unicode. */
export function isReadable(text: string): boolean {
  return !UNREADABLE.test(text);
}

/** Lets a refusal that knows only the text say which field it is about. */
function naming<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DomainError ? new DomainError(error.code, error.message, [field]) : error;
  }
}

function refuse(field: string, rule: string): never {
  throw new DomainError('INVALID_VALUE', `${field} ${rule}`, [field]);
}

function oneOf(field: string, value: unknown, allowed: readonly string[]): unknown {
  return allowed.includes(value as string) ? value : refuse(field, `must be one of ${allowed.join(', ')}`);
}

function wholeNumber(field: string, value: unknown, least: number, most: number, rule: string): number {
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  return fits ? value : refuse(field, `must be ${rule}`);
}

/** Checks a text of one line that is not empty, and trims it. Throws INVALID_VALUE. */
export function checkText(field: string, text: string, longest: number): string {
  const trimmed = text.trim();
  if (trimmed === '') return refuse(field, 'is empty; give null if it is not known');
  if (trimmed.length > longest) return refuse(field, `must have at most ${longest} characters`);
  if (UNREADABLE.test(trimmed)) return refuse(field, UNREADABLE_RULE);
  return trimmed;
}

function country(field: string, value: string): string {
  const code = value.toUpperCase() === 'UK' ? 'GB' : value.toUpperCase();
  const known =
    /^[A-Z]{2}$/.test(code) && !NOT_COUNTRIES.includes(code) && regionNames().of(code) !== undefined;
  return known ? code : refuse(field, 'must be a country of ISO 3166-1 as two letters, such as DE');
}

function language(field: string, value: string): string {
  // The form of a tag would allow "german" as well.
  const tag = /^[a-z]{2,3}(-|$)/i.test(value) ? canonicalTag(value) : undefined;
  return tag ?? refuse(field, 'must be a language tag such as de or pt-BR');
}

function canonicalTag(value: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(value)[0];
  } catch {
    return undefined;
  }
}

function timeZone(field: string, value: string): string {
  try {
    // Kept as given: the names that Intl gives back differ from one version of Node to the next.
    new Intl.DateTimeFormat('en', { timeZone: value });
    return value;
  } catch {
    return refuse(field, 'must be a time zone of the IANA database, such as Asia/Jakarta');
  }
}

let names: Intl.DisplayNames | undefined;
function regionNames(): Intl.DisplayNames {
  names ??= new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  return names;
}

function upperCase(text: string): string {
  return text.toUpperCase();
}

function readNumber(text: string): number {
  return /^[+-]?\d{1,15}(\.0*)?$/.test(text) ? Number(text) : Number.NaN;
}

function readFlag(text: string): boolean | string {
  const lower = text.toLowerCase();
  if (['true', 'yes', 'y', '1', 't'].includes(lower)) return true;
  return ['false', 'no', 'n', '0', 'f'].includes(lower) ? false : text;
}
