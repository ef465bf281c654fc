import { type CalendarDate, parseDate } from './calendar';
import { DomainError } from './errors';

/** What support and the product tell of an account in one month; null is not known. */
export interface SupportFigures {
  readonly tickets: number | null;
  /** Tickets whose first answer came within what the tier is owed. */
  readonly answeredInTime: number | null;
  /** From 0 to 100, with 2 places. */
  readonly adoptionPercent: number | null;
}

const MOST_TICKETS = 1_000_000;

/** The first day of a month written as 2026-03. Throws REQUIRED, and INVALID_VALUE for anything else. */
export function parseMonth(text: string): CalendarDate {
  const trimmed = text.trim();
  if (trimmed === '')
    throw new DomainError('REQUIRED', 'month is empty; give one such as 2026-03', ['month']);
  if (!/^\d{4}-\d{2}$/.test(trimmed)) throw notAMonth(trimmed);
  try {
    return parseDate(`${trimmed}-01`);
  } catch (error) {
    if (error instanceof DomainError) throw notAMonth(trimmed);
    throw error;
  }
}

/**
 * Checks the figures of one month, and rounds what is a share. Throws INVALID_VALUE for figures out of their ranges and for more tickets answered
 * in time than there were, REQUIRED where the tickets themselves are missing.
 */
export function checkSupportFigures(figures: SupportFigures): SupportFigures {
  const { tickets, answeredInTime, adoptionPercent } = figures;
  checkWhole('tickets', tickets, MOST_TICKETS);
  checkWhole('answeredInTime', answeredInTime, MOST_TICKETS);
  if (adoptionPercent !== null && !(adoptionPercent >= 0 && adoptionPercent <= 100)) {
    throw new DomainError('INVALID_VALUE', 'adoptionPercent must be a number from 0 to 100', [
      'adoptionPercent',
    ]);
  }
  if (answeredInTime !== null && tickets === null) {
    throw new DomainError('REQUIRED', 'answeredInTime is a part of the tickets; give them too', ['tickets']);
  }
  if (answeredInTime !== null && tickets !== null && answeredInTime > tickets) {
    throw new DomainError(
      'INVALID_VALUE',
      `answeredInTime (${answeredInTime}) is more than the tickets (${tickets})`,
      ['answeredInTime'],
    );
  }
  return {
    ...figures,
    adoptionPercent: adoptionPercent === null ? null : Math.round(adoptionPercent * 100) / 100,
  };
}

/** Whether a month says the same. */
export function saysTheSame(a: SupportFigures, b: SupportFigures): boolean {
  return (
    a.tickets === b.tickets &&
    a.answeredInTime === b.answeredInTime &&
    a.adoptionPercent === b.adoptionPercent
  );
}

function checkWhole(field: string, value: number | null, most: number): void {
  if (value === null || (Number.isInteger(value) && value >= 0 && value <= most)) return;
  throw new DomainError('INVALID_VALUE', `${field} must be a whole number from 0 to ${most}`, [field]);
}

function notAMonth(text: string): DomainError {
  return new DomainError(
    'INVALID_VALUE',
    `month ("${text.slice(0, 20)}") must be a year and a month such as 2026-03`,
    ['month'],
  );
}
