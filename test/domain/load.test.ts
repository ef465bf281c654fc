import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { loadFactor, loadIn, relationshipComplexity } from '../../src/domain/load';

test.each<[string, number, 'EXTRA' | 'LIGHTER' | null, number]>([
  ['a plain account', 0, null, 1],
  ['one relationship fact', 1, null, 1.25],
  ['two relationship facts', 2, null, 1.5625],
  ['all three', 3, null, 1.953125],
  ['extra touch', 0, 'EXTRA', 1.5],
  ['lighter touch', 0, 'LIGHTER', 0.75],
  ['both a fact and extra touch', 1, 'EXTRA', 1.875],
])('%s weighs %d', (_, facts, adjustment, expected) => {
  expect(loadFactor(facts, adjustment, DEFAULT_MODEL)).toBeCloseTo(expected, 12);
});

test.each<[string, number, number]>([
  ['strategic', 1 / 30, 1 / 15],
  ['core', 1 / 100, 1 / 50],
  ['scale', 1 / 500, 1 / 200],
  ['tech-touch', 0, 0],
])('an account in %s takes its share of a full-time CSM', (tier, limit, comfort) => {
  const load = loadIn(DEFAULT_MODEL, tier, 1.5);
  expect(load.limit).toBeCloseTo(1.5 * limit, 12);
  expect(load.comfort).toBeCloseTo(1.5 * comfort, 12);
});

test('what is not known of a relationship makes no account heavier', () => {
  expect(
    relationshipComplexity({ complexImplementation: true, manyStakeholders: null, missionCritical: false }),
  ).toBe(1);
});
