import { ADVISORY_LOCKS } from '../../src/persistence/advisory-locks';

test('every advisory lock has a number of its own', () => {
  const numbers = [7_116_900_001, ...Object.values(ADVISORY_LOCKS)];
  expect(new Set(numbers).size).toBe(numbers.length);
});
