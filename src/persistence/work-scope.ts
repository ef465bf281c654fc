import { Interruption } from '../app/ports/interruption';

/** How long a piece of work may go on, such as a request. What runs in the database when it ends is cancelled. */
export class WorkScope {
  private ended: Interruption | null = null;
  private readonly watchers = new Set<(reason: Interruption) => void>();
  private timer: NodeJS.Timeout;
  private outlivesCaller = false;

  constructor(limitMs: number) {
    this.timer = setTimeout(this.runOut, limitMs);
  }

  /**
   * Gives what the work gives, or throws as soon as the scope ends, unless that is work that has to say itself
   * what became of it.
   */
  bound<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stopWatching = this.watch((reason) => {
        if (!this.outlivesCaller) reject(reason);
      });
      work.then(
        (result) => {
          stopWatching();
          resolve(result);
        },
        (error: unknown) => {
          stopWatching();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  /** Says that this changes something: it goes on where the caller goes away, and ends as a whole where time runs out. */
  finishWithoutCaller(): void {
    this.outlivesCaller = true;
  }

  /** Gives it another time, counted from now. */
  allow(limitMs: number): void {
    if (this.ended !== null) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.runOut, limitMs);
  }

  /** Whoever asked has gone away. */
  callerLeft(): void {
    if (!this.outlivesCaller) this.end(new Interruption('CANCELLED', 'whoever asked has gone away'));
  }

  /** The work is done. */
  close(): void {
    clearTimeout(this.timer);
  }

  /** Throws the Interruption by which it has ended, if it has. */
  throwIfEnded(): void {
    if (this.ended !== null) throw this.ended;
  }

  /** Tells of the end, once and at once; what comes back stops that. */
  watch(onEnd: (reason: Interruption) => void): () => void {
    this.watchers.add(onEnd);
    return () => this.watchers.delete(onEnd);
  }

  private readonly runOut = (): void => {
    this.end(new Interruption('TIMEOUT', 'there was no time left to finish this; ask for less at once'));
  };

  private end(reason: Interruption): void {
    if (this.ended !== null) return;
    clearTimeout(this.timer);
    this.ended = reason;
    for (const onEnd of [...this.watchers]) onEnd(reason);
    this.watchers.clear();
  }
}
