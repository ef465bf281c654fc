import { DEFAULT_MODEL } from '../../src/domain/defaults';
import {
  type KnownProgram,
  type ProgramState,
  requiredPrograms,
  tellOfProgram,
} from '../../src/domain/digital-program';
import { day } from '../support/facts';

const TODAY = day('2026-06-30');
const state = (running: boolean, since: string): ProgramState => ({
  program: 'ONBOARDING',
  running,
  since: day(since),
});

const known = (running: boolean, since: string, until?: string): KnownProgram => ({
  ...state(running, since),
  until: until === undefined ? null : day(until),
});

describe('what is told of a digital program', () => {
  test.each<[string, KnownProgram | null, ProgramState, ProgramState | null]>([
    ['is kept where nothing was known', null, state(false, '2026-06-01'), state(false, '2026-06-01')],
    [
      'takes the place of the opposite',
      known(true, '2026-01-01'),
      state(false, '2026-06-30'),
      state(false, '2026-06-30'),
    ],
    [
      'may begin on the day of the last change',
      known(true, '2026-06-01'),
      state(false, '2026-06-01'),
      state(false, '2026-06-01'),
    ],
    ['is nothing new where it was so before', known(true, '2026-01-01'), state(true, '2026-06-30'), null],
    ['nor does it reach back then', known(true, '2026-06-01'), state(true, '2026-01-01'), null],
    [
      'begins anew where the account has churned and is back',
      known(true, '2026-01-01', '2026-06-10'),
      state(true, '2026-06-10'),
      state(true, '2026-06-10'),
    ],
  ])('%s', (_title, before, told, expected) => {
    expect(tellOfProgram(before, told, TODAY)).toEqual(expected);
  });

  test.each<[string, KnownProgram | null, ProgramState, string]>([
    ['lies after today', null, state(true, '2026-07-01'), 'lies after today'],
    [
      'lies before the last change',
      known(true, '2026-06-10'),
      state(false, '2026-06-09'),
      'not lie before 2026-06-10',
    ],
    [
      'reaches back before the end of what ended with the account',
      known(true, '2026-01-01', '2026-06-10'),
      state(true, '2026-06-09'),
      'not lie before 2026-06-10',
    ],
    [
      'contradicts what ended later',
      known(true, '2026-01-01', '2026-06-10'),
      state(false, '2026-02-01'),
      'not lie before 2026-06-10',
    ],
  ])('is refused where it %s', (_title, before, told, message) => {
    expect(() => tellOfProgram(before, told, TODAY)).toThrow(message);
  });
});

test('tiers that require programs are those of the model', () => {
  expect(requiredPrograms(DEFAULT_MODEL).map(({ tier, programs }) => `${tier}: ${programs.join()}`)).toEqual([
    'core: NURTURE',
    'scale: ONBOARDING,HEALTH_MONITORING,RENEWAL_NOTICES',
    'tech-touch: ONBOARDING,IN_APP_MESSAGING,RENEWAL_OFFERS',
  ]);
});
