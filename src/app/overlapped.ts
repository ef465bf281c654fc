/**
 * Does the work for up to `most` batches at once, so that one side is busy while the other waits for the database, and
 * gives what came of each in the order of the batches. Once the work for one has failed, or `stops` says so, it begins
 * no other; it never ends before all that was begun has ended.
 */
export async function* overlapped<Batch, Result>(
  batches: AsyncIterable<Batch>,
  most: number,
  work: (batch: Batch) => Promise<Result>,
  stops: () => boolean = () => false,
): AsyncGenerator<Result, void> {
  const running: Promise<Result>[] = [];
  const failed = new Set<Promise<Result>>();
  try {
    for await (const batch of batches) {
      if (failed.size > 0 || stops()) break;
      const piece = work(batch);
      piece.catch(() => failed.add(piece));
      running.push(piece);
      if (running.length < most) continue;
      yield await first(running);
    }
    while (running.length > 0) yield await first(running);
  } finally {
    await Promise.allSettled(running);
  }
}

/** What came of the first piece, which stays among the others until it has ended. */
async function first<Result>(running: Promise<Result>[]): Promise<Result> {
  const [piece] = running;
  if (piece === undefined) throw new Error('there is always a first one');
  try {
    return await piece;
  } finally {
    void running.shift();
  }
}
