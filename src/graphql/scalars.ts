import { GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { checkField } from '../domain/account-field';
import { type CalendarDate, parseDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { formatMoney, type Money, parseMoney } from '../domain/money';

const TWO_PLACES = /^-?\d+\.\d{2}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const UTC_TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)(?:\+00(?::?00)?|Z)$/;
const OTHER_TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)([+-]\d{2})(?::?(\d{2}))?$/;
const INSTANT_INPUT =
  /^(\d{4}-\d{2}-\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/**
 * An exact amount with 2 places. Inputs become Money (hundredths); outputs are PostgreSQL's own text, or Money.
 */
export const DecimalScalar = new GraphQLScalarType<Money, string>({
  name: 'Decimal',
  description:
    'An exact decimal with 2 places, written as a string such as "12500.00". Money is in the base currency of ' +
    'the deployment. As an input, whole numbers are taken too.',
  specifiedByURL: 'https://www.w3.org/TR/xmlschema11-2/#decimal',
  serialize(value) {
    if (typeof value === 'string') return TWO_PLACES.test(value) ? value : formatMoney(parseMoney(value));
    if (typeof value === 'number' && Number.isSafeInteger(value)) return formatMoney(value as Money);
    throw new TypeError('a Decimal must be text with at most 2 places, or a whole number of hundredths');
  },
  parseValue(value) {
    if (typeof value === 'string' || typeof value === 'number') return parseMoney(String(value));
    throw invalid('a Decimal is a string such as "12500.00", or a whole number');
  },
  parseLiteral(node) {
    if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT)
      return parseMoney(node.value);
    throw invalid('a Decimal is a string such as "12500.00", or a whole number');
  },
});

/** A day of the calendar, as text on the wire and in the code. */
export const DateScalar = new GraphQLScalarType<CalendarDate, string>({
  name: 'Date',
  description: 'A day of the calendar without a time of day, written as YYYY-MM-DD.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  serialize(value) {
    if (typeof value === 'string' && DAY.test(value)) return value;
    throw new TypeError('a Date must be text of the form YYYY-MM-DD');
  },
  parseValue: readDate,
  parseLiteral: (node) => readDate(textOf(node)),
});

/** A moment, as ISO 8601 text in UTC; PostgreSQL's text of a timestamptz is rewritten, never parsed. */
export const DateTimeScalar = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description:
    'A moment in UTC, written as in 2026-01-02T03:04:05.678Z. As an input, any offset from UTC may be given.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  serialize: writeInstant,
  parseValue: readInstant,
  parseLiteral: (node) => readInstant(textOf(node)),
});

/** A country, checked by the same rule as an imported file's. */
export const CountryCodeScalar = new GraphQLScalarType<string, string>({
  name: 'CountryCode',
  description: 'A country as the two capital letters of ISO 3166-1 alpha-2, such as DE. "UK" is read as GB.',
  specifiedByURL: 'https://www.iso.org/iso-3166-country-codes.html',
  serialize(value) {
    if (typeof value === 'string' && /^[A-Z]{2}$/.test(value)) return value;
    throw new TypeError('a CountryCode must be two capital letters');
  },
  parseValue: readCountry,
  parseLiteral: (node) => readCountry(textOf(node)),
});

/** An object as it is; for answers alone. */
export const JsonObjectScalar = new GraphQLScalarType<never, object>({
  name: 'JSONObject',
  description: 'A JSON object.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259#section-4',
  serialize(value) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    throw new TypeError('a JSONObject must be an object');
  },
  parseValue() {
    throw invalid('a JSONObject is never an input');
  },
});

function textOf(node: ValueNode): unknown {
  return node.kind === Kind.STRING ? node.value : undefined;
}

function readDate(value: unknown): CalendarDate {
  if (typeof value !== 'string') throw invalid('a Date is a string of the form YYYY-MM-DD');
  return parseDate(value);
}

function readCountry(value: unknown): string {
  if (typeof value !== 'string') throw invalid('a CountryCode is a string of two letters, such as "DE"');
  return checkField('country', value) ?? '';
}

function readInstant(value: unknown): string {
  const match = typeof value === 'string' ? INSTANT_INPUT.exec(value) : null;
  if (typeof value !== 'string' || !match) {
    throw invalid('a DateTime is a string with an offset from UTC, such as "2026-01-02T03:04:05Z"');
  }
  parseDate(match[1] ?? '');
  return new Date(value.toUpperCase()).toISOString();
}

function writeInstant(value: unknown): string {
  if (typeof value === 'string') {
    const utc = UTC_TIMESTAMP.exec(value);
    if (utc) return `${utc[1] ?? ''}T${utc[2] ?? ''}Z`;
    const [, day = '', time = '', hours = '', minutes = '00'] = OTHER_TIMESTAMP.exec(value) ?? [];
    if (day) return new Date(`${day}T${time}${hours}:${minutes}`).toISOString();
  }
  if (value instanceof Date) return value.toISOString();
  throw new TypeError('a DateTime must be the text of a moment with an offset from UTC, or a Date');
}

function invalid(message: string): DomainError {
  return new DomainError('INVALID_VALUE', message);
}
