const MAX_KEY = 9_223_372_036_854_775_807n;
const PLAIN_ID = /^([A-Za-z]{1,60}):([1-9][0-9]{0,18})$/;
const MAX_ID_LENGTH = 120;

/** The type of an object and its key in the database, a bigint as text. */
export interface TypedKey {
  readonly type: string;
  readonly key: string;
}

/** The opaque id that the API shows for an object. */
export function toGlobalId(type: string, key: string): string {
  return Buffer.from(`${type}:${key}`, 'latin1').toString('base64url');
}

/**
 * What an opaque id stands for, or null for anything that `toGlobalId` never wrote: other encodings of the same
 * text, keys outside 1 to 2^63 - 1, broken Unicode. The key is safe to give to PostgreSQL as a bigint.
 */
export function fromGlobalId(id: string): TypedKey | null {
  if (id.length > MAX_ID_LENGTH) return null;
  const match = PLAIN_ID.exec(Buffer.from(id, 'base64url').toString('latin1'));
  const [, type, key] = match ?? [];
  if (type === undefined || key === undefined) return null;
  if (key.length === 19 && BigInt(key) > MAX_KEY) return null;
  return toGlobalId(type, key) === id ? { type, key } : null;
}

/** The key of an object of the wanted type, or null when the id is malformed or another type's. */
export function keyOf(type: string, id: string): string | null {
  const typed = fromGlobalId(id);
  return typed?.type === type ? typed.key : null;
}

/** No row has this key, so a filter by an id that names nothing finds nothing. */
export const NO_KEY = '0';

/** As `keyOf`, for a filter. */
export function keyOrNone(type: string, id: string): string {
  return keyOf(type, id) ?? NO_KEY;
}

/** The order of keys of the database, as numbers. */
export function compareKeys(a: string, b: string): number {
  const [one, other] = [BigInt(a), BigInt(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}
