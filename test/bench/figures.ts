import { percentile } from '../soak/verdict';
import { type Pressed } from './load';
import { type Question } from './question';

/** What one contender did with one question over so many connections, in every round. */
export interface Cell {
  readonly contender: string;
  readonly question: Question;
  readonly connections: number;
  readonly rounds: readonly Pressed[];
}

/** Requests a second: the median of the rounds. */
export function rateOf(cell: Cell): number {
  return percentile(
    cell.rounds.map(({ perSecond }) => perSecond),
    0.5,
  );
}

/** Milliseconds below which the share of all answers lies. */
export function timeOf(cell: Cell, share: number): number {
  return percentile(
    cell.rounds.flatMap(({ times }) => times),
    share,
  );
}

/** How many of the other's requests it does in the same time: the median of the ratios within each round. */
export function ratioOf(cell: Cell, other: Cell): number {
  const ratios = cell.rounds.flatMap(({ perSecond }, round) => {
    const beside = other.rounds[round];
    return beside === undefined || beside.perSecond === 0 ? [] : [perSecond / beside.perSecond];
  });
  return percentile(ratios, 0.5);
}

/** The cell of the contender beside this one; undefined where it took no part. */
export function besideOf(cells: readonly Cell[], cell: Cell, contender: string): Cell | undefined {
  return cells.find(
    (one) =>
      one.contender === contender && one.question === cell.question && one.connections === cell.connections,
  );
}
