import { type ExpansionPotential } from '../../src/domain/expansion-potential';
import { type Level } from '../../src/domain/account';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { applyGuardrails, type GuardedTier, GUARDRAIL_CODES, isNotPaying } from '../../src/domain/guardrail';
import { tierByKey } from '../../src/domain/tier';
import { type GuardrailRules, type TieringModel } from '../../src/domain/tiering-model';
import { known, type WrittenFacts } from '../support/facts';

type Key = 'strategic' | 'core' | 'scale' | 'tech-touch';

interface Asked {
  readonly score: Key;
  readonly ladder: Key;
  readonly potential?: Level | null;
  readonly factors?: number;
  readonly facts?: WrittenFacts;
  readonly arrOnly?: boolean;
  readonly rules?: Partial<GuardrailRules>;
}

function guard(asked: Asked): GuardedTier {
  const model: TieringModel = {
    ...DEFAULT_MODEL,
    guardrails: { ...DEFAULT_MODEL.guardrails, ...asked.rules },
  };
  const level = asked.potential === undefined ? 'MEDIUM' : asked.potential;
  const potential: ExpansionPotential = { level, sign: level === null ? null : 'ASSESSMENT', lowered: false };
  return applyGuardrails(model, {
    facts: known({ arr: '30,000', ...asked.facts }),
    scoreTier: tierByKey(model.tiers, asked.score),
    ladderTier: tierByKey(model.tiers, asked.ladder),
    potential,
    strategicFactors: asked.factors ?? 0,
    knownBeyondArr: asked.arrOnly !== true,
  });
}

const acts = ({ acts: done }: GuardedTier): string[] =>
  done.map(({ code, from, to }) => `${code}: ${from} -> ${to}`);

test('the guardrails are asked in the order of the spec', () => {
  expect(GUARDRAIL_CODES).toEqual([
    'STRATEGIC_DESIGNATION',
    'NOT_PAYING',
    'KEY_ACCOUNT',
    'ARR_ONLY',
    'LIFT_LIMIT',
    'DROP_LIMIT',
    'TOP_TIER_NEEDS_PROMISE',
    'RISKY_WITHOUT_GROWTH',
  ]);
});

describe('the score may lift an account 1 tier above its rung and lower it 1 tier below', () => {
  test.each<{ ladder: Key; score: Key; tier: Key; acts: string[] }>([
    { ladder: 'strategic', score: 'strategic', tier: 'strategic', acts: [] },
    { ladder: 'strategic', score: 'core', tier: 'core', acts: [] },
    { ladder: 'strategic', score: 'scale', tier: 'core', acts: ['DROP_LIMIT: scale -> core'] },
    { ladder: 'strategic', score: 'tech-touch', tier: 'core', acts: ['DROP_LIMIT: tech-touch -> core'] },
    { ladder: 'core', score: 'strategic', tier: 'strategic', acts: [] },
    { ladder: 'core', score: 'tech-touch', tier: 'scale', acts: ['DROP_LIMIT: tech-touch -> scale'] },
    { ladder: 'scale', score: 'strategic', tier: 'core', acts: ['LIFT_LIMIT: strategic -> core'] },
    { ladder: 'scale', score: 'core', tier: 'core', acts: [] },
    { ladder: 'scale', score: 'tech-touch', tier: 'tech-touch', acts: [] },
    { ladder: 'tech-touch', score: 'strategic', tier: 'scale', acts: ['LIFT_LIMIT: strategic -> scale'] },
    { ladder: 'tech-touch', score: 'core', tier: 'scale', acts: ['LIFT_LIMIT: core -> scale'] },
    { ladder: 'tech-touch', score: 'scale', tier: 'scale', acts: [] },
  ])('$score by score on the rung $ladder: $tier', ({ ladder, score, ...expected }) => {
    const guarded = guard({ ladder, score });
    expect(guarded.tier.key).toBe(expected.tier);
    expect(acts(guarded)).toEqual(expected.acts);
    expect(guarded.provisional).toBe(false);
  });

  test.each<{ rules: Partial<GuardrailRules>; score: Key; ladder: Key; tier: Key }>([
    { rules: { liftLimit: 2 }, score: 'strategic', ladder: 'tech-touch', tier: 'core' },
    { rules: { liftLimit: 0 }, score: 'core', ladder: 'scale', tier: 'scale' },
    { rules: { liftLimit: null }, score: 'strategic', ladder: 'tech-touch', tier: 'strategic' },
    { rules: { dropLimit: 2 }, score: 'tech-touch', ladder: 'strategic', tier: 'scale' },
    { rules: { dropLimit: null }, score: 'tech-touch', ladder: 'strategic', tier: 'tech-touch' },
  ])('or as the model says: $rules puts $score on $ladder into $tier', ({ tier, ...asked }) => {
    expect(guard(asked).tier.key).toBe(tier);
  });
});

describe('the top tier needs promise', () => {
  test.each<{ potential: Level | null; factors: number; tier: Key }>([
    { potential: 'HIGH', factors: 0, tier: 'strategic' },
    { potential: 'MEDIUM', factors: 0, tier: 'strategic' },
    { potential: 'LOW', factors: 2, tier: 'strategic' },
    { potential: 'LOW', factors: 1, tier: 'core' },
    { potential: null, factors: 2, tier: 'strategic' },
    { potential: null, factors: 1, tier: 'core' },
  ])('potential $potential with $factors strategic factors: $tier', ({ potential, factors, tier }) => {
    const guarded = guard({ score: 'strategic', ladder: 'strategic', potential, factors });
    expect(guarded.tier.key).toBe(tier);
    expect(acts(guarded)).toEqual(tier === 'core' ? ['TOP_TIER_NEEDS_PROMISE: strategic -> core'] : []);
  });

  test('and a tier below it needs none', () => {
    const guarded = guard({ score: 'core', ladder: 'core', potential: 'LOW' });
    expect(guarded.tier.key).toBe('core');
    expect(acts(guarded)).toEqual([]);
  });

  test('and every guardrail that changes the tier is named in turn', () => {
    const rules = { liftLimit: 1, dropLimit: 0 };
    const guarded = guard({ score: 'scale', ladder: 'strategic', potential: 'LOW', rules });
    expect(acts(guarded)).toEqual([
      'DROP_LIMIT: scale -> strategic',
      'TOP_TIER_NEEDS_PROMISE: strategic -> core',
    ]);
  });
});

describe('high churn risk without growth keeps an account out of the top tier and asks for a review', () => {
  const top = { score: 'strategic', ladder: 'strategic', factors: 2 } as const;

  test.each<{ case: string; asked: Asked; tier: Key; acts: string[]; review: boolean }>([
    {
      case: 'LOW potential',
      asked: { ...top, potential: 'LOW', facts: { churnRisk: 'HIGH' } },
      tier: 'core',
      acts: ['RISKY_WITHOUT_GROWTH: strategic -> core'],
      review: true,
    },
    {
      case: 'missing potential: the review, but the tier stays',
      asked: { ...top, potential: null, facts: { churnRisk: 'HIGH' } },
      tier: 'strategic',
      acts: [],
      review: true,
    },
    {
      case: 'MEDIUM potential is growth',
      asked: { ...top, potential: 'MEDIUM', facts: { churnRisk: 'HIGH' } },
      tier: 'strategic',
      acts: [],
      review: false,
    },
    {
      case: 'MEDIUM churn risk is no high one',
      asked: { ...top, potential: 'LOW', facts: { churnRisk: 'MEDIUM' } },
      tier: 'strategic',
      acts: [],
      review: false,
    },
    {
      case: 'unknown churn risk is no high one',
      asked: { ...top, potential: 'LOW', facts: { churnRisk: null } },
      tier: 'strategic',
      acts: [],
      review: false,
    },
    {
      case: 'a second-tier account is where it may be',
      asked: { score: 'core', ladder: 'core', potential: 'LOW', facts: { churnRisk: 'HIGH' } },
      tier: 'core',
      acts: [],
      review: false,
    },
    {
      case: 'one that TOP_TIER_NEEDS_PROMISE took out before',
      asked: { ...top, factors: 1, potential: 'LOW', facts: { churnRisk: 'HIGH' } },
      tier: 'core',
      acts: ['TOP_TIER_NEEDS_PROMISE: strategic -> core'],
      review: false,
    },
    {
      case: 'a designated account stays',
      asked: { ...top, potential: 'LOW', facts: { churnRisk: 'HIGH', strategicDesignation: true } },
      tier: 'strategic',
      acts: ['STRATEGIC_DESIGNATION: strategic -> strategic'],
      review: true,
    },
    {
      case: 'a key account stays',
      asked: { ...top, potential: 'LOW', facts: { churnRisk: 'HIGH', arr: '500,000' } },
      tier: 'strategic',
      acts: ['KEY_ACCOUNT: strategic -> strategic'],
      review: true,
    },
    {
      case: 'a key account of missing potential stays',
      asked: { ...top, potential: null, facts: { churnRisk: 'HIGH', arr: '500,000' } },
      tier: 'strategic',
      acts: ['KEY_ACCOUNT: strategic -> strategic'],
      review: true,
    },
    {
      case: 'one placed by its ARR only stays',
      asked: {
        score: 'core',
        ladder: 'strategic',
        potential: null,
        arrOnly: true,
        facts: { churnRisk: 'HIGH' },
      },
      tier: 'strategic',
      acts: ['ARR_ONLY: core -> strategic'],
      review: true,
    },
    {
      case: 'a settled one below the top tier is no concern',
      asked: { score: 'core', ladder: 'core', potential: null, arrOnly: true, facts: { churnRisk: 'HIGH' } },
      tier: 'core',
      acts: ['ARR_ONLY: core -> core'],
      review: false,
    },
    {
      case: 'a settled one with growth is no concern',
      asked: { ...top, potential: 'HIGH', facts: { churnRisk: 'HIGH', arr: '500,000' } },
      tier: 'strategic',
      acts: ['KEY_ACCOUNT: strategic -> strategic'],
      review: false,
    },
    {
      case: 'a model without the rule',
      asked: { ...top, potential: 'LOW', facts: { churnRisk: 'HIGH' }, rules: { riskyWithoutGrowth: false } },
      tier: 'strategic',
      acts: [],
      review: false,
    },
  ])('$case', ({ asked, ...expected }) => {
    const guarded = guard(asked);
    expect(guarded.tier.key).toBe(expected.tier);
    expect(acts(guarded)).toEqual(expected.acts);
    expect(guarded.opensReview).toBe(expected.review);
  });
});

describe('the first of the settling guardrails decides and nothing after it acts', () => {
  const designated = { strategicDesignation: true };
  const unpaid = { status: 'TRIAL' as const, arr: '0' };
  const key = { arr: '500,000' };

  test.each<{ case: string; asked: Asked; tier: Key; acts: string[] }>([
    {
      case: 'a designated account goes to the top, whatever its size',
      asked: { score: 'tech-touch', ladder: 'tech-touch', potential: 'LOW', facts: designated },
      tier: 'strategic',
      acts: ['STRATEGIC_DESIGNATION: tech-touch -> strategic'],
    },
    {
      case: 'designation comes before not paying',
      asked: { score: 'core', ladder: 'tech-touch', facts: { ...unpaid, ...designated } },
      tier: 'strategic',
      acts: ['STRATEGIC_DESIGNATION: core -> strategic'],
    },
    {
      case: 'designation comes before ARR only',
      asked: { score: 'scale', ladder: 'core', arrOnly: true, potential: null, facts: designated },
      tier: 'strategic',
      acts: ['STRATEGIC_DESIGNATION: scale -> strategic'],
    },
    {
      case: 'a trial without ARR goes to the bottom, whatever its promise',
      asked: { score: 'strategic', ladder: 'tech-touch', potential: 'HIGH', factors: 4, facts: unpaid },
      tier: 'tech-touch',
      acts: ['NOT_PAYING: strategic -> tech-touch'],
    },
    {
      case: 'not paying comes before ARR only',
      asked: { score: 'tech-touch', ladder: 'tech-touch', arrOnly: true, potential: null, facts: unpaid },
      tier: 'tech-touch',
      acts: ['NOT_PAYING: tech-touch -> tech-touch'],
    },
    {
      case: 'a key account goes to the top without promise',
      asked: { score: 'core', ladder: 'strategic', potential: 'LOW', facts: key },
      tier: 'strategic',
      acts: ['KEY_ACCOUNT: core -> strategic'],
    },
    {
      case: 'a key account of which nothing else is known is provisional, too',
      asked: { score: 'core', ladder: 'strategic', arrOnly: true, potential: null, facts: key },
      tier: 'strategic',
      acts: ['KEY_ACCOUNT: core -> strategic', 'ARR_ONLY: strategic -> strategic'],
    },
    {
      case: 'a hundredth short of a key account',
      asked: { score: 'core', ladder: 'strategic', potential: 'LOW', facts: { arr: '499,999.99' } },
      tier: 'core',
      acts: [],
    },
    {
      case: 'where nothing but ARR is known the rung decides, even far below the score',
      asked: { score: 'strategic', ladder: 'tech-touch', arrOnly: true, potential: null },
      tier: 'tech-touch',
      acts: ['ARR_ONLY: strategic -> tech-touch'],
    },
    {
      case: 'and even far above it, without promise',
      asked: { score: 'scale', ladder: 'strategic', arrOnly: true, potential: null },
      tier: 'strategic',
      acts: ['ARR_ONLY: scale -> strategic'],
    },
    {
      case: 'a designation that says no designates nothing',
      asked: { score: 'core', ladder: 'core', facts: { strategicDesignation: false } },
      tier: 'core',
      acts: [],
    },
  ])('$case', ({ asked, ...expected }) => {
    const guarded = guard(asked);
    expect(guarded.tier.key).toBe(expected.tier);
    expect(acts(guarded)).toEqual(expected.acts);
    expect(guarded.provisional).toBe(expected.acts.some((act) => act.startsWith('ARR_ONLY')));
  });

  test.each<{ rules: Partial<GuardrailRules>; facts: WrittenFacts; arrOnly?: boolean }>([
    { rules: { strategicDesignation: false }, facts: designated },
    { rules: { notPaying: false }, facts: unpaid },
    { rules: { keyAccountFrom: null }, facts: key },
    { rules: { arrOnly: false }, facts: {}, arrOnly: true },
  ])('and a model may switch it off: $rules', ({ rules, facts, arrOnly = false }) => {
    const guarded = guard({ score: 'core', ladder: 'core', rules, facts, arrOnly });
    expect(guarded).toMatchObject({ provisional: false, acts: [], tier: { key: 'core' } });
  });
});

describe('an account does not pay', () => {
  test.each<{ facts: WrittenFacts; unpaid: boolean }>([
    { facts: { status: 'TRIAL', arr: '0' }, unpaid: true },
    { facts: { status: 'FREE', arr: '0' }, unpaid: true },
    { facts: { status: 'TRIAL', arr: null }, unpaid: true },
    { facts: { status: 'FREE', arr: null }, unpaid: true },
    { facts: { status: 'TRIAL', arr: '0.01' }, unpaid: false },
    { facts: { status: 'FREE', arr: '10,000' }, unpaid: false },
    { facts: { status: 'ACTIVE', arr: '0' }, unpaid: false },
    { facts: { status: null, arr: null }, unpaid: false },
  ])('$facts: $unpaid', ({ facts, unpaid }) => {
    expect(isNotPaying(known(facts))).toBe(unpaid);
  });
});
