import { InvalidArgumentError } from 'commander';
import { TIER_BASES, type TierBasis } from '../app/ports/analytics';
import { type Role, ROLES } from '../app/actor';
import { type CalendarDate, parseDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { checkDimensions, type Dimension, DIMENSIONS } from '../domain/segment';

const MOST_DEMO_ACCOUNTS = 1_000_000;

/** What the words of the command line mean; each throws InvalidArgumentError, which commander words. */
export function readDay(text: string): CalendarDate {
  return refusing(() => parseDate(text));
}

export function readAccounts(text: string): number {
  const accounts = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (accounts >= 1 && accounts <= MOST_DEMO_ACCOUNTS) return accounts;
  throw new InvalidArgumentError(
    `Give a whole number from 1 to ${MOST_DEMO_ACCOUNTS.toLocaleString('en-US')}.`,
  );
}

export function readRole(text: string): Role {
  return oneOf(text, ROLES);
}

export function readTierBasis(text: string): TierBasis {
  return oneOf(text, TIER_BASES);
}

/** "TIER,INDUSTRY" */
export function readDimensions(text: string): readonly Dimension[] {
  const by = text.split(',').map((name) => oneOf(name.trim(), DIMENSIONS));
  return refusing(() => checkDimensions(by));
}

function oneOf<V extends string>(text: string, values: readonly V[]): V {
  const name = text.toUpperCase().replaceAll('-', '_');
  const value = values.find((known) => known === name);
  if (value !== undefined) return value;
  throw new InvalidArgumentError(`"${text.slice(0, 40)}" is none of ${values.join(', ')}.`);
}

function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DomainError ? new InvalidArgumentError(`${error.message}.`) : error;
  }
}
