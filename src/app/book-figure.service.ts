import { arrBands } from '../domain/segment';
import { stampOf } from './account.service';
import { SYSTEM } from './actor';
import { type FigureState } from './ports/book-figures';
import { type Clock, type Stamp } from './ports/clock';
import { NEVER_STOPPING, type Stopping } from './ports/stopping';
import { type Stores, type UnitOfWork } from './ports/stores';

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

/** Figures of one sort, which are kept apart from others. */
interface Kept {
  /** Whether they are there as they are wanted. */
  readonly isThere: boolean;
  /** About how many deltas are not added yet. */
  readonly waiting: number;
  readonly fold: (stores: Stores) => Promise<number | null>;
  readonly countAnew: (stores: Stores) => Promise<boolean>;
}

/**
 * Keeps the figures of the present book and the loads of its accounts small to read. They are exact whenever it comes to
 * that, since readers add what was not added yet.
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
   * Adds to the figures and to the loads what has changed since the last time, or counts the accounts where they are not
   * kept, or the figures by other ARR bands than those of the published model; and forgets the figures of past days that
   * have been restated. What somebody else is at already is left to them.
   */
  async keepUp(stopping: Stopping = NEVER_STOPPING): Promise<KeptFigures> {
    const [book, loads] = await this.unitOfWork.observe((stores) =>
      Promise.all([stores.bookFigures.state(), stores.loadFigures.state()]),
    );
    const arrBounds = book.model && arrBands(book.model).map(({ from }) => from);
    if (arrBounds === null) return { folded: 0, counted: false };
    const stamp = stampOf(SYSTEM, this.clock);
    if (book.restated) await this.unitOfWork.run(stamp, (stores) => stores.pastBooks.settle());
    const ofBook = await this.keepUpOne(stamp, stopping, {
      isThere: isKeptBy(arrBounds, book),
      waiting: book.waiting,
      fold: ({ bookFigures }) => bookFigures.fold(this.mostAtOnce),
      countAnew: ({ bookFigures }) => bookFigures.countAnew(arrBounds),
    });
    const ofLoads = await this.keepUpOne(stamp, stopping, {
      isThere: loads.isKept,
      waiting: loads.waiting,
      fold: ({ loadFigures }) => loadFigures.fold(this.mostAtOnce),
      countAnew: ({ loadFigures }) => loadFigures.countAnew(),
    });
    return { folded: ofBook.folded + ofLoads.folded, counted: ofBook.counted || ofLoads.counted };
  }

  private async keepUpOne(
    stamp: Stamp,
    stopping: Stopping,
    { isThere, waiting, fold, countAnew }: Kept,
  ): Promise<KeptFigures> {
    if (!isThere || waiting >= this.countAnewFrom) {
      return { folded: 0, counted: await this.unitOfWork.run(stamp, countAnew) };
    }
    let folded = 0;
    for (let left = waiting; left > 0 && !stopping.aborted; left -= this.mostAtOnce) {
      const some = await this.unitOfWork.run(stamp, fold);
      folded += some ?? 0;
      if (some === null || some < this.mostAtOnce) break;
    }
    return { folded, counted: false };
  }
}

function isKeptBy(wanted: readonly string[], { arrBounds }: FigureState): boolean {
  return arrBounds?.length === wanted.length && arrBounds.every((bound, index) => bound === wanted[index]);
}
