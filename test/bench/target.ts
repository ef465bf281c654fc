import { BARE } from './contenders/bare';
import { POSTGRAPHILE } from './contenders/postgraphile';
import { TIERBOOK } from './contenders/tierbook';
import { besideOf, type Cell, ratioOf, timeOf } from './figures';
import { type Question, TITLES } from './question';

/** The least share of another contender's requests that Tierbook is to do. */
interface Target {
  readonly question: Question;
  readonly beside: string;
  readonly least: number;
  /** Another share at 50 connections. */
  readonly leastAtFifty?: number;
}

const TARGETS: readonly Target[] = [
  { question: 'account', beside: BARE, least: 0.75 },
  { question: 'page', beside: BARE, least: 0.6, leastAtFifty: 0.5 },
  { question: 'csm-load', beside: BARE, least: 0.7 },
  { question: 'override', beside: BARE, least: 0.5 },
  { question: 'account', beside: POSTGRAPHILE, least: 1.3 },
  { question: 'page', beside: POSTGRAPHILE, least: 1.8 },
  { question: 'csm-load', beside: POSTGRAPHILE, least: 2.5 },
  { question: 'override', beside: POSTGRAPHILE, least: 1.2 },
];
const MOST_P99_OVER_MEDIAN = 4;
const MANY = 50;

export interface Verdict {
  readonly what: string;
  readonly wanted: string;
  readonly measured: number;
  readonly met: boolean;
}

/** What is wanted of Tierbook, and whether it was so; what was not measured is left out. */
export function verdicts(cells: readonly Cell[]): Verdict[] {
  const own = cells.filter(({ contender }) => contender === TIERBOOK);
  const found: Verdict[] = [];
  for (const { question, beside, least, leastAtFifty } of TARGETS) {
    for (const cell of own.filter((one) => one.question === question)) {
      const other = besideOf(cells, cell, beside);
      if (other === undefined) continue;
      const wanted = cell.connections >= MANY ? (leastAtFifty ?? least) : least;
      const measured = ratioOf(cell, other);
      found.push({
        what: `${TITLES[question]}, ${cell.connections} connections, beside ${beside}`,
        wanted: `at least ${wanted}`,
        measured,
        met: measured >= wanted,
      });
    }
  }
  for (const cell of own.filter(({ connections }) => connections === MANY)) {
    const measured = timeOf(cell, 0.99) / timeOf(cell, 0.5);
    found.push({
      what: `${TITLES[cell.question]}, ${MANY} connections, p99 over the median`,
      wanted: `at most ${MOST_P99_OVER_MEDIAN}`,
      measured,
      met: measured <= MOST_P99_OVER_MEDIAN,
    });
  }
  return found;
}
