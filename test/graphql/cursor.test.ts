import fc from 'fast-check';
import {
  type CursorKind,
  type CursorValue,
  decodeCursor,
  encodeCursor,
  isCursor,
} from '../../src/graphql/cursor';

const ORDER = 'ARR desc, id';
const raw = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const forge = (values: unknown[]) => {
  const [hash] = JSON.parse(Buffer.from(encodeCursor(['1'], ORDER), 'base64url').toString()) as unknown[];
  return raw([hash, ...values]);
};
const refused = expect.objectContaining({ extensions: { code: 'BAD_CURSOR' } }) as Error;

describe('Cursors', () => {
  it('carry their values through, whatever those hold', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
        const cursor = encodeCursor(values, ORDER);
        expect(isCursor(cursor)).toBe(true);
        expect(decodeCursor(cursor, ORDER)).toEqual(values);
      }),
    );
  });

  it('do not serve another ordering', () => {
    expect(() => decodeCursor(encodeCursor(['1'], ORDER), 'name asc, id')).toThrow(refused);
  });

  it.each([
    ['nothing', ''],
    ['plain text', 'abc'],
    ['SQL', "1'; drop table account; --"],
    ['JSON', '["a",1]'],
    ['a broken encoding', `${encodeCursor(['1'], ORDER)}*`],
    ['half a cursor', encodeCursor(['12345'], ORDER).slice(0, 12)],
    ['an object', raw({ a: 1 })],
    ['an empty list', raw([])],
    ['a fingerprint without values', forge([])],
    ['nested values', forge([['1']])],
    ['objects as values', forge([{ toString: 1 }])],
    ['a null byte', forge(['a\0b'])],
    ['a lone surrogate', forge(['\ud800'])],
    ['5,000 characters', forge(['x'.repeat(5_000)])],
  ])('are refused when they are %s', (_title, cursor) => {
    expect(isCursor(cursor)).toBe(false);
    expect(() => decodeCursor(cursor, ORDER)).toThrow(refused);
  });

  it.each<[CursorKind, CursorValue[], CursorValue[]]>([
    [
      'bigint',
      ['1', '-9', '9223372036854775807'],
      ['', '1.5', '9223372036854775808', 'x', 1, true, "1' OR 1=1"],
    ],
    ['decimal', ['1', '-12.50', '9999999999999.99'], ['', '1e5', 'NaN', '1.', 1.5, '1;2']],
    ['date', ['2028-02-29'], ['2027-02-29', '', 'infinity', 20280229]],
    [
      'timestamp',
      ['2026-01-02 03:04:05.678+00', '2026-01-02T03:04:05Z'],
      ['2026-01-02', '2026-02-30 00:00:00+00', '2026-01-02 25:00:00+00', 'now', '2026-01-02 03:04:05+00; x'],
    ],
    ['integer', [0, -5, 2 ** 31 - 1], [1.5, 2 ** 31, '1', true]],
    ['boolean', [true, false], ['true', 1]],
    ['text', ['', "O'Neill", '日本'], [1, true]],
  ])('hold a %s where the column is one', (kind, good, bad) => {
    for (const value of good) {
      expect(decodeCursor(encodeCursor([value, '1'], ORDER), ORDER, [kind, 'bigint'])).toEqual([value, '1']);
    }
    for (const value of bad) {
      expect(() => decodeCursor(encodeCursor([value, '1'], ORDER), ORDER, [kind, 'bigint'])).toThrow(refused);
    }
  });

  it('may hold null in every column but the last, which tells rows apart', () => {
    expect(decodeCursor(encodeCursor([null, '1'], ORDER), ORDER, ['text', 'bigint'])).toEqual([null, '1']);
    expect(() => decodeCursor(encodeCursor(['a', null], ORDER), ORDER, ['text', 'bigint'])).toThrow(refused);
  });

  it.each([[['1']], [['a', '1', '2']]])('need a value for each column, so %p is refused', (values) => {
    expect(() => decodeCursor(encodeCursor(values, ORDER), ORDER, ['text', 'bigint'])).toThrow(refused);
  });
});
