import { LEVELS } from '../../src/domain/account';
import { addDays, type CalendarDate } from '../../src/domain/calendar';
import { formatMoney, type Money } from '../../src/domain/money';
import { day, money, type WrittenValues } from './facts';
import { type LivingBook, type WrittenLine } from './living-book';

const FIRST_DAY = day('2025-01-01');

/**
 * Fills the book with accounts of which something is known or not, and lets things happen to them for a while:
 * facts change, accounts churn and come back, lines begin and end, some of them long ago. The clock stands
 * one day after the last of it.
 */
export async function liveRandomly(
  book: LivingBook,
  seed: number,
): Promise<{ readonly days: readonly CalendarDate[]; readonly lastDay: CalendarDate }> {
  const random = new Random(seed);
  const names = Array.from({ length: 30 }, (_, n) => `acc-${n}`);
  let today = FIRST_DAY;
  const days: CalendarDate[] = [addDays(today, -200)];
  for (let step = 0; step < 6; step += 1) {
    book.on(today);
    const named = names.filter(() => step === 0 || random.chance(0.4));
    const withLines = new Set(random.chance(0.5) ? named.filter(() => random.chance(0.15)) : []);
    for (const name of named) {
      const values = anyValues(random, today);
      // ARR and churn of an account with lines are theirs to decide, so what is refused then is left out.
      await book.account(name, values).catch(() => undefined);
    }
    for (const name of withLines) await book.lines(name, anyLines(random, today));
    days.push(today);
    today = addDays(today, 1 + random.below(60));
  }
  const lastDay = days.at(-1) ?? FIRST_DAY;
  const now = addDays(lastDay, 1);
  book.on(now);
  return { days: [...days, now], lastDay };
}

function anyValues(random: Random, today: CalendarDate): WrittenValues {
  const values: Record<string, unknown> = {};
  const maybe = (field: string, value: () => unknown): void => {
    if (random.chance(0.6)) values[field] = random.chance(0.15) ? null : value();
  };
  maybe('arr', () => random.amount());
  maybe('industry', () => random.one(['FinTech', 'EdTech', "O'Hara & Söhne"]));
  maybe('plan', () => random.one(['Basic', 'Pro']));
  maybe('region', () => random.one(['EMEA', 'APAC']));
  maybe('country', () => random.one(['DE', 'ID', 'US']));
  maybe('language', () => random.one(['de', 'id']));
  maybe('employees', () => random.below(7_000));
  maybe('annualRevenue', () => money(random.amount()));
  maybe('productLinesOwned', () => 1 + random.below(4));
  maybe('healthScore', () => random.below(101));
  maybe('churnRisk', () => random.one(LEVELS));
  maybe('expansionAssessment', () => random.one(LEVELS));
  maybe('logoValue', () => random.chance(0.5));
  if (random.chance(0.3)) values.customerSince = addDays(today, -random.below(800));
  if (random.chance(0.3)) values.status = random.one(['ACTIVE', 'TRIAL', 'FREE', 'CHURNED', null]);
  return values;
}

function anyLines(random: Random, today: CalendarDate): WrittenLine[] {
  return Array.from({ length: 1 + random.below(4) }, () => {
    const start = addDays(today, -random.below(500));
    const end = random.chance(0.3) ? null : addDays(start, random.below(400));
    return { start, end, arr: random.amount(), seats: random.chance(0.5) ? random.below(100) : null };
  });
}

/** Numbers that follow from a seed (mulberry32). */
export class Random {
  constructor(private state: number) {}

  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  chance(probability: number): boolean {
    return this.below(1_000_000) < probability * 1_000_000;
  }

  one<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** From 0 to 700,000.00, mostly with cents. */
  amount(): string {
    return this.chance(0.15) ? '0' : formatMoney(this.below(70_000_000) as Money);
  }
}
