import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { type EngagementProgram, programOf } from '../../src/domain/engagement-program';
import { localeOf } from '../../src/domain/locale';
import { units } from '../../src/domain/money';
import { moveNews } from '../../src/domain/move-message';
import { newPromises, servicePromises } from '../../src/domain/service-promise';

const program = (tier: string): EngagementProgram => programOf(DEFAULT_MODEL, tier);
const said = (tier: string, arr: number | null = null): string[] =>
  servicePromises(program(tier), arr === null ? null : units(arr)).map(({ code, values }) =>
    [code, ...Object.values(values)].join(' '),
  );

test.each([
  [
    'strategic',
    [
      'OWN_CONTACT',
      'EXECUTIVE_SPONSOR',
      'PERSONAL_TOUCHES 4',
      'EXECUTIVE_BUSINESS_REVIEW 3',
      'RESPONSE_IN_HOURS 1',
      'ESCALATION_AROUND_THE_CLOCK',
      'CUSTOM_SESSIONS',
      'ONBOARDING_SPECIALIST',
      'ON_SITE_IF_NEEDED',
      'CUSTOM_SUCCESS_PLAN',
      'MUTUAL_ACTION_PLAN',
      'JOINT_ROADMAP',
      'MONTHLY_VALUE_REPORT',
      'EARLY_ACCESS',
      'DIRECT_LINE_TO_PRODUCT',
    ],
  ],
  [
    'core',
    [
      'TEAM_CONTACT',
      'REGULAR_TOUCHES 8',
      'BUSINESS_REVIEW 12',
      'RESPONSE_SAME_BUSINESS_DAY',
      'GROUP_WEBINARS',
      'RECORDINGS',
      'PLAN_TEMPLATE_WITH_GOALS',
      'KICKOFF_CALL',
      'MILESTONE_CALLS',
    ],
  ],
  [
    'scale',
    [
      'TEAM_CONTACT',
      'DIGITAL_TOUCHES 13',
      'BUSINESS_REPORT 12',
      'RESPONSE_IN_HOURS 48',
      'ON_DEMAND_LIBRARY',
      'OCCASIONAL_WEBINARS',
      'WELCOME_SERIES',
      'IN_APP_TOURS',
      'RENEWAL_REMINDER',
    ],
  ],
  [
    'tech-touch',
    [
      'COMMUNITY',
      'RESPONSE_IN_DAYS 3',
      'SELF_SERVICE_TRAINING',
      'SELF_SERVICE_ANALYTICS',
      'CHATBOT_WITH_ESCALATION',
      'RENEWAL_REMINDER',
    ],
  ],
])(
  'a customer in %s can count on what its program says, and hears nothing of work behind the scenes',
  (tier, expected) => {
    expect(said(tier)).toEqual(expected);
  },
);

test.each([
  [49_999, 'BUSINESS_REVIEW 12'],
  [50_000, 'BUSINESS_REVIEW 6'],
])('with %d the business reviews of Core are those of the size', (arr, expected) => {
  expect(said('core', arr)).toContain(expected);
});

test('what is promised more often counts as new', () => {
  const before = servicePromises(program('core'), units(30_000));
  const after = servicePromises(program('core'), units(60_000));
  expect(newPromises(before, after)).toEqual([{ code: 'BUSINESS_REVIEW', values: { months: 6 } }]);
  expect(newPromises(after, after)).toEqual([]);
});

describe('of a move a customer hears', () => {
  const served = (rank: number, tier: string) => ({ rank, program: program(tier) });
  const [strategic, core] = [served(1, 'strategic'), served(2, 'core')];

  test.each([
    ['a first placement', null, core, null],
    ['a farewell', core, null, null],
    ['another name of the same service', core, { rank: 2, program: program('core') }, null],
    ['the successor of a dropped tier, of its rank', core, { rank: 2, program: program('scale') }, 'DOWN'],
    ['a way up', core, strategic, 'UP'],
    ['a way down', strategic, core, 'DOWN'],
  ])('%s', (_, from, to, direction) => {
    expect(moveNews(from, to, null)?.direction ?? null).toBe(direction);
  });

  test('on the way up only what is new, on the way down everything that there is', () => {
    expect(moveNews(served(3, 'scale'), core, null)?.promises.map(({ code }) => code)).not.toContain(
      'TEAM_CONTACT',
    );
    expect(moveNews(strategic, core, null)?.promises).toEqual(servicePromises(core.program, null));
  });
});

test.each([
  ['de', 'de'],
  ['pt-BR', 'pt'],
  [' EN_us ', 'en'],
  ['ms', 'ms'],
  ['id', 'id'],
  ['fr', null],
  ['', null],
  ['constructor', null],
])('"%s" is spoken to in %s', (tag, locale) => {
  expect(localeOf(tag)).toBe(locale);
});
