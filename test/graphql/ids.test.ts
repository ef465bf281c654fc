import fc from 'fast-check';
import { fromGlobalId, keyOf, toGlobalId } from '../../src/graphql/ids';

const encode = (text: string) => Buffer.from(text).toString('base64url');

describe('Opaque ids', () => {
  it('stand for the type and the key that they were made of', () => {
    const key = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);
    fc.assert(
      fc.property(fc.constantFrom('Account', 'TierMove'), key, (type, text) => {
        expect(fromGlobalId(toGlobalId(type, text))).toEqual({ type, key: text });
      }),
    );
  });

  it.each([
    ['an empty text', ''],
    ['a bare key', '1'],
    ['a readable id', 'Account:1'],
    ['key 0', encode('Account:0')],
    ['a negative key', encode('Account:-1')],
    ['2^63', encode(`Account:${String(2n ** 63n)}`)],
    ['2^64', encode(`Account:${String(2n ** 64n)}`)],
    ['a key with leading zeros', encode('Account:01')],
    ['a fraction', encode('Account:1.5')],
    ['a key in other digits', encode('Account:١')],
    ['a null byte', encode('Account:1\0')],
    ['a null byte in the id', `${toGlobalId('Account', '1')}\0`],
    ['a lone surrogate', '\ud800'],
    ['SQL', encode("Account:1' OR '1'='1")],
    ['no type', encode(':1')],
    ['no key', encode('Account:')],
    ['a line after the key', encode('Account:1\n')],
    ['padding', `${toGlobalId('Account', '12')}==`],
    ['another alphabet', encode('Account:1').replace('Q', '+')],
    ['stray characters', ` ${toGlobalId('Account', '1')}`],
    ['a megabyte', 'A'.repeat(1_000_000)],
  ])('are null for %s', (_title, id) => {
    expect(fromGlobalId(id)).toBeNull();
  });

  it('are null for any other text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
        const typed = fromGlobalId(text);
        if (typed) expect(toGlobalId(typed.type, typed.key)).toBe(text);
      }),
    );
  });

  it('of another type give no key', () => {
    expect(keyOf('Account', toGlobalId('Account', '7'))).toBe('7');
    expect(keyOf('Account', toGlobalId('TierMove', '7'))).toBeNull();
    expect(keyOf('Account', 'nonsense')).toBeNull();
  });
});
