import { stampOf } from './account.service';
import { SYSTEM } from './actor';
import { type Clock } from './ports/clock';
import { type PastBook } from './ports/past-books';
import { type UnitOfWork } from './ports/stores';

/** How many wait to be counted; who asks for more has them counted when asking again. */
const MOST_WAITING = 20;

/** Keeps the figures of past days that were asked for: counted one after another, behind the answers. */
export class PastBookService {
  private readonly waiting = new Map<string, PastBook>();
  private counting: Promise<void> | null = null;
  private closed = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Has the book counted soon. Never throws, and nobody has to wait. */
  readonly wish = (book: PastBook): void => {
    if (this.closed || this.waiting.size >= MOST_WAITING) return;
    this.waiting.set(JSON.stringify([book.day, book.by]), book);
    this.counting ??= this.countAll();
  };

  /** Waits until all that was wished for is counted. */
  async settled(): Promise<void> {
    await this.counting;
  }

  /** Counts nothing any more once what runs is done. */
  async close(): Promise<void> {
    this.closed = true;
    await this.counting;
  }

  private async countAll(): Promise<void> {
    for (const [key, book] of this.waiting) {
      if (this.closed) break;
      try {
        await this.unitOfWork.run(stampOf(SYSTEM, this.clock), (stores) => stores.pastBooks.keep(book));
      } catch (error) {
        this.failed(error);
      }
      this.waiting.delete(key);
    }
    this.counting = null;
  }
}
