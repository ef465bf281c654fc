import { createHash } from 'node:crypto';
import { parseDate } from '../domain/calendar';
import { codedError } from './errors';

export type CursorValue = string | number | boolean | null;

/** What a value of a cursor must look like before it goes to PostgreSQL as that type. */
export type CursorKind = 'bigint' | 'boolean' | 'date' | 'decimal' | 'integer' | 'text' | 'timestamp';

const MAX_CURSOR_LENGTH = 4_000;
const MAX_FINGERPRINTS = 500;
/** PostgreSQL's integers have 32 bits. */
const MAX_INTEGER = 2_147_483_647;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
const BAD_TEXT = /\0|\p{Surrogate}/u;

const CHECKS: Readonly<Record<CursorKind, (value: string | number | boolean) => boolean>> = {
  bigint: (value) =>
    typeof value === 'string' &&
    /^-?\d{1,19}$/.test(value) &&
    BigInt.asIntN(64, BigInt(value)) === BigInt(value),
  boolean: (value) => typeof value === 'boolean',
  date: (value) => typeof value === 'string' && isDate(value),
  decimal: (value) => typeof value === 'string' && /^-?\d{1,30}(\.\d{1,20})?$/.test(value),
  integer: (value) => typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= MAX_INTEGER,
  text: (value) => typeof value === 'string',
  timestamp: (value) => typeof value === 'string' && isTimestamp(value),
};

/**
 * An opaque cursor to the row that has these values in the columns of the ordering, the id last.
 * The fingerprint names the ordering (and whatever else a cursor must not be carried across).
 */
export function encodeCursor(values: readonly CursorValue[], orderFingerprint: string): string {
  return Buffer.from(JSON.stringify([shortHash(orderFingerprint), ...values])).toString('base64url');
}

/**
 * The values of a cursor. Throws BAD_CURSOR for anything malformed, for a cursor of another ordering, and where
 * `kinds` are given, for values that PostgreSQL could not read as those (null passes, except for the last one).
 */
export function decodeCursor(
  cursor: string,
  orderFingerprint: string,
  kinds?: readonly CursorKind[],
): readonly CursorValue[] {
  const content = read(cursor);
  if (content === null) throw malformed();
  const [hash, ...values] = content;
  if (hash !== shortHash(orderFingerprint)) {
    throw codedError(
      'BAD_CURSOR',
      'the cursor belongs to another ordering of the list; start again without it',
    );
  }
  if (kinds && !fits(values, kinds)) throw malformed();
  return values;
}

/** Whether the text is a cursor of any list at all; `decodeCursor` then says whether it is one of this list. */
export function isCursor(text: string): boolean {
  return read(text) !== null;
}

function malformed(): Error {
  return codedError('BAD_CURSOR', 'the cursor is not one that this API gave; start again without it');
}

function fits(values: readonly CursorValue[], kinds: readonly CursorKind[]): boolean {
  return (
    values.length === kinds.length &&
    kinds.every((kind, index) => {
      const value = values[index] ?? null;
      return value === null ? index < kinds.length - 1 : CHECKS[kind](value);
    })
  );
}

function read(cursor: string): CursorValue[] | null {
  if (cursor.length > MAX_CURSOR_LENGTH || !BASE64URL.test(cursor)) return null;
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(content) && content.length > 1 && content.every(isValue) ? content : null;
  } catch {
    return null;
  }
}

function isValue(value: unknown): value is CursorValue {
  if (typeof value === 'string') return !BAD_TEXT.test(value);
  return (
    value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

function isDate(text: string): boolean {
  try {
    parseDate(text);
    return true;
  } catch {
    return false;
  }
}

function isTimestamp(text: string): boolean {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[ T]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)/.exec(text) ?? [];
  if (day === undefined || time === undefined || !isDate(day)) return false;
  return /^(\.\d{1,6})?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)?$/.test(text.slice(day.length + 1 + time.length));
}

// The orderings of a list are few, and a page of 100 rows asks for the same hash 100 times.
const hashes = new Map<string, string>();

function shortHash(text: string): string {
  const known = hashes.get(text);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 8);
  if (hashes.size >= MAX_FINGERPRINTS) hashes.clear();
  hashes.set(text, hash);
  return hash;
}
