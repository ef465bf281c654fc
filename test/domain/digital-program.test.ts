import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { type ProgramState, requiredPrograms, tellOfProgram } from '../../src/domain/digital-program';
import { day } from '../support/facts';

const TODAY = day('2026-06-30');
const state = (running: boolean, since: string): ProgramState => ({
  program: 'ONBOARDING',
  running,
  since: day(since),
});

describe('what is told of a digital program', () => {
  test.each<[string, ProgramState | null, ProgramState, ProgramState | null]>([
    ['is kept where nothing was known', null, state(false, '2026-06-01'), state(false, '2026-06-01')],
    [
      'takes the place of the opposite',
      state(true, '2026-01-01'),
      state(false, '2026-06-30'),
      state(false, '2026-06-30'),
    ],
    [
      'may begin on the day of the last change',
      state(true, '2026-06-01'),
      state(false, '2026-06-01'),
      state(false, '2026-06-01'),
    ],
    ['is nothing new where it was so before', state(true, '2026-01-01'), state(true, '2026-06-30'), null],
    ['nor does it reach back then', state(true, '2026-06-01'), state(true, '2026-01-01'), null],
  ])('%s', (_title, known, told, expected) => {
    expect(tellOfProgram(known, told, TODAY)).toEqual(expected);
  });

  test.each<[string, ProgramState | null, ProgramState, string]>([
    ['lies after today', null, state(true, '2026-07-01'), 'lies after today'],
    [
      'lies before the last change',
      state(true, '2026-06-10'),
      state(false, '2026-06-09'),
      'not lie before 2026-06-10',
    ],
  ])('is refused where it %s', (_title, known, told, message) => {
    expect(() => tellOfProgram(known, told, TODAY)).toThrow(message);
  });
});

test('tiers that require programs are those of the model', () => {
  expect(requiredPrograms(DEFAULT_MODEL).map(({ tier, programs }) => `${tier}: ${programs.join()}`)).toEqual([
    'core: NURTURE',
    'scale: ONBOARDING,HEALTH_MONITORING,RENEWAL_NOTICES',
    'tech-touch: ONBOARDING,IN_APP_MESSAGING,RENEWAL_OFFERS',
  ]);
});
