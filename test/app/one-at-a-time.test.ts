import { OneAtATime } from '../../src/app/one-at-a-time';

/** Work that ends when the test says so. */
class Work {
  began = false;
  end: (result: string | Error) => void = () => undefined;
  private readonly ended = new Promise<string>((resolve, reject) => {
    this.end = (result) => {
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
  });

  readonly run = (): Promise<string> => {
    this.began = true;
    return this.ended;
  };
}

/** Lets everything happen that waits for nothing but its turn. */
const everybodysTurn = (): Promise<void> => new Promise(setImmediate);

describe('work that is done one at a time', () => {
  test('begins in order, each when the one before has ended, and everybody gets the own result', async () => {
    const queue = new OneAtATime();
    const works = [new Work(), new Work(), new Work()] as const;
    const results = works.map(({ run }) => queue.run(run));
    const begun = async (): Promise<boolean[]> => {
      await everybodysTurn();
      return works.map(({ began }) => began);
    };
    expect(await begun()).toEqual([true, false, false]);
    // One that could end before its turn waits for it all the same.
    works[1].end('second');
    expect(await begun()).toEqual([true, false, false]);
    works[0].end('first');
    expect(await begun()).toEqual([true, true, true]);
    works[2].end('third');
    expect(await Promise.all(results)).toEqual(['first', 'second', 'third']);
  });

  test('goes on after work that failed, which only its own caller hears of', async () => {
    const queue = new OneAtATime();
    const [broken, sound] = [new Work(), new Work()];
    const results = Promise.allSettled([queue.run(broken.run), queue.run(sound.run)]);
    await everybodysTurn();
    expect(sound.began).toBe(false);
    broken.end(new Error('the database is away'));
    sound.end('done');
    expect(await results).toMatchObject([
      { status: 'rejected', reason: { message: 'the database is away' } },
      { status: 'fulfilled', value: 'done' },
    ]);
  });

  test('refuses at once what comes when enough wait, and takes more once there is room', async () => {
    const queue = new OneAtATime(2);
    const works = [new Work(), new Work(), new Work()] as const;
    const results = works.map(({ run }) => queue.run(run));
    const late = new Work();
    await expect(queue.run(late.run)).rejects.toMatchObject({ code: 'OVERLOADED' });
    works[0].end('first');
    expect(await results[0]).toBe('first');
    const next = queue.run(late.run);
    works[1].end('second');
    works[2].end('third');
    late.end('fourth');
    expect(await Promise.all([...results, next])).toEqual(['first', 'second', 'third', 'fourth']);
  });
});
