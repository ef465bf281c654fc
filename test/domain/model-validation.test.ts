import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { type EngagementProgram, programOf } from '../../src/domain/engagement-program';
import { changeModel, draftFrom, type ModelChange } from '../../src/domain/model-change';
import { type ModelFindingCode } from '../../src/domain/model-check';
import { refuseInvalidModel, validateModel } from '../../src/domain/model-validation';
import { type Money, units } from '../../src/domain/money';
import { type Tier, tierAtRank } from '../../src/domain/tier';
import { type CriterionKey, type TieringModel } from '../../src/domain/tiering-model';

/** The default ladder with one tier changed. */
function tier(rank: number, change: Partial<Tier>): ModelChange {
  return { tiers: DEFAULT_MODEL.tiers.map((one) => (one.rank === rank ? { ...one, ...change } : one)) };
}

/** All criteria, some of them changed. */
function criteria(changes: Partial<Record<CriterionKey, object>>): ModelChange {
  return { criteria: DEFAULT_MODEL.criteria.map(({ key }) => ({ key, ...changes[key] })) };
}

/** The program of a tier, with a part of it changed. */
function program(key: string, change: Partial<EngagementProgram>): ModelChange {
  return { programs: { [key]: { ...programOf(DEFAULT_MODEL, key), ...change } } };
}

const amount = (text: number) => ({ amount: units(text), topPercent: null });
const top = (percent: number) => ({ amount: null, topPercent: percent });
const bands = (...list: [number, number][]): ModelChange =>
  criteria({ CURRENT_ARR: { bands: list.map(([from, points]) => ({ from: amount(from), points })) } });
const extra = (count: number): ModelChange => ({
  tiers: [
    ...Array.from({ length: count }, (_, index) => ({
      ...tierAtRank(DEFAULT_MODEL.tiers, 1),
      key: `top-${index}`,
      name: `Top ${index}`,
      label: `Top ${index}`,
      arrFrom: amount(1_000_000 - index),
      scoreFloor: 90 - index,
      populationTarget: null,
      arrShareTarget: null,
    })),
    ...DEFAULT_MODEL.tiers,
  ],
});

const { touches, firstResponse, businessReviews } = programOf(DEFAULT_MODEL, 'core');

const found = (change: ModelChange, published: TieringModel | null = DEFAULT_MODEL) =>
  validateModel(changeModel(DEFAULT_MODEL, change), published);

describe('a model is refused, by the field that is wrong,', () => {
  test.each<[string, ModelChange, ModelFindingCode, string]>([
    [
      'with weights that add up to 99.99',
      criteria({ CURRENT_ARR: { weight: 39.99 } }),
      'WEIGHTS_NOT_100',
      'criteria.CURRENT_ARR.weight',
    ],
    [
      'with weights that add up to 100.01',
      criteria({ CURRENT_ARR: { weight: 40.01 } }),
      'WEIGHTS_NOT_100',
      'criteria.CURRENT_ARR.weight',
    ],
    [
      'with a weight of 0',
      criteria({ PRODUCT_COMPLEXITY: { weight: 0 }, CURRENT_ARR: { weight: 50 } }),
      'OUT_OF_RANGE',
      'criteria.PRODUCT_COMPLEXITY.weight',
    ],
    [
      'with a weight of 3 places',
      criteria({ CURRENT_ARR: { weight: 40.001 } }),
      'OUT_OF_RANGE',
      'criteria.CURRENT_ARR.weight',
    ],
    [
      'with a criterion twice',
      {
        criteria: [
          ...DEFAULT_MODEL.criteria.map(({ key }) => ({ key })),
          { key: 'CURRENT_ARR', weight: 0.01 },
        ],
      },
      'CRITERION_TWICE',
      'criteria.CURRENT_ARR',
    ],
    ['without criteria', { criteria: [] }, 'WEIGHTS_NOT_100', 'criteria'],
    ['with floors out of order', tier(2, { scoreFloor: 50 }), 'FLOORS_NOT_FALLING', 'ladder.core.scoreFloor'],
    [
      'with a lowest floor above 0',
      tier(4, { scoreFloor: 1 }),
      'FLOORS_NOT_TO_ZERO',
      'ladder.tech-touch.scoreFloor',
    ],
    [
      'with a floor above 100',
      tier(1, { scoreFloor: 100.01 }),
      'OUT_OF_RANGE',
      'ladder.strategic.scoreFloor',
    ],
    [
      'with lines out of order',
      tier(2, { arrFrom: amount(100_000) }),
      'LADDER_NOT_FALLING',
      'ladder.core.arrFrom',
    ],
    [
      'with a gap at the bottom',
      tier(4, { arrFrom: amount(1) }),
      'LADDER_NOT_TO_ZERO',
      'ladder.tech-touch.arrFrom',
    ],
    [
      'with a percentile at the bottom',
      tier(4, { arrFrom: top(100) }),
      'LADDER_NOT_TO_ZERO',
      'ladder.tech-touch.arrFrom',
    ],
    [
      'with a line of neither kind',
      tier(2, { arrFrom: { amount: null, topPercent: null } }),
      'THRESHOLD_UNCLEAR',
      'ladder.core.arrFrom',
    ],
    [
      'with percentiles out of order',
      {
        tiers: DEFAULT_MODEL.tiers.map((one, index) => ({
          ...one,
          arrFrom: index === 3 ? one.arrFrom : top([20, 20, 90][index] ?? 1),
        })),
      },
      'LADDER_NOT_FALLING',
      'ladder.core.arrFrom',
    ],
    [
      'with a percentile above 100',
      tier(1, { arrFrom: top(101) }),
      'OUT_OF_RANGE',
      'ladder.strategic.arrFrom',
    ],
    [
      'with a negative line',
      tier(1, { arrFrom: { amount: -1 as Money, topPercent: null } }),
      'OUT_OF_RANGE',
      'ladder.strategic.arrFrom',
    ],
    [
      'with 2 tiers',
      {
        tiers: [1, 4].map((rank) => tierAtRank(DEFAULT_MODEL.tiers, rank)),
        successors: { core: 'strategic', scale: 'tech-touch' },
      },
      'TIER_COUNT',
      'ladder',
    ],
    ['with 6 tiers', extra(2), 'TIER_COUNT', 'ladder'],
    ['with a key twice', tier(2, { key: 'strategic' }), 'NOT_UNIQUE', 'ladder.1.key'],
    ['with a name twice', tier(2, { name: 'strategic' }), 'NOT_UNIQUE', 'ladder.core.name'],
    ['with a label twice', tier(2, { label: 'Enterprise' }), 'NOT_UNIQUE', 'ladder.core.label'],
    ['with a key in capitals', tier(2, { key: 'Core' }), 'BAD_KEY', 'ladder.1.key'],
    ['with an empty name', tier(2, { name: ' ' }), 'BAD_TEXT', 'ladder.core.name'],
    [
      'with a cadence of 0 months',
      tier(1, { reviewCadenceMonths: 0 }),
      'OUT_OF_RANGE',
      'ladder.strategic.reviewCadenceMonths',
    ],
    [
      'with a target the wrong way round',
      tier(1, { populationTarget: { from: 20, to: 15 } }),
      'TARGETS_IMPOSSIBLE',
      'ladder.strategic.populationTarget',
    ],
    [
      'with targets of more than everybody',
      tier(1, { populationTarget: { from: 60, to: 70 } }),
      'TARGETS_IMPOSSIBLE',
      'ladder.populationTarget',
    ],
    [
      'with targets that leave some out',
      { tiers: DEFAULT_MODEL.tiers.map((one) => ({ ...one, arrShareTarget: { from: 0, to: 20 } })) },
      'TARGETS_IMPOSSIBLE',
      'ladder.arrShareTarget',
    ],
    [
      'with a target above 100',
      tier(1, { arrShareTarget: { from: 50, to: 101 } }),
      'OUT_OF_RANGE',
      'ladder.strategic.arrShareTarget.to',
    ],
    [
      'with bands out of order',
      bands([100, 100], [200, 50], [0, 0]),
      'BANDS_NOT_FALLING',
      'criteria.CURRENT_ARR.bands.1.arrFrom',
    ],
    [
      'with bands that end above 0',
      bands([100, 100], [50, 0]),
      'BANDS_NOT_TO_ZERO',
      'criteria.CURRENT_ARR.bands.1.arrFrom',
    ],
    [
      'with points that fall while ARR rises',
      bands([100, 10], [50, 20], [0, 0]),
      'POINTS_NOT_MONOTONE',
      'criteria.CURRENT_ARR.bands.0.points',
    ],
    [
      'with more than 100 points',
      bands([100, 101], [0, 0]),
      'OUT_OF_RANGE',
      'criteria.CURRENT_ARR.bands.0.points',
    ],
    ['without bands', bands(), 'OUT_OF_RANGE', 'criteria.CURRENT_ARR.bands'],
    [
      'with MEDIUM above HIGH',
      criteria({ EXPANSION_POTENTIAL: { points: { LOW: 0, MEDIUM: 60, HIGH: 50 } } }),
      'POINTS_NOT_MONOTONE',
      'criteria.EXPANSION_POTENTIAL.points.HIGH',
    ],
    [
      'with negative points per factor',
      criteria({ STRATEGIC_VALUE: { pointsPerFactor: -1 } }),
      'OUT_OF_RANGE',
      'criteria.STRATEGIC_VALUE.pointsPerFactor',
    ],
    [
      'with too few counts',
      criteria({ PRODUCT_COMPLEXITY: { pointsByCount: [0, 50, 100] } }),
      'OUT_OF_RANGE',
      'criteria.PRODUCT_COMPLEXITY.pointsByCount',
    ],
    [
      'with counts that fall',
      criteria({ PRODUCT_COMPLEXITY: { pointsByCount: [0, 50, 40, 100] } }),
      'POINTS_NOT_MONOTONE',
      'criteria.PRODUCT_COMPLEXITY.pointsByCount.2',
    ],
    [
      'with HIGH before MEDIUM',
      { expansion: { highMultiple: 1.2 } },
      'OUT_OF_RANGE',
      'expansion.highMultiple',
    ],
    [
      'with a seat share above 1',
      { expansion: { highBelowSeatShare: 1.5 } },
      'OUT_OF_RANGE',
      'expansion.highBelowSeatShare',
    ],
    [
      'with assessments that never count',
      { expansion: { assessmentMonths: 0 } },
      'OUT_OF_RANGE',
      'expansion.assessmentMonths',
    ],
    ['with a half lift', { guardrails: { liftLimit: 0.5 } }, 'OUT_OF_RANGE', 'guardrails.liftLimit'],
    [
      'with 5 strategic factors',
      { guardrails: { topTierStrategicFactors: 5 } },
      'OUT_OF_RANGE',
      'guardrails.topTierStrategicFactors',
    ],
    [
      'with a negative key account',
      { guardrails: { keyAccountFrom: -1 as Money } },
      'OUT_OF_RANGE',
      'guardrails.keyAccountFrom',
    ],
    ['with a grace of 0 days', { grace: { notPayingDays: 0 } }, 'OUT_OF_RANGE', 'grace.notPayingDays'],
    [
      'with a longest grace below the notice',
      { grace: { longestDays: 89 } },
      'OUT_OF_RANGE',
      'grace.longestDays',
    ],
    [
      'with a term of 0 months',
      { grace: { defaultTermMonths: 0 } },
      'OUT_OF_RANGE',
      'grace.defaultTermMonths',
    ],
    ['with a first review at once', { firstReview: { days: 0 } }, 'OUT_OF_RANGE', 'firstReview.days'],
    [
      'with reviews at every change',
      { reviews: { arrChangePercent: 0 } },
      'OUT_OF_RANGE',
      'reviews.arrChangePercent',
    ],
    ['with overrides of 0 days', { overrides: { longestDays: 0 } }, 'OUT_OF_RANGE', 'overrides.longestDays'],
    [
      'with extra service that is less',
      { adjustments: { factors: { EXTRA: 0.9, LIGHTER: 0.75 } } },
      'OUT_OF_RANGE',
      'adjustments.factors.EXTRA',
    ],
    [
      'that drops a tier without a successor',
      tier(4, { key: 'self-serve' }),
      'SUCCESSOR_MISSING',
      'successors.tech-touch',
    ],
    [
      'with a successor that is no tier',
      { ...tier(4, { key: 'self-serve' }), successors: { 'tech-touch': 'nowhere' } },
      'SUCCESSOR_UNKNOWN',
      'successors.tech-touch',
    ],
    [
      'with a successor of a tier that stays',
      { successors: { core: 'scale' } },
      'SUCCESSOR_UNKNOWN',
      'successors.core',
    ],
  ])('%s', (_title, change, code, field) => {
    const { errors } = found(change);
    expect(errors.map((finding) => `${finding.code} ${finding.field.join('.')}`)).toContain(
      `${code} ${field}`,
    );
    const all = errors.map(({ field: path, message }) => ({ code: 'INVALID_MODEL', field: path, message }));
    expect(() => {
      refuseInvalidModel(changeModel(DEFAULT_MODEL, change), DEFAULT_MODEL);
    }).toThrow(expect.objectContaining({ code: 'INVALID_MODEL', all }) as Error);
  });
});

describe('an engagement program is refused, by the field that is wrong,', () => {
  const at = (...path: string[]) => ['programs', 'core', ...path].join('.');
  test.each<[string, ModelChange, ModelFindingCode, string]>([
    [
      'of a tier that is none',
      { programs: { gold: programOf(DEFAULT_MODEL, 'core') } },
      'BAD_KEY',
      'programs.gold',
    ],
    [
      'with coverage and no ratio',
      program('core', { accountsPerCsm: null }),
      'PROGRAM_UNCLEAR',
      at('accountsPerCsm'),
    ],
    [
      'with a ratio and no coverage',
      program('core', { coverage: [] }),
      'PROGRAM_UNCLEAR',
      at('accountsPerCsm'),
    ],
    [
      'with a ratio upside down',
      program('core', { accountsPerCsm: { from: 100, to: 50 } }),
      'PROGRAM_UNCLEAR',
      at('accountsPerCsm'),
    ],
    [
      'with a ratio of 0',
      program('core', { accountsPerCsm: { from: 0, to: 50 } }),
      'OUT_OF_RANGE',
      at('accountsPerCsm', 'from'),
    ],
    [
      'with touches every 0 days',
      program('core', { touches: { ...touches, everyDays: { from: 0, to: 1 } } }),
      'OUT_OF_RANGE',
      at('touches', 'everyDays', 'from'),
    ],
    [
      'with onboarding out of order',
      program('core', {
        touches: {
          ...touches,
          onboarding: [
            { untilDay: 90, everyDays: 7 },
            { untilDay: 30, everyDays: 14 },
          ],
        },
      }),
      'PROGRAM_UNCLEAR',
      at('touches', 'onboarding', '1', 'untilDay'),
    ],
    [
      'with business reviews every half month',
      program('core', { businessReviews: businessReviews && { ...businessReviews, everyMonths: 0.5 } }),
      'OUT_OF_RANGE',
      at('businessReviews', 'everyMonths'),
    ],
    [
      'with smaller accounts that are seen more often',
      program('core', {
        businessReviews: businessReviews && {
          ...businessReviews,
          smaller: { belowArr: units(50_000), everyMonths: 3 },
        },
      }),
      'OUT_OF_RANGE',
      at('businessReviews', 'smaller', 'everyMonths'),
    ],
    [
      'with an answer before it is asked',
      program('core', { firstResponse: { ...firstResponse, within: { from: -1, to: 1 } } }),
      'OUT_OF_RANGE',
      at('firstResponse', 'within', 'from'),
    ],
    [
      'with a notice twice',
      program('core', { renewalNoticeDays: [30, 30] }),
      'NOT_UNIQUE',
      at('renewalNoticeDays'),
    ],
    [
      'with a notice after the renewal',
      program('core', { renewalNoticeDays: [-1] }),
      'OUT_OF_RANGE',
      at('renewalNoticeDays'),
    ],
    [
      'with a training twice',
      program('core', { training: ['RECORDINGS', 'RECORDINGS'] }),
      'NOT_UNIQUE',
      at('training'),
    ],
    ['with a cost above the ARR', program('core', { costPercent: 101 }), 'OUT_OF_RANGE', at('costPercent')],
    [
      'with a lock of half a day',
      { assignment: { renewalLockDays: 0.5 } },
      'OUT_OF_RANGE',
      'assignment.renewalLockDays',
    ],
    [
      'with a lock of -1 days',
      { assignment: { onboardingLockDays: -1 } },
      'OUT_OF_RANGE',
      'assignment.onboardingLockDays',
    ],
    [
      'with a lock that never ends',
      { assignment: { ownerChangeLockDays: 1e6 } },
      'OUT_OF_RANGE',
      'assignment.ownerChangeLockDays',
    ],
    [
      'with somebody who left -1 days ago',
      { assignment: { leavingWithinDays: -1 } },
      'OUT_OF_RANGE',
      'assignment.leavingWithinDays',
    ],
    [
      'with statuses of capacity that do not rise',
      { capacity: { healthyBelow: 50 } },
      'OUT_OF_RANGE',
      'capacity.healthyBelow',
    ],
    [
      'with relations that make an account lighter',
      { capacity: { relationshipFactor: 0.5 } },
      'OUT_OF_RANGE',
      'capacity.relationshipFactor',
    ],
  ])('%s', (_, change, code, field) => {
    expect(found(change).errors.map((error) => [error.code, error.field.join('.')])).toContainEqual([
      code,
      field,
    ]);
  });

  test('a ladder with other tiers keeps the programs of those that stay and takes built-in ones for the rest', () => {
    const tiers = [
      { ...tierAtRank(DEFAULT_MODEL.tiers, 1), key: 'gold' },
      ...[2, 3, 4].map((rank) => tierAtRank(DEFAULT_MODEL.tiers, rank)),
    ];
    const changed = changeModel(changeModel(DEFAULT_MODEL, program('core', { costPercent: 7 })), { tiers });
    expect(Object.keys(changed.programs)).toEqual(['gold', 'core', 'scale', 'tech-touch']);
    expect(programOf(changed, 'gold')).toEqual(programOf(DEFAULT_MODEL, 'strategic'));
    expect(programOf(changed, 'core').costPercent).toBe(7);
  });
});

describe('a model is sound', () => {
  test.each<[string, ModelChange]>([
    ['as it is built in', {}],
    [
      'with weights of 2 places',
      criteria({ CURRENT_ARR: { weight: 39.99 }, STRATEGIC_VALUE: { weight: 20.01 } }),
    ],
    [
      'with fewer criteria',
      {
        criteria: [
          { key: 'CURRENT_ARR', weight: 60 },
          { key: 'EXPANSION_POTENTIAL', weight: 40 },
        ],
      },
    ],
    ['with guardrails off', { guardrails: { keyAccountFrom: null, liftLimit: null, dropLimit: null } }],
    ['with percentiles among amounts', tier(2, { arrFrom: top(40) })],
    [
      'with a dropped tier that has a successor',
      { ...tier(4, { key: 'self-serve' }), successors: { 'tech-touch': 'self-serve' } },
    ],
  ])('%s', (_title, change) => {
    expect(found(change)).toEqual({ errors: [], warnings: [] });
  });

  test('and draws a warning with 5 tiers, or with key accounts below the ladder', () => {
    expect(found(extra(1))).toMatchObject({
      errors: [],
      warnings: [{ code: 'OVER_SEGMENTED' }, { code: 'KEY_ACCOUNT_BELOW_LADDER' }],
    });
    expect(found({ guardrails: { keyAccountFrom: units(50_000) } })).toMatchObject({
      errors: [],
      warnings: [{ code: 'KEY_ACCOUNT_BELOW_LADDER', field: ['guardrails', 'keyAccountFrom'] }],
    });
  });

  test('when it is a copy of an older ladder: each tier of today has a successor of its rank', () => {
    const old = changeModel(DEFAULT_MODEL, tier(4, { key: 'self-serve' }));
    const copy = draftFrom(old, DEFAULT_MODEL);
    expect(copy.successors).toEqual({ 'tech-touch': 'self-serve' });
    expect(validateModel(copy, DEFAULT_MODEL).errors).toEqual([]);
  });
});
