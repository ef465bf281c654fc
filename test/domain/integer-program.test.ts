import { gapOf } from '../../src/domain/integer-program';

describe('how near a goal came to the best that is possible', () => {
  test.each([
    ['the best', 12, 12, 0],
    ['the best but for what a solver cannot tell apart', 12, 12 - 1e-7, 0],
    ['better than its bound, as solvers round', 12, 12.01, 0],
    ['a quarter above it', 4, 3, 0.25],
    ['a quarter above it, of what is better the less it is', -3, -3.75, 0.25],
    ['nothing, where less was possible', 0, -1, 1e6],
    ['unknown, without a bound', 4, Number.NEGATIVE_INFINITY, null],
    ['unknown, with a bound that is none', 4, Number.NaN, null],
  ])('is %s', (_, value, bound, gap) => {
    expect(gapOf({ value, bound })).toBe(gap);
  });
});
