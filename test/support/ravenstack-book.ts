import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDate } from '../../src/domain/calendar';
import { type PlannedCsm } from '../../src/domain/assignment-plan';
import { LivingBook, type WrittenLine } from './living-book';
import { person } from './plan-book';

const FOLDER = join(__dirname, '../../../shared/data/ravenstack');
const ACCOUNTS = join(FOLDER, 'ravenstack_accounts.csv');
const SUBSCRIPTIONS = join(FOLDER, 'ravenstack_subscriptions.csv');

export const HAS_RAVENSTACK = existsSync(ACCOUNTS) && existsSync(SUBSCRIPTIONS);
export const RAVENSTACK_DAY = '2024-12-31';

type Cells = Readonly<Record<string, string>>;

/** The rows of a file without quotes. */
function rowsOf(path: string): Cells[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell])),
  );
}

/** Loads accounts with their industries, and the lines of each. */
export async function loadRavenStack(book: LivingBook): Promise<void> {
  const accounts = rowsOf(ACCOUNTS);
  await book.seed(
    Object.fromEntries(
      accounts.map(
        ({ account_id: id = '', account_name: name = '', industry = '', signup_date: since = '' }) => [
          id,
          { name, industry, customerSince: parseDate(since) },
        ],
      ),
    ),
  );
  const lines = new Map<string, WrittenLine[]>();
  for (const {
    account_id: id = '',
    start_date: start = '',
    end_date: end = '',
    arr_amount: arr = '',
  } of rowsOf(SUBSCRIPTIONS)) {
    lines.set(id, [...(lines.get(id) ?? []), { start, end: end === '' ? null : end, arr }]);
  }
  for (const [id, some] of lines) await book.lines(id, some);
}

const INDUSTRIES = ['Cybersecurity', 'DevTools', 'EdTech', 'FinTech', 'HealthTech'];

/** 12 invented CSMs: each knows one industry or two, three share a pool, two work part-time. */
export function inventedCsms(): PlannedCsm[] {
  return Array.from({ length: 12 }, (_, index) =>
    person(`csm-${String(index + 1).padStart(2, '0')}`, {
      fte: index === 3 ? 50 : index === 8 ? 80 : 100,
      industries: [
        INDUSTRIES[index % 5] ?? '',
        ...(index % 3 === 0 ? [INDUSTRIES[(index + 2) % 5] ?? ''] : []),
      ],
      ...(index >= 9 && { pool: 'shared' }),
    }),
  );
}
