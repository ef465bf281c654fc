import { type AccountFieldValue } from '../../src/domain/account';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import {
  completeIntervention,
  dueInterventions,
  type InterventionReason,
  type InterventionSubject,
  isLowTouch,
  type KnownIntervention,
  mayRaise,
  type PastChange,
  raiseIntervention,
  type WatchedChange,
} from '../../src/domain/intervention';
import { UNPLACED } from '../../src/domain/standing';
import { type TieringModel } from '../../src/domain/tiering-model';
import { day, given, type WrittenValues } from '../support/facts';
import { NO_VALUES } from '../../src/domain/account';

const TODAY = day('2026-06-30');

/** An account in Scale, unless another tier is named; null for one that holds none. */
function subject(
  values: WrittenValues,
  { tier = 'scale', hadArr = false }: { tier?: string | null; hadArr?: boolean } = {},
): InterventionSubject {
  const standing = { ...UNPLACED, placed: true, held: tier, computed: tier };
  return { values: { ...NO_VALUES, ...given(values) }, standing, hadArr };
}

function past(
  field: PastChange['field'],
  on: string,
  from: AccountFieldValue,
  to: AccountFieldValue,
): PastChange {
  return { field, on: day(on), from, to };
}

function change(
  before: InterventionSubject | null,
  after: InterventionSubject,
  rest: Partial<WatchedChange> = {},
): WatchedChange {
  return { before, after, csmBefore: null, csm: null, history: [], known: [], ...rest };
}

/** "HEALTH_LOW healthScore 40>39" for each that is raised. */
function raised(
  watched: WatchedChange,
  model: TieringModel = DEFAULT_MODEL,
  replaced?: TieringModel,
): string[] {
  return dueInterventions(watched, TODAY, model, replaced).map(({ reason, evidence }) =>
    [reason, ...evidence.map(({ fact, from, to }) => `${fact} ${from ?? '-'}>${to ?? '-'}`)].join(' '),
  );
}

const health = (from: number | null, to: number | null, rest: Partial<WatchedChange> = {}): WatchedChange =>
  change(subject({ healthScore: from }), subject({ healthScore: to }), rest);

const closed = (reason: InterventionReason, on: string): KnownIntervention[] => [
  { reason, closedOn: day(on) },
];
const open = (reason: InterventionReason): KnownIntervention[] => [{ reason, closedOn: null }];

const TWO = { complexImplementation: true, manyStakeholders: true };
const TWO_SHOWN = 'complexImplementation ->true manyStakeholders ->true';

describe('which tiers are low-touch', () => {
  test.each([
    ['strategic', false],
    ['core', false],
    ['scale', true],
    ['tech-touch', true],
    ['of another model', false],
    ['constructor', false],
  ])('%s: %s', (tier, expected) => {
    expect(isLowTouch(DEFAULT_MODEL, tier)).toBe(expected);
  });

  test('follows the coverage of the programs, not the ranks', () => {
    const { core, scale } = DEFAULT_MODEL.programs;
    if (!core || !scale) throw new Error('the tiers have programs');
    const programs = { ...DEFAULT_MODEL.programs, core: scale, scale: core };
    expect(['core', 'scale'].map((tier) => isLowTouch({ programs }, tier))).toEqual([true, false]);
  });
});

describe('an intervention is raised', () => {
  test.each<[string, WatchedChange, string[]]>([
    ['the health falls from 40 to 39', health(40, 39), ['HEALTH_LOW healthScore 40>39']],
    ['it stays at 40', health(41, 40), []],
    ['it was below 40 already', health(39, 20), []],
    ['it is heard of for the first time', health(null, 20), []],
    ['it becomes unknown', health(60, null), []],
    [
      'it falls behind a gap in what is told',
      health(null, 20, {
        history: [past('healthScore', '2026-06-10', 80, null), past('healthScore', '2026-06-30', null, 20)],
      }),
      ['HEALTH_LOW healthScore 80>20', 'HEALTH_FELL healthScore 80>20'],
    ],
    [
      'it comes back out of a gap as low as it went in',
      health(null, 39, {
        history: [past('healthScore', '2026-06-02', 90, 39), past('healthScore', '2026-06-10', 39, null)],
      }),
      [],
    ],
    [
      'it falls behind the second of two gaps: the last that was known counts',
      health(null, 35, {
        history: [
          past('healthScore', '2026-06-02', 38, null),
          past('healthScore', '2026-06-05', null, 45),
          past('healthScore', '2026-06-10', 45, null),
        ],
      }),
      ['HEALTH_LOW healthScore 45>35'],
    ],
    [
      'a health within a gap is told late',
      health(70, 30, {
        history: [
          past('healthScore', '2026-06-20', 50, null),
          past('healthScore', '2026-07-05', null, 60),
          past('healthScore', '2026-07-06', 60, 70),
        ],
      }),
      ['HEALTH_LOW healthScore 50>30'],
    ],
    [
      'it is heard of first, and was known only later',
      health(70, 30, {
        history: [past('healthScore', '2026-07-05', null, 80), past('healthScore', '2026-07-06', 80, 70)],
      }),
      [],
    ],
    [
      'the gap lies before a return',
      change(subject({}, { tier: null }), subject({ healthScore: 20 }), {
        history: [past('healthScore', '2026-06-10', 80, null)],
      }),
      [],
    ],
    ['it rises', health(20, 39), []],
    ['an intervention for it is open', health(40, 39, { known: open('HEALTH_LOW') }), []],
    [
      'one was closed, and it falls below again',
      health(40, 39, { known: closed('HEALTH_LOW', '2026-06-30') }),
      ['HEALTH_LOW healthScore 40>39'],
    ],
    ['it falls by 30 at once', health(90, 60), ['HEALTH_FELL healthScore 90>60']],
    ['it falls by 29', health(90, 61), []],
    [
      'it falls below 40 and by 30 at once: one for each reason',
      health(70, 39),
      ['HEALTH_LOW healthScore 70>39', 'HEALTH_FELL healthScore 70>39'],
    ],
    [
      'it falls by 30 in two steps within 30 days',
      health(75, 60, { history: [past('healthScore', '2026-06-01', 90, 75)] }),
      ['HEALTH_FELL healthScore 90>60'],
    ],
    [
      'the first step was 30 days ago, which is within them',
      health(75, 60, { history: [past('healthScore', '2026-05-31', 90, 75)] }),
      ['HEALTH_FELL healthScore 90>60'],
    ],
    [
      'the first step was 31 days ago',
      health(75, 60, { history: [past('healthScore', '2026-05-30', 90, 75)] }),
      [],
    ],
    [
      'it has risen in between',
      health(95, 65, {
        history: [past('healthScore', '2026-06-10', 60, 50), past('healthScore', '2026-06-20', 50, 95)],
      }),
      ['HEALTH_FELL healthScore 95>65'],
    ],
    [
      'it recovers, still far below what it was',
      health(45, 50, { history: [past('healthScore', '2026-06-20', 90, 45)] }),
      [],
    ],
    [
      'a fall that a person has looked at goes on by a little',
      health(55, 54, {
        history: [past('healthScore', '2026-06-20', 90, 55)],
        known: closed('HEALTH_FELL', '2026-06-22'),
      }),
      [],
    ],
    [
      'after that it falls by 30 more',
      health(75, 45, {
        history: [past('healthScore', '2026-06-20', 105, 75)],
        known: closed('HEALTH_FELL', '2026-06-22'),
      }),
      ['HEALTH_FELL healthScore 75>45'],
    ],
    [
      'a health of an earlier day is told late, no lower than what held then',
      health(80, 35, { history: [past('healthScore', '2026-07-05', 38, 80)] }),
      [],
    ],
    [
      'a health of an earlier day is told late, and held above 40 then',
      health(20, 39, { history: [past('healthScore', '2026-07-05', 45, 20)] }),
      ['HEALTH_LOW healthScore 45>39'],
    ],
    [
      'the usage passes 80',
      change(subject({ usagePercent: 80 }), subject({ usagePercent: 81 })),
      ['USAGE_HIGH usagePercent 80>81'],
    ],
    ['it reaches 80', change(subject({ usagePercent: 79 }), subject({ usagePercent: 80 })), []],
    ['it was above already', change(subject({ usagePercent: 81 }), subject({ usagePercent: 99 })), []],
    [
      'it passes 80 behind a gap in what is told',
      change(subject({}), subject({ usagePercent: 95 }), {
        history: [past('usagePercent', '2026-06-10', 79, null), past('healthScore', '2026-06-11', 90, null)],
      }),
      ['USAGE_HIGH usagePercent 79>95'],
    ],
    ['usage is heard of first', change(subject({}), subject({ usagePercent: 99 })), []],
    [
      'a trial starts to pay',
      change(subject({ status: 'TRIAL' }), subject({ status: 'ACTIVE', arr: '6000' })),
      ['STARTED_PAYING status TRIAL>ACTIVE arr ->6000.00'],
    ],
    [
      'a free account pays and stays FREE',
      change(subject({ status: 'FREE', arr: '0' }), subject({ status: 'FREE', arr: '1' })),
      ['STARTED_PAYING status FREE>FREE arr 0.00>1.00'],
    ],
    [
      'a trial ends without ARR',
      change(subject({ status: 'TRIAL' }), subject({ status: 'ACTIVE', arr: '0' })),
      [],
    ],
    [
      'and its ARR is told later',
      change(subject({ status: 'ACTIVE', arr: '0' }), subject({ status: 'ACTIVE', arr: '500' }), {
        history: [past('status', '2026-02-01', 'TRIAL', 'ACTIVE')],
      }),
      ['STARTED_PAYING status TRIAL>ACTIVE arr 0.00>500.00'],
    ],
    [
      'one that paid before pays again',
      change(
        subject({ status: 'ACTIVE', arr: '0' }, { hadArr: true }),
        subject({ status: 'ACTIVE', arr: '500' }),
        {
          history: [past('status', '2026-02-01', 'TRIAL', 'ACTIVE')],
        },
      ),
      [],
    ],
    [
      'one that was never a trial starts to pay',
      change(subject({ status: 'ACTIVE' }), subject({ status: 'ACTIVE', arr: '500' })),
      [],
    ],
    ['a trial with ARR pays more', change(subject({ status: 'TRIAL', arr: '1' }), subject({ arr: '2' })), []],
    [
      'two facts of relationship complexity become known',
      change(subject({}), subject(TWO)),
      [`RELATIONSHIP_COMPLEXITY ${TWO_SHOWN}`],
    ],
    ['one does', change(subject({}), subject({ manyStakeholders: true })), []],
    ['a third one does', change(subject(TWO), subject({ ...TWO, missionCritical: true })), []],
    [
      'the second one does',
      change(
        subject({ manyStakeholders: true, missionCritical: false }),
        subject({ manyStakeholders: true, missionCritical: true }),
      ),
      ['RELATIONSHIP_COMPLEXITY manyStakeholders true>true missionCritical false>true'],
    ],
    ['a CSM is named', change(subject({}), subject(TWO), { csmBefore: 'amara', csm: 'amara' }), []],
    [
      'the CSM goes',
      change(subject(TWO), subject(TWO), { csmBefore: 'amara' }),
      ['RELATIONSHIP_COMPLEXITY complexImplementation true>true manyStakeholders true>true csm amara>-'],
    ],
    [
      'it is a new account',
      change(null, subject(TWO)),
      [`RELATIONSHIP_COMPLEXITY ${TWO_SHOWN} tier ->scale`],
    ],
    [
      'the account comes down from Core',
      change(subject(TWO, { tier: 'core' }), subject(TWO)),
      ['RELATIONSHIP_COMPLEXITY complexImplementation true>true manyStakeholders true>true tier core>scale'],
    ],
    ['it moves between low tiers', change(subject(TWO), subject(TWO, { tier: 'tech-touch' })), []],
    [
      'a churned account comes back',
      change(subject(TWO, { tier: null }), subject(TWO)),
      ['RELATIONSHIP_COMPLEXITY complexImplementation true>true manyStakeholders true>true tier ->scale'],
    ],
    [
      'events before a return are none',
      change(
        subject({ healthScore: 90, usagePercent: 10 }, { tier: null }),
        subject({ healthScore: 10, usagePercent: 90 }),
      ),
      [],
    ],
    [
      'tiers in which CSMs are named raise nothing',
      change(
        subject({ healthScore: 90, usagePercent: 10, status: 'TRIAL' }, { tier: 'core' }),
        subject({ healthScore: 10, usagePercent: 90, arr: '30000', ...TWO }, { tier: 'core' }),
      ),
      [],
    ],
    [
      'the account churns',
      change(subject({ healthScore: 90 }), subject({ healthScore: 10, status: 'CHURNED' }, { tier: null })),
      [],
    ],
  ])('or not, when %s', (_title, watched, expected) => {
    expect(raised(watched)).toEqual(expected);
    // What is worth looking up is never less than what is raised.
    if (expected.length > 0) expect(mayRaise(watched.before, watched.after)).toBe(true);
  });

  test('by the numbers of the model', () => {
    const interventions = {
      healthBelow: 50,
      fallPoints: 10,
      fallDays: 5,
      usageAbovePercent: 95,
      relationshipFacts: 1,
    };
    const model = { ...DEFAULT_MODEL, interventions };
    const watched = change(
      subject({ healthScore: 52, usagePercent: 85 }),
      subject({ healthScore: 49, usagePercent: 95, missionCritical: true }),
      { history: [past('healthScore', '2026-06-24', 99, 70), past('healthScore', '2026-06-26', 70, 52)] },
    );
    expect(raised(watched, model)).toEqual([
      'HEALTH_LOW healthScore 52>49',
      'HEALTH_FELL healthScore 70>49',
      'RELATIONSHIP_COMPLEXITY missionCritical ->true',
    ]);
  });

  test('where a new model makes a state of what was none', () => {
    const account = subject({ missionCritical: true });
    const stricter = {
      ...DEFAULT_MODEL,
      interventions: { ...DEFAULT_MODEL.interventions, relationshipFacts: 1 },
    };
    const same = change(account, account);
    expect(raised(same, stricter, DEFAULT_MODEL)).toEqual([
      'RELATIONSHIP_COMPLEXITY missionCritical true>true',
    ]);
    expect(raised(same, stricter, stricter)).toEqual([]);
  });
});

describe('an open intervention', () => {
  const act = { actorId: 'mona', actorName: 'Mona', today: TODAY, now: '2026-06-30T08:00:00.000Z' };
  const one = raiseIntervention({ reason: 'HEALTH_LOW', tier: 'scale', evidence: [] }, act, 1);

  test('is closed once, with a note', () => {
    const done = completeIntervention(one, '  Called them.  ', act);
    expect(done).toMatchObject({ status: 'COMPLETED', end: { act, note: 'Called them.' } });
    expect(() => completeIntervention(done, 'Again', act)).toThrow('COMPLETED already');
  });

  test.each([
    ['', 'REQUIRED'],
    ['   ', 'REQUIRED'],
    ['x'.repeat(1_001), 'INVALID_VALUE'],
    ['a\u0000b', 'INVALID_VALUE'],
  ])('is not closed with the note %j', (note, code) => {
    expect(() => completeIntervention(one, note, act)).toThrow(expect.objectContaining({ code }) as Error);
  });
});
