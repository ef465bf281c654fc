import { defaultPrograms } from '../../src/domain/default-programs';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { programOf, type TouchRules } from '../../src/domain/engagement-program';
import { programsOverTime, type Publication, touchSteps } from '../../src/domain/program-period';
import { day } from '../support/facts';

/** A model whose tiers are those of the built-in one with these keys, published on the day. */
function published(publishedOn: string, ...keys: readonly string[]): Publication {
  const tiers = DEFAULT_MODEL.tiers.filter(({ key }) => keys.includes(key));
  return {
    model: { ...DEFAULT_MODEL, tiers, programs: defaultPrograms(tiers) },
    publishedOn: day(publishedOn),
  };
}

describe('programs over time', () => {
  test.each<[string, Publication[], string[]]>([
    ['nothing was published', [], []],
    ['the only model counts since ever', [published('2026-01-01', 'core', 'scale')], ['core ..', 'scale ..']],
    [
      'one after the other',
      [published('2026-01-01', 'core'), published('2026-02-01', 'core'), published('2026-03-01', 'core')],
      ['core ..2026-02-01', 'core 2026-02-01..2026-03-01', 'core 2026-03-01..'],
    ],
    [
      'a tier that is given up, and one that is new',
      [published('2026-01-01', 'core'), published('2026-02-01', 'scale')],
      ['core ..2026-02-01', 'scale 2026-02-01..'],
    ],
    [
      'the last of several on a day',
      [published('2026-01-01', 'core'), published('2026-02-01', 'scale'), published('2026-02-01', 'core')],
      ['core ..2026-02-01', 'core 2026-02-01..'],
    ],
    [
      'days before the first one are measured by it, though it was replaced on its day',
      [published('2026-01-01', 'core'), published('2026-01-01', 'scale')],
      ['core ..2026-01-01', 'scale 2026-01-01..'],
    ],
    [
      'no day twice where clocks were put back over midnight',
      [published('2026-01-01', 'core'), published('2026-02-02', 'core'), published('2026-02-01', 'scale')],
      ['core ..2026-02-01', 'scale 2026-02-01..'],
    ],
  ])('%s', (_title, publications, expected) => {
    const periods = programsOverTime(publications);
    expect(periods.map(({ tier, from, to }) => `${tier} ${from ?? ''}..${to ?? ''}`)).toEqual(expected);
  });
});

describe('touches by the days as a customer', () => {
  const { touches } = programOf(DEFAULT_MODEL, 'strategic');
  test.each<[string, Partial<TouchRules>, string[]]>([
    ['those of onboarding, then the longest ordinary ones', {}, ['0-30 7', '30-90 14', '90- 28']],
    ['the ordinary ones alone', { onboarding: [] }, ['0- 28']],
    ['none where nobody reaches out', { everyDays: null }, []],
  ])('%s', (_title, change, expected) => {
    const steps = touchSteps({ ...touches, ...change });
    expect(steps.map(({ from, until, every }) => `${from}-${until ?? ''} ${every}`)).toEqual(expected);
  });
});
