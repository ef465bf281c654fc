import { type KeptFigures } from '../../src/app/book-figure.service';
import { FigureKeeper } from '../../src/jobs/figure-keeper';
import { type JobLog } from '../../src/jobs/queue';
import { until } from '../support/until';

const nothing = (): void => undefined;

class Warnings implements JobLog {
  readonly lines: string[] = [];
  readonly debug = nothing;
  readonly info = nothing;
  readonly error = nothing;
  readonly warn = (_figures: object, line: string): void => void this.lines.push(line);
}

/** A keeper whose looks lead to these, one after another, and to nothing once they have come. */
function keeperOf(looks: (KeptFigures | Error)[]): {
  keeper: FigureKeeper;
  log: Warnings;
  tidied: () => number;
} {
  const log = new Warnings();
  let tidied = 0;
  const keeper = new FigureKeeper({
    figures: {
      keepUp: () => {
        const look = looks.shift() ?? { folded: 0, counted: false };
        return look instanceof Error ? Promise.reject(look) : Promise.resolve(look);
      },
    },
    tidy: () => {
      tidied += 1;
      return Promise.resolve();
    },
    log,
  });
  return { keeper, log, tidied: () => tidied };
}

test('it goes on after a failure, and says so', async () => {
  const looks = [new Error('the database is away'), { folded: 1, counted: false }];
  const { keeper, log, tidied } = keeperOf(looks);
  keeper.start();
  await until('it has looked again', () => looks.length === 0);
  await keeper.stop();
  expect(log.lines).toEqual(['the figures of the book could not be kept up']);
  expect(tidied()).toBe(0);
});

test.each([
  ['few deltas', [{ folded: 9_999, counted: false }], 0],
  ['many deltas', [{ folded: 10_000, counted: false }], 1],
  [
    'many by and by',
    [
      { folded: 6_000, counted: false },
      { folded: 6_000, counted: false },
    ],
    1,
  ],
  ['a count', [{ folded: 0, counted: true }], 1],
])('it tidies up after %s or does not', async (_what, looks, times) => {
  const left = [...looks];
  const { keeper, tidied } = keeperOf(left);
  keeper.start();
  await until('it has looked at all', () => left.length === 0);
  await keeper.stop();
  expect(tidied()).toBe(times);
});
