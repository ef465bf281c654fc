import { serviceChange } from '../../src/domain/tier-history';

type Row = readonly [from: string | null, to: string | null];

test.each<[string, readonly Row[], string | null]>([
  ['nothing that happened', [], null],
  ['a first placement', [[null, 'core']], 'CAME'],
  ['a return', [[null, 'scale']], 'CAME'],
  ['a move up', [['scale', 'core']], 'CHANGED'],
  ['a downgrade that is only pending', [['core', 'core']], null],
  ['a churn', [['core', null]], null],
  [
    'a placement and a move at once',
    [
      [null, 'scale'],
      ['scale', 'core'],
    ],
    'CAME',
  ],
  [
    'two moves that lead back',
    [
      ['core', 'scale'],
      ['scale', 'core'],
    ],
    null,
  ],
  [
    'a grace that ends after a note',
    [
      ['core', 'core'],
      ['core', 'scale'],
    ],
    'CHANGED',
  ],
  [
    'a churn and a return to the same tier',
    [
      ['core', null],
      [null, 'core'],
    ],
    null,
  ],
])('%s changes the service so', (_, rows, expected) => {
  expect(serviceChange(rows.map(([effectiveFrom, effectiveTo]) => ({ effectiveFrom, effectiveTo })))).toBe(
    expected,
  );
});
