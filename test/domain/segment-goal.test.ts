import { DomainError } from '../../src/domain/errors';
import { checkGoals, isMet, measuredUntil, type SegmentGoal } from '../../src/domain/segment-goal';
import { day } from '../support/facts';

function goal(given: Partial<SegmentGoal> = {}): SegmentGoal {
  return { metric: 'NRR', target: 1.1, from: day('2026-01-01'), to: day('2026-12-31'), ...given };
}

function refusal(goals: readonly SegmentGoal[]): { code: string; field: string } {
  try {
    checkGoals(goals);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { code: error.code, field: error.field.join('.') };
  }
  throw new Error('it was not refused');
}

test.each<[string, readonly SegmentGoal[]]>([
  ['none', []],
  ['whole retention', [goal({ metric: 'GRR', target: 1 }), goal({ metric: 'LOGO_RETENTION', target: 0 })]],
  ['six places', [goal({ target: 1.234567 })]],
  ['growth beyond the whole', [goal({ metric: 'EXPANSION', target: 2 })]],
  ['the same metric in two periods', [goal(), goal({ from: day('2027-01-01'), to: day('2027-12-31') })]],
])('a segment may aim at %s', (_, goals) => {
  expect(checkGoals(goals)).toEqual(goals);
});

test.each<[string, readonly SegmentGoal[], string]>([
  ['eleven goals', Array.from({ length: 11 }, () => goal()), 'goals'],
  ['more than the whole', [goal({ metric: 'GRR', target: 1.000001 })], 'goals.0.target'],
  ['less than nothing', [goal({ target: -0.1 })], 'goals.0.target'],
  ['what is no number', [goal({ target: Number.NaN })], 'goals.0.target'],
  ['without end', [goal({ target: Number.POSITIVE_INFINITY })], 'goals.0.target'],
  ['seven places', [goal({ target: 0.1234567 })], 'goals.0.target'],
  ['a period of no length', [goal({ to: day('2026-01-01') })], 'goals.0.to'],
  ['a period that runs backwards', [goal(), goal({ to: day('2025-01-01') })], 'goals.1.to'],
  ['the same twice', [goal(), goal({ target: 1.2 })], 'goals.1'],
])('a segment may not aim at %s', (_, goals, field) => {
  expect(refusal(goals)).toEqual({ code: 'INVALID_VALUE', field });
});

test.each<[string, string | null]>([
  ['2025-12-31', null],
  ['2026-01-01', '2026-01-01'],
  ['2026-07-01', '2026-07-01'],
  ['2026-12-31', '2026-12-31'],
  ['2027-05-05', '2026-12-31'],
])('on %s it is measured until %s', (today, until) => {
  expect(measuredUntil(goal(), day(today))).toBe(until);
});

test.each<[number | null, boolean | null]>([
  [null, null],
  [1.099999, false],
  [1.1, true],
  [1.2, true],
])('%s of 1.1 is met: %s', (actual, met) => {
  expect(isMet(1.1, actual)).toBe(met);
});
