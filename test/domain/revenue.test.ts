import fc from 'fast-check';
import { type Money } from '../../src/domain/money';
import { arrMovement } from '../../src/domain/revenue';
import { day, money } from '../support/facts';

const TODAY = day('2026-03-01');

describe('a change of ARR is a movement', () => {
  test.each([
    { from: null, to: '12,000', hadArr: false, kind: 'NEW', why: 'the first ARR' },
    { from: '0', to: '12,000', hadArr: false, kind: 'NEW', why: 'the first ARR after a known 0' },
    { from: '0', to: '12,000', hadArr: true, kind: 'REACTIVATION', why: 'ARR that comes back' },
    { from: null, to: '12,000', hadArr: true, kind: 'REACTIVATION', why: 'ARR that is known again' },
    { from: '12,000', to: '12,000.01', hadArr: true, kind: 'EXPANSION', why: 'a hundredth more' },
    { from: '12,000', to: '11,999.99', hadArr: true, kind: 'CONTRACTION', why: 'a hundredth less' },
    { from: '12,000', to: '0', hadArr: true, kind: 'CHURN', why: 'down to 0' },
    { from: '12,000', to: null, hadArr: true, kind: 'CHURN', why: 'ARR that becomes missing counts as 0' },
  ])('$kind: $why', ({ from, to, hadArr, kind }) => {
    const [before, after] = [from, to].map((text) => (text === null ? null : money(text)));
    expect(arrMovement(before ?? null, after ?? null, hadArr, TODAY)).toEqual({
      kind,
      from: before,
      to: after ?? 0,
      effectiveOn: TODAY,
    });
  });

  test.each([
    { from: null, to: null, why: 'unknown stays unknown' },
    { from: null, to: '0', why: 'a known 0 brings nothing' },
    { from: '0', to: null, why: 'an unknown 0 takes nothing' },
    { from: '0', to: '0', why: '0 stays 0' },
    { from: '12,000', to: '12,000', why: 'the same again' },
  ])('but nothing moves where $why', ({ from, to }) => {
    const [before, after] = [from, to].map((text) => (text === null ? null : money(text)));
    expect(arrMovement(before ?? null, after ?? null, true, TODAY)).toBeNull();
  });

  test('the movements of an account always add up to its ARR', () => {
    const anyArr = fc.option(fc.integer({ min: 0, max: 5 }), { nil: null }) as fc.Arbitrary<Money | null>;
    fc.assert(
      fc.property(fc.array(anyArr, { maxLength: 20 }), (amounts) => {
        let [arr, hadArr, total] = [null as Money | null, false, 0];
        for (const next of amounts) {
          const movement = arrMovement(arr, next, hadArr, TODAY);
          total += movement === null ? 0 : movement.to - (movement.from ?? 0);
          arr = next;
          hadArr ||= (next ?? 0) > 0;
        }
        expect(total).toBe(arr ?? 0);
      }),
      { numRuns: 500 },
    );
  });
});
