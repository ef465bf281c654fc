import fc from 'fast-check';
import { DomainError } from '../../src/domain/errors';
import {
  formatHundredths,
  formatMoney,
  hundredthsOf,
  isAtLeastTimes,
  MAX_MONEY,
  type Money,
  parseMoney,
  units,
} from '../../src/domain/money';

describe('amounts are read exactly', () => {
  test.each([
    { text: '0', hundredths: 0 },
    { text: '5', hundredths: 500 },
    { text: '5.5', hundredths: 550 },
    { text: '99999.99', hundredths: 9_999_999 },
    { text: '100000.00', hundredths: 10_000_000 },
    { text: '12.3400', hundredths: 1_234 },
    { text: '+7.01', hundredths: 701 },
    { text: '-0.05', hundredths: -5 },
    { text: '0.07', hundredths: 7 },
    { text: '1.10', hundredths: 110 },
    { text: '9999999999999.99', hundredths: MAX_MONEY },
  ])('"$text" is $hundredths hundredths', ({ text, hundredths }) => {
    expect(parseMoney(text)).toBe(hundredths);
  });

  test('"-0" is plain 0', () => {
    expect(Object.is(parseMoney('-0'), 0)).toBe(true);
  });

  test.each([
    { text: '', why: 'nothing' },
    { text: ' 5', why: 'a blank' },
    { text: '1,000', why: 'a thousands separator' },
    { text: '12.345', why: 'three places' },
    { text: '5.', why: 'a point without places' },
    { text: '.5', why: 'no whole part' },
    { text: '1e5', why: 'an exponent' },
    { text: '$5', why: 'a currency sign' },
    { text: 'NaN', why: 'no number' },
    { text: '٥', why: 'digits of another script' },
    { text: '5\n', why: 'a line break' },
    { text: '10000000000000.00', why: 'more than the largest amount' },
  ])('$why is refused: "$text"', ({ text }) => {
    expect(() => parseMoney(text)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }) as DomainError);
  });

  test('a refusal never repeats more than the beginning of a long text', () => {
    expect(() => parseMoney('x'.repeat(10_000))).toThrow(/^.{1,200}$/);
  });
});

describe('amounts are written with 2 places', () => {
  test.each([
    { hundredths: 0, text: '0.00' },
    { hundredths: 5, text: '0.05' },
    { hundredths: 50, text: '0.50' },
    { hundredths: -5, text: '-0.05' },
    { hundredths: -12_345, text: '-123.45' },
    { hundredths: MAX_MONEY, text: '9999999999999.99' },
  ])('$hundredths hundredths are "$text"', ({ hundredths, text }) => {
    expect(formatHundredths(hundredths)).toBe(text);
  });

  test('what is written reads back as the same amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0 - MAX_MONEY, max: MAX_MONEY }), (hundredths) => {
        expect(parseMoney(formatMoney(hundredths as Money))).toBe(hundredths);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  { decimal: 1.1, hundredths: 110 },
  { decimal: 0.29, hundredths: 29 },
  { decimal: 64.1, hundredths: 6_410 },
  { decimal: 33.33, hundredths: 3_333 },
])('the decimal $decimal is exactly $hundredths hundredths', ({ decimal, hundredths }) => {
  expect(hundredthsOf(decimal)).toBe(hundredths);
  expect(units(decimal)).toBe(hundredths);
});

describe('a multiple is compared exactly', () => {
  test.each([
    { part: 300, whole: 100, multiple: 3, reaches: true },
    { part: 299, whole: 100, multiple: 3, reaches: false },
    { part: 150, whole: 100, multiple: 1.5, reaches: true },
    { part: 149, whole: 100, multiple: 1.5, reaches: false },
    { part: 11, whole: 10, multiple: 1.1, reaches: true },
    { part: 2 * MAX_MONEY, whole: MAX_MONEY, multiple: 2, reaches: true },
    { part: 2 * MAX_MONEY - 1, whole: MAX_MONEY, multiple: 2, reaches: false },
    { part: 1, whole: 0, multiple: 3, reaches: true },
  ])('$part of $whole is $multiple times: $reaches', ({ part, whole, multiple, reaches }) => {
    expect(isAtLeastTimes(part, whole, multiple)).toBe(reaches);
  });
});
