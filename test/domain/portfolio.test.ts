import fc from 'fast-check';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { DomainError } from '../../src/domain/errors';
import { isEmpty, isWithin } from '../../src/domain/period';
import {
  type Assignment,
  checkCoverage,
  checkUnassignment,
  type Owner,
  planAssignment,
} from '../../src/domain/portfolio';
import { day } from '../support/facts';

const csm = (externalId: string): Owner => ({ kind: 'CSM', externalId });
const pool = (externalId: string): Owner => ({ kind: 'POOL', externalId });

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return `${error.code} ${error.field.join('.')}`;
    throw error;
  }
  return 'none';
}

test.each<[string, string | null, Owner, string | null, string]>([
  ['a named CSM with a sponsor in the top tier', 'strategic', csm('a'), 'CEO', 'none'],
  ['no sponsor in the top tier', 'strategic', csm('a'), null, 'COVERAGE_RULE executiveSponsor'],
  ['a pool in the top tier', 'strategic', pool('p'), 'CEO', 'COVERAGE_RULE pool'],
  ['a pool in the second tier', 'core', pool('p'), null, 'none'],
  ['a named CSM in the third tier', 'scale', csm('a'), null, 'none'],
  ['a named CSM in the lowest tier', 'tech-touch', csm('a'), null, 'COVERAGE_RULE csm'],
  ['a pool in the lowest tier', 'tech-touch', pool('p'), null, 'COVERAGE_RULE pool'],
  ['anybody where no tier is known yet', null, pool('p'), null, 'none'],
])('%s', (_, tier, owner, executiveSponsor, expected) => {
  const check = (status: 'ACTIVE' | 'CHURNED') => (): void => {
    checkCoverage({ status, tier }, { owner, executiveSponsor }, DEFAULT_MODEL);
  };
  expect(refusal(check('ACTIVE'))).toBe(expected);
  expect(refusal(check('CHURNED'))).toBe('ACCOUNT_CHURNED account');
});

test('the top tier alone cannot be left to nobody', () => {
  const outcomes = [...DEFAULT_MODEL.tiers.map(({ key }) => key), null].map((tier) =>
    refusal(() => {
      checkUnassignment({ status: null, tier }, DEFAULT_MODEL);
    }),
  );
  expect(outcomes).toEqual(['COVERAGE_RULE unassign', 'none', 'none', 'none', 'none']);
});

describe('among the assignments of an account', () => {
  const A = { owner: csm('a'), executiveSponsor: null, from: day('2026-01-01'), to: day('2026-03-01') };
  const B = { owner: csm('b'), executiveSponsor: 'CEO', from: day('2026-03-01'), to: null };

  test.each<[string, Assignment[], string, string, string | null, string | null, string | null]>([
    // history, owner, from, until, what it ends, up to when it runs
    ['the first one', [], 'c', '2026-02-01', null, null, null],
    ['one that takes over', [A, B], 'c', '2026-04-01', null, 'b', null],
    ['one on the very day of another', [A, B], 'c', '2026-03-01', null, 'b', null],
    ['a correction of the past', [A, B], 'c', '2026-02-01', null, 'a', '2026-03-01'],
    ['one before everything', [A, B], 'c', '2025-06-01', null, null, '2026-01-01'],
    ['one after an end', [A], 'c', '2026-05-01', null, null, null],
    ['one in a gap', [A, { ...B, from: day('2026-06-01') }], 'c', '2026-05-01', null, null, '2026-06-01'],
    ['one that another will follow', [A, B], 'c', '2026-04-01', '2026-05-01', 'b', '2026-05-01'],
  ])('%s', (_, history, owner, from, until, ended, to) => {
    const wanted = {
      owner: csm(owner),
      executiveSponsor: null,
      from: day(from),
      until: until === null ? null : day(until),
    };
    const plan = planAssignment(history, wanted);
    expect(plan?.ended?.assignment.owner.externalId ?? null).toBe(ended);
    expect(plan?.added).toEqual({ owner: csm(owner), executiveSponsor: null, from, to });
  });

  test.each<[string, string, string | null, string, boolean]>([
    ['the same again', 'b', 'CEO', '2026-03-01', true],
    ['the same later on', 'b', 'CEO', '2026-07-01', true],
    ['the same with another sponsor', 'b', 'CFO', '2026-07-01', false],
    ['the same who had it before', 'a', null, '2026-07-01', false],
  ])('%s is nothing new: %p', (_, owner, executiveSponsor, from, isSame) => {
    const wanted = { owner: csm(owner), executiveSponsor, from: day(from), until: null };
    expect(planAssignment([A, B], wanted) === null).toBe(isSame);
  });

  test('whatever comes, every day has one owner at most, and the new one has the first day', () => {
    const days = fc.integer({ min: 1, max: 28 }).map((n) => day(`2026-02-${String(n).padStart(2, '0')}`));
    const steps = fc.array(fc.record({ owner: fc.constantFrom('a', 'b', 'c').map(csm), from: days }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(steps, (wanted) => {
        let history: Assignment[] = [];
        for (const { owner, from } of wanted) {
          const plan = planAssignment(history, { owner, executiveSponsor: null, from, until: null });
          if (plan !== null) {
            const { ended, added } = plan;
            history = history.map((one) => (one === ended?.assignment ? { ...one, to: ended.to } : one));
            history.push(added);
          }
          const known = history.filter((one) => !isEmpty(one));
          const on = (date: string): string[] =>
            known.filter((one) => isWithin(one, day(date))).map((one) => one.owner.externalId);
          expect(on(from)).toEqual([owner.externalId]);
          for (let n = 1; n <= 28; n += 1) {
            expect(on(`2026-02-${String(n).padStart(2, '0')}`).length).toBeLessThanOrEqual(1);
          }
          expect(known.filter(({ to }) => to === null).length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
