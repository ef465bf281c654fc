import { DomainError } from './errors';

/**
 * An exact amount in the base currency, as a whole number of hundredths.
 * The largest amount (see MAX_MONEY) stays well inside the integers that a number holds exactly.
 */
export type Money = number & { readonly unit: 'hundredths of the base currency' };

/** 9,999,999,999,999.99: the bound of every amount, here and in the database. */
export const MAX_MONEY = 999_999_999_999_999 as Money;

const TOO_LARGE = /^[+-]?\d{14,40}(\.\d{1,2}0*)?$/;
const MONEY_TEXT = /^([+-]?)(\d{1,13})(?:\.(\d{1,2})0*)?$/;

/**
 * Reads "1234.5", "-3" or "100000.00".
 * Throws INVALID_VALUE for anything else, for more than 2 places and for amounts beyond MAX_MONEY.
 */
export function parseMoney(text: string): Money {
  const match = MONEY_TEXT.exec(text);
  if (!match && TOO_LARGE.test(text)) {
    throw new DomainError('INVALID_VALUE', `amounts go up to ${formatMoney(MAX_MONEY)}`);
  }
  if (!match) {
    throw new DomainError(
      'INVALID_VALUE',
      `"${text.slice(0, 40)}" is not an amount; write digits with at most 2 decimal places, such as 12500.00`,
    );
  }
  const [, sign, whole = '0', fraction = ''] = match;
  const hundredths = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return (sign === '-' ? 0 - hundredths : hundredths) as Money;
}

/** "1234.50": always 2 places, never grouped. */
export function formatMoney(amount: Money): string {
  return formatHundredths(amount);
}

/** A whole amount of currency units, for the tables of the default model. */
export function units(amount: number): Money {
  return Math.round(amount * 100) as Money;
}

/** A number of hundredths as a decimal with 2 places. Also used for scores and weights. */
export function formatHundredths(hundredths: number): string {
  const size = Math.abs(hundredths);
  const rest = size % 100;
  return `${hundredths < 0 ? '-' : ''}${(size - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`;
}

/** A decimal of at most 2 places (a weight, a multiple) as a whole number of hundredths. */
export function hundredthsOf(decimal: number): number {
  return Math.round(decimal * 100);
}

/** Whether `part` is at least `multiple` times `whole`, exactly; the multiple has at most 2 places. */
export function isAtLeastTimes(part: number, whole: number, multiple: number): boolean {
  return BigInt(part) * 100n >= BigInt(whole) * BigInt(hundredthsOf(multiple));
}
