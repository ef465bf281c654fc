import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { units } from '../../src/domain/money';
import { type HealthFigures, tieringFindings } from '../../src/domain/tiering-health';
import { type TieringModel } from '../../src/domain/tiering-model';

const SOUND: HealthFigures = {
  tiers: new Map([
    ['strategic', { accountShare: 0.18, arrShare: 0.6 }],
    ['core', { accountShare: 0.35, arrShare: 0.28 }],
    ['scale', { accountShare: 0.45, arrShare: 0.11 }],
    ['tech-touch', { accountShare: 0.02, arrShare: 0.01 }],
  ]),
  placed: 100,
  provisional: 25,
  missingFacts: 25,
  overridden: 10,
  reviewed: 100,
  overdue: 10,
  yoYo: 0,
  cuts: new Map(),
  staffing: null,
  costs: new Map(),
  answeredInTime: new Map([['strategic', 0.9]]),
  logoChurn: new Map([
    [null, 0.1],
    ['strategic', 1],
    ['scale', 0.15],
  ]),
  digitalPrograms: new Map([
    ['core', 0],
    ['scale', 0.9],
    ['tech-touch', 1],
  ]),
};

const shares = (strategic: number): HealthFigures['tiers'] =>
  new Map([...SOUND.tiers, ['strategic', { accountShare: strategic, arrShare: 0.6 }]]);

/** "SEVERE TOP_TIER_BLOAT strategic" */
function found(change: Partial<HealthFigures>, model: TieringModel = DEFAULT_MODEL): string[] {
  return tieringFindings(model, { ...SOUND, ...change }).map(({ severity, code, tier }) =>
    [severity, code, tier].filter((part) => part !== null).join(' '),
  );
}

const withLine = (amount: number): TieringModel => ({
  ...DEFAULT_MODEL,
  tiers: DEFAULT_MODEL.tiers.map((tier, index) =>
    index === 0 ? { ...tier, arrFrom: { amount: units(amount), topPercent: 18 } } : tier,
  ),
});

describe('the health of the tiers', () => {
  test.each<[string, Partial<HealthFigures>, string[]]>([
    ['is in order on every line', {}, []],
    [
      'of an empty book has no findings',
      { tiers: new Map(), placed: 0, reviewed: 0, logoChurn: new Map() },
      [],
    ],
    [
      'is bloated above 25% at the top',
      { tiers: shares(0.2501) },
      ['WARNING TOP_TIER_BLOAT strategic', 'WARNING POPULATION_OFF_TARGET strategic'],
    ],
    [
      'misses what it promises below 90% in time',
      {
        answeredInTime: new Map([
          ['strategic', 0.89999],
          ['scale', 0.5],
        ]),
      },
      ['WARNING SLA_MISSED_BY_TIER strategic', 'WARNING SLA_MISSED_BY_TIER scale'],
    ],
    [
      'is off target at 25%, and not bloated',
      { tiers: shares(0.25) },
      ['WARNING POPULATION_OFF_TARGET strategic'],
    ],
    ['is within the target at 20% sharp', { tiers: shares(0.2) }, []],
    [
      'is severely bloated from 60%',
      { tiers: shares(0.6) },
      ['SEVERE TOP_TIER_BLOAT strategic', 'WARNING POPULATION_OFF_TARGET strategic'],
    ],
    ['has too many overdue reviews above 10%', { overdue: 11 }, ['WARNING STALE_REVIEWS']],
    ['has too many overrides above 10%', { overridden: 11 }, ['WARNING OVERRIDE_DRIFT']],
    ['has many provisional placements', { provisional: 26 }, ['NOTICE PROVISIONAL_PLACEMENTS']],
    ['lacks facts', { missingFacts: 26 }, ['NOTICE MISSING_FACTS']],
    ['has one account that goes to and fro', { yoYo: 1 }, ['WARNING YO_YO']],
    [
      'loses more than 1.5 times as many accounts in a low tier',
      {
        logoChurn: new Map([
          [null, 0.1],
          ['core', 1],
          ['scale', 0.1501],
        ]),
      },
      ['WARNING UNDERSERVED_LOWER_TIERS scale'],
    ],
    [
      'lists the most pressing first',
      { overdue: 50, missingFacts: 90, tiers: shares(0.7), yoYo: 2 },
      [
        'SEVERE TOP_TIER_BLOAT strategic',
        'WARNING POPULATION_OFF_TARGET strategic',
        'WARNING STALE_REVIEWS',
        'WARNING YO_YO',
        'NOTICE MISSING_FACTS',
      ],
    ],
  ])('%s', (_title, change, expected) => {
    expect(found(change)).toEqual(expected);
  });

  test('sees a percentile line that has drifted by more than 10%', () => {
    const cuts = (amount: number): Partial<HealthFigures> => ({
      cuts: new Map([['strategic', units(amount)]]),
    });
    expect(found(cuts(110_000), withLine(100_000))).toEqual([]);
    expect(found(cuts(110_001), withLine(100_000))).toEqual(['WARNING THRESHOLD_DRIFT strategic']);
    expect(found(cuts(89_999), withLine(100_000))).toEqual(['WARNING THRESHOLD_DRIFT strategic']);
    expect(found(cuts(200_000))).toEqual([]);
  });

  test('sees low tiers whose digital programs run for under 90% of the accounts, where anybody has told', () => {
    const programs = (scale: number): Partial<HealthFigures> => ({
      digitalPrograms: new Map([
        ['core', 0],
        ['scale', scale],
      ]),
    });
    expect(found(programs(0.9))).toEqual([]);
    expect(found(programs(0.8999))).toEqual(['WARNING UNDERSERVED_LOWER_TIERS scale']);
    expect(found({ digitalPrograms: new Map() })).toEqual([]);
  });

  test('sees more than 4 tiers', () => {
    const [top, ...rest] = DEFAULT_MODEL.tiers;
    if (top === undefined) throw new Error('there is a top tier');
    const extra = { ...top, key: 'extra', rank: 5, populationTarget: null, arrShareTarget: null };
    expect(found({}, { ...DEFAULT_MODEL, tiers: [top, ...rest, extra] })).toEqual(['NOTICE OVER_SEGMENTED']);
  });
});
