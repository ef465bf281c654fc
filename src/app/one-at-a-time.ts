import { Interruption } from './ports/interruption';

const MOST_WAITING = 8;

/** Does one piece of work after another, in the order in which they were asked for, and lets only so many wait. */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve();
  private begunOrWaiting = 0;

  constructor(private readonly mostWaiting = MOST_WAITING) {}

  /** Throws OVERLOADED, before anything is done, where too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.begunOrWaiting > this.mostWaiting) {
      throw Interruption.overloaded('others wait for this work already, and it is done one at a time');
    }
    this.begunOrWaiting += 1;
    const result = this.last.then(work, work);
    this.last = result;
    try {
      return await result;
    } finally {
      this.begunOrWaiting -= 1;
    }
  }
}
