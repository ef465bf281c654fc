/** A type of which arrays are handed over as PostgreSQL itself has them: it need not read any text. */
interface ElementType<Value> {
  /** The number by which PostgreSQL knows it. */
  readonly oid: number;
  /** What is written of a value. Throws TypeError for what is none. */
  read(value: unknown): Value;
  /** The most bytes that it takes. */
  room(value: Value): number;
  /** Gives where its bytes end. */
  write(buffer: Buffer, value: Value, at: number): number;
}

/** Dimensions, whether there are nulls, the type of the elements; how many there are, and the number of the first. */
const HEADER = 20;
const NULL = -1;
const TWO_TO_32 = 4_294_967_296;
/** 2000-01-01, from which PostgreSQL counts days. */
const EPOCH_MS = 946_684_800_000;
const DAY_MS = 86_400_000;
/** The number of the day that comes after every other. */
const ALWAYS_LATER = 2_147_483_647;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const WHOLE = /^-?\d+$/;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
const NEGATIVE = 0x4000;
/** The number that the bytes of a jsonb begin with. */
const JSONB_VERSION = 1;

const TEXT: ElementType<string> = {
  oid: 25,
  read: textOf,
  room: (text) => Buffer.byteLength(text),
  write: (buffer, text, at) => at + buffer.write(text, at),
};

const JSONB: ElementType<string> = {
  oid: 3802,
  read: (value) => JSON.stringify(value),
  room: (json) => 1 + Buffer.byteLength(json),
  write: (buffer, json, at) => {
    buffer[at] = JSONB_VERSION;
    return at + 1 + buffer.write(json, at + 1);
  },
};

const BIGINT: ElementType<bigint | number> = {
  oid: 20,
  read: (value) => {
    if (typeof value === 'string' ? !WHOLE.test(value) : !Number.isSafeInteger(value))
      return refuse(value, 'bigint');
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : BigInt(value as string);
  },
  room: () => 8,
  write: (buffer, value, at) => {
    if (typeof value === 'bigint') return buffer.writeBigInt64BE(value, at);
    const high = Math.floor(value / TWO_TO_32);
    buffer.writeInt32BE(high, at);
    return buffer.writeUInt32BE(value - high * TWO_TO_32, at + 4);
  },
};

const INTEGER: ElementType<number> = {
  oid: 23,
  read: (value) => (typeof value === 'number' && Number.isInteger(value) ? value : refuse(value, 'integer')),
  room: () => 4,
  write: (buffer, value, at) => buffer.writeInt32BE(value, at),
};

const SMALLINT: ElementType<number> = {
  oid: 21,
  read: (value) =>
    typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 32_768
      ? value
      : refuse(value, 'smallint'),
  room: () => 2,
  write: (buffer, value, at) => buffer.writeInt16BE(value, at),
};

const BOOLEAN: ElementType<boolean> = {
  oid: 16,
  read: (value) => (typeof value === 'boolean' ? value : refuse(value, 'boolean')),
  room: () => 1,
  write: (buffer, value, at) => buffer.writeUInt8(value ? 1 : 0, at),
};

const DAY: ElementType<number> = {
  oid: 1082,
  read: (value) => {
    if (value === 'infinity') return ALWAYS_LATER;
    const day = typeof value === 'string' && DATE.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(day) ? refuse(value, 'date') : (day - EPOCH_MS) / DAY_MS;
  },
  room: () => 4,
  write: (buffer, days, at) => buffer.writeInt32BE(days, at),
};

/** A decimal of any length: its digits by four, the first of them so many fours before the point. */
const NUMERIC: ElementType<string> = {
  oid: 1700,
  read: textOf,
  room: (text) => 8 + 2 * (2 + Math.ceil(text.length / 4)),
  write: (buffer, text, at) => {
    const [, sign, whole = '', fraction = ''] = DECIMAL.exec(text) ?? refuse(text, 'numeric');
    const fours = Math.ceil(whole.length / 4);
    const digits = whole.padStart(fours * 4, '0') + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
    let first = 0;
    let last = digits.length / 4;
    while (first < last && four(digits, first) === 0) first += 1;
    while (last > first && four(digits, last - 1) === 0) last -= 1;
    const isZero = first === last;
    buffer.writeInt16BE(last - first, at);
    buffer.writeInt16BE(isZero ? 0 : fours - 1 - first, at + 2);
    buffer.writeInt16BE(sign === '-' && !isZero ? NEGATIVE : 0, at + 4);
    let end = buffer.writeInt16BE(fraction.length, at + 6);
    for (let index = first; index < last; index += 1) end = buffer.writeInt16BE(four(digits, index), end);
    return end;
  },
};

const TYPES: Readonly<Record<string, ElementType<unknown>>> = {
  bigint: BIGINT,
  boolean: BOOLEAN,
  date: DAY,
  integer: INTEGER,
  jsonb: JSONB,
  numeric: NUMERIC,
  smallint: SMALLINT,
  text: TEXT,
};

/** The values as an array of PostgreSQL in its binary form. Throws TypeError for another type, and for no such value. */
export function binaryArray(type: string, values: readonly unknown[]): Buffer {
  const elementType = TYPES[type] ?? refuse(type, 'type of rows');
  const elements = values.map((value) =>
    value === null || value === undefined ? null : elementType.read(value),
  );
  let size = HEADER;
  for (const element of elements) size += 4 + (element === null ? 0 : elementType.room(element));
  const buffer = Buffer.allocUnsafe(size);
  let at = HEADER;
  let hasNulls = false;
  for (const element of elements) {
    if (element === null) {
      hasNulls = true;
      at = buffer.writeInt32BE(NULL, at);
    } else {
      const end = elementType.write(buffer, element, at + 4);
      buffer.writeInt32BE(end - at - 4, at);
      at = end;
    }
  }
  buffer.writeInt32BE(elements.length === 0 ? 0 : 1, 0);
  buffer.writeInt32BE(hasNulls ? 1 : 0, 4);
  buffer.writeInt32BE(elementType.oid, 8);
  // An array of nothing has no dimension.
  if (elements.length === 0) return buffer.subarray(0, 12);
  buffer.writeInt32BE(elements.length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer.subarray(0, at);
}

/** The number of the four digits at an index of fours. */
function four(digits: string, index: number): number {
  return Number(digits.slice(index * 4, index * 4 + 4));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return refuse(value, 'text');
}

function refuse(value: unknown, type: string): never {
  const hint = typeof value === 'object' ? '; all that has parts needs a jsonb column' : '';
  throw new TypeError(`${JSON.stringify(value)} is no ${type}${hint}`);
}
