import { roundedShare } from '../../src/domain/share-target';

test.each([
  [1, 3, 0.333333],
  [2, 3, 0.666667],
  [3, 3, 1],
  [0, 3, 0],
  [0, 0, null],
])('%d of %d is shown as a share of %p', (part, whole, share) => {
  expect(roundedShare(part, whole)).toBe(share);
});
