import { FACT_FIELDS, factsOf, changeValues, NO_VALUES } from '../../src/domain/account';
import { day, given, knownValues } from '../support/facts';

const TODAY = day('2026-03-01');

describe('laying given values over an account', () => {
  const acme = knownValues({ arr: '10,000', name: 'Acme', healthScore: 70, renewalDate: '2026-09-01' });

  test('leaves an absent field as it is and makes a null field missing', () => {
    const { values, changes } = changeValues(acme, given({ healthScore: null, arr: '12,000' }), TODAY);
    expect(values).toEqual({ ...acme, healthScore: null, arr: 1_200_000 });
    expect(changes).toEqual([
      { field: 'arr', from: 1_000_000, to: 1_200_000 },
      { field: 'healthScore', from: 70, to: null },
    ]);
  });

  test('finds no change where the same is given again', () => {
    const { values, changes } = changeValues(acme, acme, TODAY);
    expect(values).toEqual(acme);
    expect(changes).toEqual([]);
  });

  test('tells 0 and no from not known', () => {
    const { changes } = changeValues(NO_VALUES, given({ arr: '0', logoValue: false }), TODAY);
    expect(changes).toEqual([
      { field: 'arr', from: null, to: 0 },
      { field: 'logoValue', from: null, to: false },
    ]);
  });
});

describe('an expansion assessment', () => {
  const assessed = knownValues({ expansionAssessment: 'HIGH', expansionAssessedOn: '2025-06-01' });

  test.each([
    {
      case: 'given without a day counts from the day it was given',
      current: NO_VALUES,
      changed: { expansionAssessment: 'HIGH' as const },
      assessedOn: '2026-03-01',
    },
    {
      case: 'given with its day counts from that',
      current: NO_VALUES,
      changed: { expansionAssessment: 'HIGH' as const, expansionAssessedOn: '2026-01-15' },
      assessedOn: '2026-01-15',
    },
    {
      case: 'of today is allowed',
      current: NO_VALUES,
      changed: { expansionAssessment: 'HIGH' as const, expansionAssessedOn: '2026-03-01' },
      assessedOn: '2026-03-01',
    },
    {
      case: 'that changes without a day counts from the day of the change',
      current: assessed,
      changed: { expansionAssessment: 'LOW' as const },
      assessedOn: '2026-03-01',
    },
    {
      case: 'that is repeated by a nightly synchronisation keeps its day',
      current: assessed,
      changed: { expansionAssessment: 'HIGH' as const, expansionAssessedOn: null },
      assessedOn: '2025-06-01',
    },
    {
      case: 'that is confirmed with a new day becomes young again',
      current: assessed,
      changed: { expansionAssessedOn: '2026-02-20' },
      assessedOn: '2026-02-20',
    },
    {
      case: 'that is taken back takes its day with it',
      current: assessed,
      changed: { expansionAssessment: null },
      assessedOn: null,
    },
  ])('$case', ({ current, changed, assessedOn }) => {
    expect(changeValues(current, given(changed), TODAY).values.expansionAssessedOn).toBe(assessedOn);
  });

  test('that is not there has no day', () => {
    expect(() => changeValues(NO_VALUES, given({ expansionAssessedOn: '2026-02-20' }), TODAY)).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', field: ['expansionAssessedOn'] }) as Error,
    );
  });

  test('of tomorrow is refused', () => {
    const tomorrow = given({ expansionAssessment: 'HIGH', expansionAssessedOn: '2026-03-02' });
    expect(() => changeValues(NO_VALUES, tomorrow, TODAY)).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', field: ['expansionAssessedOn'] }) as Error,
    );
  });
});

test('the facts are what placement looks at: renewal, term and company are none of them', () => {
  const facts = factsOf(
    knownValues({ arr: '10,000', name: 'Acme', renewalDate: '2026-09-01', termMonths: 12 }),
  );
  expect(Object.keys(facts)).toEqual(FACT_FIELDS);
  expect(facts.arr).toBe(1_000_000);
  expect(facts).not.toHaveProperty('renewalDate');
  expect(facts).not.toHaveProperty('name');
});
