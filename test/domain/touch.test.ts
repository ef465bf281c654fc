import { defaultPrograms } from '../../src/domain/default-programs';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { DomainError } from '../../src/domain/errors';
import { checkTouch, type Touch } from '../../src/domain/touch';
import { day } from '../support/facts';

const TODAY = day('2026-03-02');
const PROGRAMS = defaultPrograms(DEFAULT_MODEL.tiers);
const TOUCH: Touch = {
  kind: 'TOUCH',
  on: TODAY,
  channel: 'CALL',
  outcome: null,
  note: null,
  skipped: false,
};
const SKIP: Partial<Touch> = { kind: 'BUSINESS_REVIEW', skipped: true, note: 'The customer asked for it.' };

test.each<[string, Partial<Touch>, string, string]>([
  ['of today', {}, 'core', 'ok'],
  ['of a year ago', { on: day('2025-03-02') }, 'core', 'ok'],
  ['of more than a year ago', { on: day('2025-03-01') }, 'core', 'INVALID_VALUE on'],
  ['of tomorrow', { on: day('2026-03-03') }, 'core', 'INVALID_VALUE on'],
  ['with a note that is too long', { note: 'x'.repeat(1_001) }, 'core', 'INVALID_VALUE note'],
  ['of a tier that is owed none', {}, 'tech-touch', 'ok'],
  ['a business review left out', SKIP, 'core', 'ok'],
  ['one left out without a reason', { ...SKIP, note: ' ' }, 'core', 'REQUIRED note'],
  ['one left out that never is', SKIP, 'strategic', 'MAY_NOT_BE_SKIPPED skipped'],
  ['one left out that nobody is owed', SKIP, 'tech-touch', 'INVALID_VALUE skipped'],
  ['a touch left out', { ...SKIP, kind: 'TOUCH' }, 'core', 'INVALID_VALUE skipped'],
])('a touch %s', (_, change, tier, expected) => {
  const check = (): string => {
    try {
      checkTouch({ ...TOUCH, ...change }, TODAY, PROGRAMS[tier]?.businessReviews ?? null);
      return 'ok';
    } catch (error) {
      if (error instanceof DomainError) return `${error.code} ${error.field.join('.')}`;
      throw error;
    }
  };
  expect(check()).toBe(expected);
});
