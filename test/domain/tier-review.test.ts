import fc from 'fast-check';
import { type AccountValues } from '../../src/domain/account';
import { addDays, daysBetween } from '../../src/domain/calendar';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { designate } from '../../src/domain/designation';
import { type OverrideReason } from '../../src/domain/override';
import { type Account } from '../../src/domain/rescoring';
import { tierByKey } from '../../src/domain/tier';
import {
  confirmsItself,
  firstReviewDueOn,
  isToBeEscalated,
  nextReviewDueOn,
  NO_REVIEW,
  reviewChanges,
  reviewed,
  type ReviewState,
} from '../../src/domain/tier-review';
import { AccountStory } from '../support/account-story';
import { anyFacts, day, given, type WrittenValues } from '../support/facts';

const due = (tier: string, placedOn: string, externalId?: string): string =>
  firstReviewDueOn(
    day(placedOn),
    tierByKey(DEFAULT_MODEL.tiers, tier),
    DEFAULT_MODEL.firstReview,
    externalId === undefined ? null : { externalId },
  );

describe('the first tier review falls due', () => {
  test.each([
    { tier: 'strategic', placedOn: '2026-01-31', dueOn: '2026-02-14', why: '14 days after placement' },
    { tier: 'core', placedOn: '2028-02-20', dueOn: '2028-03-05', why: '14 days, over a leap day' },
    { tier: 'scale', placedOn: '2026-01-31', dueOn: '2026-04-30', why: 'a quarter after, at the month end' },
    { tier: 'tech-touch', placedOn: '2026-03-01', dueOn: '2026-06-01', why: 'a quarter after' },
  ])('in $tier on $dueOn: $why', ({ tier, placedOn, dueOn }) => {
    expect(due(tier, placedOn)).toBe(dueOn);
  });

  describe('for accounts that came in with a file, spread over one cadence', () => {
    const ids = Array.from({ length: 5_000 }, (_, index) => `A-${String(index)}`);

    test.each([
      { tier: 'strategic', last: '2026-04-01' },
      { tier: 'core', last: '2026-06-01' },
      { tier: 'scale', last: '2026-06-01' },
    ])('$tier: every day from tomorrow to $last, and none much more often than another', ({ tier, last }) => {
      const perDay = new Map<string, number>();
      for (const id of ids) {
        const on = due(tier, '2026-03-01', id);
        perDay.set(on, (perDay.get(on) ?? 0) + 1);
      }
      const days = daysBetween(day('2026-03-01'), day(last));
      const expected = Array.from({ length: days }, (_, index) => addDays(day('2026-03-01'), index + 1));
      expect([...perDay.keys()].sort()).toEqual(expected);
      expect(Math.max(...perDay.values())).toBeLessThan((2 * ids.length) / days);
    });

    test('always on the same day for the same account, on every machine', () => {
      expect(due('core', '2026-03-01', 'ACME-ü-17')).toBe('2026-04-12');
      expect(new Set(ids.map((id) => due('core', '2026-03-01', id))).size).toBe(92);
    });
  });
});

const FIRST_DAY = '2026-01-10';

/** An account that was placed and reviewed on the first day. */
function reviewedAccount(values: WrittenValues): AccountStory {
  const story = new AccountStory(day(FIRST_DAY));
  story.learn(values);
  review(story);
  return story;
}

function review(story: AccountStory): void {
  const state = reviewed(story.account, story.today, story.model);
  story.account = { ...story.account, review: state };
}

function overridden(
  story: AccountStory,
  tier: string,
  expiresOn: string,
  reason: OverrideReason = 'OTHER',
): void {
  story.override(tier);
  story.account = { ...story.account, activeOverride: { reason, expiresOn: day(expiresOn) } };
}

const codesOf = ({ account }: AccountStory): string[] => account.review.triggers.map(({ code }) => code);

describe('a tier review falls due at once', () => {
  const CORE = { arr: '40,000', healthScore: 70 } as const;

  test.each<{ case: string; was: WrittenValues; is: WrittenValues; opens: string[] }>([
    { case: 'ARR up by 24.99%', was: { arr: '40,000' }, is: { arr: '49,996' }, opens: [] },
    { case: 'ARR up by 25%', was: { arr: '40,000' }, is: { arr: '50,000' }, opens: ['ARR_CHANGED'] },
    { case: 'ARR down by 24.99%', was: { arr: '40,000' }, is: { arr: '30,004' }, opens: [] },
    { case: 'ARR down by 25%', was: { arr: '40,000' }, is: { arr: '30,000' }, opens: ['ARR_CHANGED'] },
    { case: 'ARR from 0 to 0.01', was: { arr: '0' }, is: { arr: '0.01' }, opens: ['ARR_CHANGED'] },
    { case: 'ARR down to 0', was: { arr: '100' }, is: { arr: '0' }, opens: ['ARR_CHANGED'] },
    {
      case: 'ARR that becomes known',
      was: { arr: null, status: 'ACTIVE' },
      is: { arr: '100' },
      opens: ['ARR_CHANGED'],
    },
    { case: 'ARR that is learnt to be 0', was: { arr: null, status: 'ACTIVE' }, is: { arr: '0' }, opens: [] },
    { case: 'ARR that gets lost', was: { arr: '100' }, is: { arr: null }, opens: ['ARR_CHANGED'] },
    {
      case: 'ARR over a line of the ladder',
      was: { arr: '24,999.99' },
      is: { arr: '25,000' },
      opens: ['COMPUTED_TIER_CHANGED'],
    },
    {
      case: 'ARR up by a quarter and over a line',
      was: { arr: '20,000' },
      is: { arr: '25,000' },
      opens: ['COMPUTED_TIER_CHANGED', 'ARR_CHANGED'],
    },
    { case: 'health up by 19', was: CORE, is: { healthScore: 89 }, opens: [] },
    { case: 'health up by 20', was: CORE, is: { healthScore: 90 }, opens: ['HEALTH_CHANGED'] },
    { case: 'health down by 19', was: CORE, is: { healthScore: 51 }, opens: [] },
    { case: 'health down by 20', was: CORE, is: { healthScore: 50 }, opens: ['HEALTH_CHANGED'] },
    {
      case: 'health that becomes known',
      was: { ...CORE, healthScore: null },
      is: { healthScore: 5 },
      opens: [],
    },
    { case: 'health that gets lost', was: CORE, is: { healthScore: null }, opens: [] },
    { case: 'churn risk up', was: CORE, is: { churnRisk: 'MEDIUM' }, opens: ['CHURN_RISK_CHANGED'] },
    {
      case: 'churn risk down',
      was: { ...CORE, churnRisk: 'HIGH' },
      is: { churnRisk: 'LOW' },
      opens: ['CHURN_RISK_CHANGED'],
    },
    {
      case: 'churn risk first heard of as MEDIUM',
      was: { ...CORE, churnRisk: null },
      is: { churnRisk: 'MEDIUM' },
      opens: [],
    },
    {
      case: 'churn risk first heard of as HIGH',
      was: { ...CORE, churnRisk: null },
      is: { churnRisk: 'HIGH' },
      opens: ['CHURN_RISK_CHANGED'],
    },
    { case: 'churn risk that gets lost', was: CORE, is: { churnRisk: null }, opens: [] },
    { case: 'a factor gained', was: CORE, is: { logoValue: true }, opens: ['STRATEGIC_FACT_CHANGED'] },
    {
      case: 'a factor lost',
      was: { ...CORE, logoValue: true },
      is: { logoValue: null },
      opens: ['STRATEGIC_FACT_CHANGED'],
    },
    {
      case: 'a factor that is learnt to be absent',
      was: { ...CORE, logoValue: null },
      is: { logoValue: false },
      opens: [],
    },
    {
      case: 'HIGH risk without growth in the top tier',
      was: { arr: '600,000' },
      is: { churnRisk: 'HIGH' },
      opens: ['CHURN_RISK_CHANGED', 'RISKY_WITHOUT_GROWTH'],
    },
    { case: 'a fact that reviews do not look at', was: CORE, is: { usagePercent: 90 }, opens: [] },
  ])('$case: $opens', ({ was, is, opens }) => {
    const story = reviewedAccount(was);
    const { dueOn } = story.account.review;
    story.sleep(3).learn(is);
    expect(codesOf(story)).toEqual(opens);
    expect(story.account.review.dueOn).toBe(opens.length > 0 ? story.today : dueOn);
  });

  test('with the day on which each arose, and from and to', () => {
    const story = reviewedAccount({ ...CORE, logoValue: true });
    story.goTo('2026-01-20').learn({ arr: '80,000' });
    story.goTo('2026-01-25').learn({ arr: '90,000', marketInfluence: true, churnRisk: 'MEDIUM' });
    expect(story.account.review.triggers).toEqual([
      { code: 'ARR_CHANGED', on: '2026-01-20', from: '40000.00', to: '80000.00' },
      {
        code: 'STRATEGIC_FACT_CHANGED',
        on: '2026-01-25',
        from: 'logoValue',
        to: 'logoValue, marketInfluence',
      },
      { code: 'CHURN_RISK_CHANGED', on: '2026-01-25', from: 'LOW', to: 'MEDIUM' },
    ]);
    expect(story.account.review.dueOn).toBe('2026-01-20');
  });

  test('and stays due when what opened it is taken back', () => {
    const story = reviewedAccount(CORE);
    story.sleep(1).learn({ churnRisk: 'HIGH' });
    story.sleep(1).learn({ churnRisk: 'LOW' });
    expect(codesOf(story)).toEqual(['CHURN_RISK_CHANGED']);
    expect(story.account.review.dueOn).toBe('2026-01-11');
  });

  test('by small steps that add up since the last review, but not when a review lies between them', () => {
    const story = reviewedAccount({ arr: '40,000' });
    story.sleep(1).learn({ arr: '46,000' });
    expect(codesOf(story)).toEqual([]);
    story.sleep(1).learn({ arr: '52,000' });
    expect(codesOf(story)).toEqual(['ARR_CHANGED']);
    review(story);
    story.sleep(1).learn({ arr: '60,000' });
    expect(codesOf(story)).toEqual([]);
  });

  test('when what was learnt after the last review changes later', () => {
    const story = reviewedAccount({ arr: '40,000', churnRisk: null });
    story.sleep(1).learn({ healthScore: 60, churnRisk: 'LOW' });
    expect(codesOf(story)).toEqual([]);
    story.sleep(1).learn({ healthScore: 40, churnRisk: 'MEDIUM' });
    expect(codesOf(story)).toEqual(['CHURN_RISK_CHANGED', 'HEALTH_CHANGED']);
  });

  test('at the first placement where risk without growth acts on it', () => {
    const story = new AccountStory(day(FIRST_DAY));
    story.learn({ arr: '600,000', churnRisk: 'HIGH' });
    expect(story.account.review).toMatchObject({
      dueOn: FIRST_DAY,
      triggers: [{ code: 'RISKY_WITHOUT_GROWTH' }],
    });
  });

  test('by a risk without growth only once, until that is over and comes again', () => {
    const story = reviewedAccount({ arr: '600,000', churnRisk: 'HIGH' });
    story.sleep(1).runDaily();
    expect(codesOf(story)).toEqual([]);
    story.sleep(1).learn({ churnRisk: 'LOW' });
    review(story);
    story.sleep(1).learn({ churnRisk: 'HIGH' });
    expect(codesOf(story)).toEqual(['CHURN_RISK_CHANGED', 'RISKY_WITHOUT_GROWTH']);
  });

  test.each([
    { expiresOn: '2026-02-11', opens: [], why: '32 days before its end' },
    { expiresOn: '2026-02-10', opens: [], why: '31 days before its end' },
    { expiresOn: '2026-02-09', opens: ['OVERRIDE_ENDING'], why: '30 days before its end' },
    { expiresOn: '2026-01-11', opens: ['OVERRIDE_ENDING'], why: 'on the eve of its end' },
  ])('by an override $why: $opens', ({ expiresOn, opens }) => {
    const story = reviewedAccount({ arr: '40,000' });
    overridden(story, 'strategic', expiresOn);
    story.runDaily();
    expect(codesOf(story)).toEqual(opens);
  });

  test('by an override that ends soon only once, however far off its end was at the review before', () => {
    const story = reviewedAccount({ arr: '40,000' });
    overridden(story, 'strategic', '2026-03-20');
    story.goTo('2026-02-01').runDaily();
    review(story);
    story.goTo('2026-02-18').runDaily();
    expect(story.account.review.triggers).toEqual([
      { code: 'OVERRIDE_ENDING', on: '2026-02-18', from: 'strategic', to: '2026-03-20' },
    ]);
    review(story);
    story.sleep(1).runDaily();
    expect(codesOf(story)).toEqual([]);
    overridden(story, 'strategic', '2026-03-10');
    story.runDaily();
    expect(codesOf(story)).toEqual(['OVERRIDE_ENDING']);
  });

  test('when the review date of a designation comes, and not the day before', () => {
    const story = reviewedAccount({ arr: '40,000' });
    const designation = designate('A logo', 'Ada', day('2026-06-01'), story.today);
    story.account = { ...story.account, designation };
    story.learn({ strategicDesignation: true });
    expect(codesOf(story)).toEqual(['COMPUTED_TIER_CHANGED', 'STRATEGIC_FACT_CHANGED']);
    review(story);
    story.goTo('2026-05-31').runDaily();
    expect(codesOf(story)).toEqual([]);
    story.sleep(1).runDaily();
    expect(codesOf(story)).toEqual(['DESIGNATION_REVIEW']);
  });

  test('by a model that moves the computed tier, and by none that does not', () => {
    const { tiers } = DEFAULT_MODEL;
    const story = reviewedAccount({ arr: '40,000' });
    story.sleep(1).publish({ ...DEFAULT_MODEL, version: 2 });
    expect(codesOf(story)).toEqual([]);
    const stricter = tiers.map((tier) => (tier.key === 'core' ? { ...tier, scoreFloor: 45 } : tier));
    story.sleep(1).publish({ ...DEFAULT_MODEL, version: 3, tiers: stricter });
    expect(story.account.review.triggers).toEqual([
      { code: 'COMPUTED_TIER_CHANGED', on: '2026-01-12', from: 'core', to: 'scale' },
    ]);
  });

  test('but not by a model that gives its tier another key', () => {
    const tiers = DEFAULT_MODEL.tiers.map((tier) => (tier.key === 'core' ? { ...tier, key: 'heart' } : tier));
    const story = reviewedAccount({ arr: '40,000' });
    story.sleep(1).publish({ ...DEFAULT_MODEL, version: 2, tiers }, new Map([['core', 'heart']]));
    expect(codesOf(story)).toEqual([]);
    story.sleep(1).learn({ arr: '42,000', expansionAssessment: 'HIGH' });
    expect(story.account.review.triggers).toMatchObject([{ from: 'heart', to: 'strategic' }]);
  });

  test('and nothing is new on the same day, whatever the facts', () => {
    fc.assert(
      fc.property(anyFacts(day(FIRST_DAY)), anyFacts(day(FIRST_DAY)), (first, second) => {
        const story = new AccountStory(day(FIRST_DAY));
        story.change(without(first));
        story.sleep(1).change(without(second));
        const { review: state } = story.account;
        story.runDaily();
        expect(story.account.review).toBe(state);
        story.change(without(second));
        expect(story.account.review).toBe(state);
      }),
    );
  });

  function without(facts: Partial<AccountValues>): Partial<AccountValues> {
    return { ...facts, expansionAssessedOn: null, expansionAssessment: null, strategicDesignation: false };
  }
});

describe('an account that was placed before baselines were kept', () => {
  const old = (values: WrittenValues): AccountStory => {
    const story = new AccountStory(day(FIRST_DAY));
    story.learn(values);
    story.account = { ...story.account, review: { ...NO_REVIEW, dueOn: day('2026-03-01') } };
    return story;
  };

  test('has nothing written while nothing changes, and is compared with what it was then', () => {
    const story = old({ arr: '600,000', churnRisk: 'HIGH' });
    const { review: state } = story.account;
    story.sleep(1).runDaily();
    story.sleep(1).learn({ usagePercent: 40 });
    expect(story.account.review).toBe(state);
    story.sleep(1).learn({ arr: '700,000' });
    expect(story.account.review).toMatchObject({ baseline: { arr: 60_000_000 }, triggers: [] });
    story.sleep(1).learn({ arr: '750,000' });
    expect(story.account.review).toMatchObject({ dueOn: story.today, triggers: [{ from: '600000.00' }] });
  });

  test('has its review opened by the first change that is large', () => {
    const story = old({ arr: '40,000' });
    story.sleep(1).learn({ arr: '60,000' });
    expect(codesOf(story)).toEqual(['ARR_CHANGED']);
  });
});

describe('the next tier review is due one cadence after the last one', () => {
  test.each([
    { arr: '600,000', completedOn: '2026-01-31', dueOn: '2026-02-28', why: 'a month later, at its end' },
    { arr: '600,000', completedOn: '2028-01-31', dueOn: '2028-02-29', why: 'in a leap year' },
    { arr: '40,000', completedOn: '2026-11-30', dueOn: '2027-02-28', why: 'a quarter later, over the year' },
    {
      arr: '8,000',
      completedOn: '2026-03-31',
      dueOn: '2026-06-30',
      why: 'a quarter later, at the month end',
    },
    { arr: '0', completedOn: '2026-03-15', dueOn: '2026-06-15', why: 'a quarter later' },
  ])('$arr on $completedOn: on $dueOn, $why', ({ arr, completedOn, dueOn }) => {
    const story = new AccountStory(day(completedOn));
    story.learn({ arr });
    review(story);
    expect(story.account.review).toMatchObject({ dueOn, triggers: [], escalatedOn: null });
  });

  test('by the tier of the override, while one is active', () => {
    const story = reviewedAccount({ arr: '8,000' });
    overridden(story, 'strategic', '2026-12-01');
    expect(nextReviewDueOn(story.standing, story.today, story.model)).toBe('2026-02-10');
  });
});

describe('a review that is due', () => {
  const state = (dueOn: string | null, more: Partial<ReviewState> = {}): ReviewState => ({
    ...NO_REVIEW,
    dueOn: dueOn === null ? null : day(dueOn),
    ...more,
  });
  const today = day('2026-03-15');
  const triggers = [{ code: 'ARR_CHANGED', on: today, from: '1.00', to: '2.00' }] as const;

  test.each<{ case: string; arr: string; state: ReviewState; confirms: boolean }>([
    { case: 'in the third tier, today', arr: '8,000', state: state('2026-03-15'), confirms: true },
    { case: 'in the third tier, tomorrow', arr: '8,000', state: state('2026-03-16'), confirms: false },
    { case: 'in the fourth tier, long ago', arr: '0', state: state('2026-01-01'), confirms: true },
    {
      case: 'in the third tier with a trigger',
      arr: '8,000',
      state: state('2026-03-15', { triggers }),
      confirms: false,
    },
    { case: 'in the second tier', arr: '40,000', state: state('2026-03-15'), confirms: false },
    { case: 'of nobody', arr: '8,000', state: state(null), confirms: false },
  ])('$case: confirms itself $confirms', ({ arr, state: due, confirms }) => {
    const story = new AccountStory(today);
    story.learn({ arr });
    expect(confirmsItself(due, story.standing, today, DEFAULT_MODEL)).toBe(confirms);
  });

  test.each<{ case: string; state: ReviewState; escalates: boolean }>([
    { case: 'for 13 days', state: state('2026-03-02'), escalates: false },
    { case: 'for 14 days', state: state('2026-03-01'), escalates: true },
    { case: 'for 15 days', state: state('2026-02-28'), escalates: true },
    {
      case: 'for 14 days and was escalated',
      state: state('2026-03-01', { escalatedOn: today }),
      escalates: false,
    },
    { case: 'of nobody', state: state(null), escalates: false },
  ])('$case: is escalated $escalates', ({ state: due, escalates }) => {
    expect(isToBeEscalated(due, today, DEFAULT_MODEL.reviews)).toBe(escalates);
  });
});

test('what has changed since the last review is listed, however small', () => {
  const story = reviewedAccount({ arr: '40,000', healthScore: 70, logoValue: true });
  story.sleep(1).change(given({ arr: '41,000', healthScore: 69, logoValue: false, churnRisk: null }));
  const { baseline } = story.account.review;
  if (baseline === null) throw new Error('a reviewed account has a baseline');
  const account: Account = story.account;
  expect(reviewChanges(baseline, account)).toEqual([
    { field: 'arr', from: '40000.00', to: '41000.00' },
    { field: 'logoValue', from: 'true', to: 'false' },
    { field: 'churnRisk', from: 'LOW', to: null },
    { field: 'healthScore', from: '70', to: '69' },
  ]);
});
