import { arrBands } from '../domain/segment';
import { stampOf } from './account.service';
import { SYSTEM } from './actor';
import { type FigureState } from './ports/book-figures';
import { type Clock } from './ports/clock';
import { NEVER_STOPPING, type Stopping } from './ports/stopping';
import { type UnitOfWork } from './ports/stores';

/** Deltas that are added in one transaction. */
const MOST_AT_ONCE = 50_000;
/** From so many deltas on, counting the accounts is faster than adding them. */
const COUNT_ANEW_FROM = 500_000;

/** What a look at the figures led to. */
export interface KeptFigures {
  /** How many deltas were added. */
  readonly folded: number;
  /** Whether the accounts were counted. */
  readonly counted: boolean;
}

export interface BookFigureLimits {
  readonly mostAtOnce?: number;
  readonly countAnewFrom?: number;
}

/**
 * Keeps the figures of the present book small to read. They are exact whenever it comes to that, since readers add what
 * was not added yet.
 */
export class BookFigureService {
  private readonly mostAtOnce: number;
  private readonly countAnewFrom: number;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    { mostAtOnce = MOST_AT_ONCE, countAnewFrom = COUNT_ANEW_FROM }: BookFigureLimits = {},
  ) {
    this.mostAtOnce = mostAtOnce;
    this.countAnewFrom = countAnewFrom;
  }

  /**
   * Adds to the figures what has changed since the last time, or counts the accounts where they are not kept, or by
   * other ARR bands than those of the published model; and forgets the figures of past days that have been restated.
   * What somebody else is at already is left to them.
   */
  async keepUp(stopping: Stopping = NEVER_STOPPING): Promise<KeptFigures> {
    const state = await this.unitOfWork.observe((stores) => stores.bookFigures.state());
    const arrBounds = state.model && arrBands(state.model).map(({ from }) => from);
    if (arrBounds === null) return { folded: 0, counted: false };
    const stamp = stampOf(SYSTEM, this.clock);
    if (state.restated) await this.unitOfWork.run(stamp, (stores) => stores.pastBooks.settle());
    if (this.isWorthCounting(state, arrBounds)) {
      const counted = await this.unitOfWork.run(stamp, (stores) => stores.bookFigures.countAnew(arrBounds));
      return { folded: 0, counted };
    }
    let folded = 0;
    for (let left = state.waiting; left > 0 && !stopping.aborted; left -= this.mostAtOnce) {
      const some = await this.unitOfWork.run(stamp, (stores) => stores.bookFigures.fold(this.mostAtOnce));
      folded += some ?? 0;
      if (some === null || some < this.mostAtOnce) break;
    }
    return { folded, counted: false };
  }

  private isWorthCounting({ arrBounds, waiting }: FigureState, wanted: readonly string[]): boolean {
    if (arrBounds === null || waiting >= this.countAnewFrom) return true;
    return arrBounds.length !== wanted.length || arrBounds.some((bound, index) => bound !== wanted[index]);
  }
}
