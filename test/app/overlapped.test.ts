import { overlapped } from '../../src/app/overlapped';

/** Work that ends when the test says so. */
class Pieces {
  readonly begun: number[] = [];
  private readonly ends = new Map<
    number,
    { resolve: (result: string) => void; reject: (error: Error) => void }
  >();

  readonly work = (batch: number): Promise<string> => {
    this.begun.push(batch);
    return new Promise((resolve, reject) => this.ends.set(batch, { resolve, reject }));
  };

  async finish(batch: number): Promise<void> {
    this.ends.get(batch)?.resolve(`result ${batch}`);
    await everythingElse();
  }

  async fail(batch: number): Promise<void> {
    this.ends.get(batch)?.reject(new Error(`batch ${batch} has failed`));
    await everythingElse();
  }
}

const everythingElse = (): Promise<void> => new Promise(setImmediate);

async function* batches(count: number): AsyncGenerator<number> {
  for (let batch = 1; batch <= count; batch += 1) yield await Promise.resolve(batch);
}

/** Reads all results, as they come. */
function read(results: AsyncIterable<string>): { readonly results: string[]; readonly end: Promise<string> } {
  const read: string[] = [];
  const all = async (): Promise<string> => {
    try {
      for await (const result of results) read.push(result);
      return 'the end';
    } catch (error) {
      return (error as Error).message;
    }
  };
  return { results: read, end: all() };
}

describe('work that overlaps', () => {
  let pieces: Pieces;

  beforeEach(() => {
    pieces = new Pieces();
  });

  test('gives what came of each batch in their order, whichever ends first', async () => {
    const { results, end } = read(overlapped(batches(3), 2, pieces.work));
    await everythingElse();
    expect(pieces.begun).toEqual([1, 2]);
    await pieces.finish(2);
    expect({ begun: pieces.begun, results }).toEqual({ begun: [1, 2], results: [] });
    await pieces.finish(1);
    expect({ begun: pieces.begun, results }).toEqual({ begun: [1, 2, 3], results: ['result 1', 'result 2'] });
    await pieces.finish(3);
    expect(await end).toBe('the end');
    expect(results).toEqual(['result 1', 'result 2', 'result 3']);
  });

  test('is one after the other where only one may go on', async () => {
    const { end } = read(overlapped(batches(2), 1, pieces.work));
    await everythingElse();
    expect(pieces.begun).toEqual([1]);
    await pieces.finish(1);
    expect(pieces.begun).toEqual([1, 2]);
    await pieces.finish(2);
    expect(await end).toBe('the end');
  });

  test('begins no other once one has failed, and does not end before those that go on', async () => {
    const { results, end } = read(overlapped(batches(5), 3, pieces.work));
    await everythingElse();
    let hasEnded = false;
    void end.then(() => (hasEnded = true));
    await pieces.fail(2);
    await pieces.finish(1);
    expect({ begun: pieces.begun, results, hasEnded }).toEqual({
      begun: [1, 2, 3],
      results: ['result 1'],
      hasEnded: false,
    });
    await pieces.finish(3);
    expect(await end).toBe('batch 2 has failed');
    expect(pieces.begun).toEqual([1, 2, 3]);
  });

  test('begins no other once it is told to stop, and gives what came of those that were begun', async () => {
    let stops = false;
    const { results, end } = read(overlapped(batches(5), 2, pieces.work, () => stops));
    await everythingElse();
    stops = true;
    await pieces.finish(1);
    await pieces.finish(2);
    expect(await end).toBe('the end');
    expect({ begun: pieces.begun, results }).toEqual({ begun: [1, 2], results: ['result 1', 'result 2'] });
  });

  test('waits for what goes on when its reader leaves', async () => {
    const results = overlapped(batches(5), 2, pieces.work);
    const first = results.next();
    await everythingElse();
    await pieces.finish(1);
    expect(await first).toEqual({ done: false, value: 'result 1' });
    let hasLeft = false;
    const left = results.return().then(() => (hasLeft = true));
    await everythingElse();
    expect(hasLeft).toBe(false);
    await pieces.finish(2);
    expect(await left).toBe(true);
  });
});
