import { BARE } from './contenders/bare';
import { besideOf, type Cell, rateOf, ratioOf, timeOf } from './figures';
import { QUESTIONS, TITLES } from './question';
import { type Verdict } from './target';

const HEADINGS = ['contender', 'connections', 'requests/s', 'median ms', 'p99 ms', 'of bare'];
const WIDTHS = [26, 12, 12, 11, 10, 9];

/** The figures of all contenders, a table for each question. */
export function tableOf(cells: readonly Cell[]): string {
  return QUESTIONS.flatMap((question) => {
    const ofQuestion = cells.filter((cell) => cell.question === question);
    if (ofQuestion.length === 0) return [];
    return [TITLES[question], line(HEADINGS), ...ofQuestion.map((cell) => rowOf(cell, cells)), ''];
  }).join('\n');
}

/** What is wanted, and whether it was met. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(
      ({ what, wanted, measured, met }) =>
        `${met ? 'met    ' : 'NOT MET'}  ${measured.toFixed(2).padStart(7)}  ${wanted.padEnd(14)}  ${what}`,
    )
    .join('\n');
}

function rowOf(cell: Cell, cells: readonly Cell[]): string {
  const bare = besideOf(cells, cell, BARE);
  return line([
    cell.contender,
    String(cell.connections),
    rateOf(cell).toFixed(0),
    timeOf(cell, 0.5).toFixed(2),
    timeOf(cell, 0.99).toFixed(2),
    bare === undefined || bare === cell ? '' : ratioOf(cell, bare).toFixed(2),
  ]);
}

function line(cells: readonly string[]): string {
  return cells
    .map((text, index) => (index === 0 ? text.padEnd(WIDTHS[0] ?? 0) : text.padStart(WIDTHS[index] ?? 0)))
    .join('')
    .trimEnd();
}
