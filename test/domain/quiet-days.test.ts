import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { LEVELS } from '../../src/domain/account';
import { addDays, type CalendarDate } from '../../src/domain/calendar';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { units } from '../../src/domain/money';
import { OVERRIDE_REASONS } from '../../src/domain/override';
import { quietDays, RULES_EDITION } from '../../src/domain/quiet-days';
import { type Account, hasNews, rescoreAccount, type Rescoring } from '../../src/domain/rescoring';
import { GRACE_REASONS } from '../../src/domain/standing';
import { REVIEW_TRIGGERS, type ReviewState } from '../../src/domain/tier-review';
import { type TieringModel } from '../../src/domain/tiering-model';
import { AccountStory } from '../support/account-story';
import { anyFacts, day, knownValues, type WrittenValues } from '../support/facts';

const TODAY = day('2026-01-10');

function byTime(account: Account, today: CalendarDate, model: TieringModel = DEFAULT_MODEL): Rescoring {
  return rescoreAccount(account, {}, { model, today, trigger: 'TIME', fromFile: false });
}

/** An account of which the values became known today. */
function learnt(values: WrittenValues): Account {
  return new AccountStory(TODAY).learn(values).account;
}

function designated(reviewOn: string): Account {
  const { account } = new AccountStory(TODAY);
  const designation = { reason: 'Wanted', author: 'Ann', designatedOn: TODAY, reviewOn: day(reviewOn) };
  const context = { model: DEFAULT_MODEL, today: TODAY, trigger: 'FACTS', fromFile: false } as const;
  return rescoreAccount({ ...account, designation }, { arr: units(1), strategicDesignation: true }, context)
    .account;
}

function overridden(until: string, seen = false): Account {
  const story = new AccountStory(TODAY);
  story.learn({ arr: '40,000' });
  story.override('strategic');
  const { account } = story;
  const baseline = account.review.baseline && { ...account.review.baseline, overrideEndsOn: day(until) };
  return {
    ...account,
    activeOverride: { reason: 'OTHER', expiresOn: day(until) },
    review: seen ? { ...account.review, baseline } : account.review,
  };
}

function fallen(more: WrittenValues = {}): Account {
  const story = new AccountStory(TODAY);
  story.sleep(-100).learn({ arr: '40,000', ...more });
  story.sleep(100).learn({ arr: '1,000' });
  return story.account;
}

describe('the quiet days of an account', () => {
  test.each<[string, Account, string | null]>([
    ['without anything that time touches never end', learnt({ arr: '40,000' }), null],
    [
      'end with an assessment that stops counting',
      learnt({ arr: '40,000', expansionAssessment: 'HIGH', expansionAssessedOn: '2025-03-31' }),
      '2026-03-31',
    ],
    [
      'end so even where the assessment says what its signs say',
      learnt({ arr: '40,000', expansionAssessment: 'LOW', expansionAssessedOn: '2026-01-10' }),
      '2027-01-10',
    ],
    [
      'do not end with an assessment that counts no more',
      learnt({ arr: '40,000', expansionAssessment: 'HIGH', expansionAssessedOn: '2025-01-10' }),
      null,
    ],
    ['end with the grace of a downgrade', fallen(), '2026-07-09'],
    [
      'end with a grace that the renewal ends',
      fallen({ renewalDate: '2026-05-31', termMonths: 12 }),
      '2026-05-31',
    ],
    [
      'end with the first of several',
      fallen({ expansionAssessment: 'LOW', expansionAssessedOn: '2025-02-01' }),
      '2026-02-01',
    ],
    ['end when a designation is to be looked at again', designated('2026-08-01'), '2026-08-01'],
    ['end when an override is about to end', overridden('2026-06-30'), '2026-05-31'],
  ])('%s', (_what, account, until) => {
    expect(quietDays(account, DEFAULT_MODEL, TODAY)).toEqual({ from: TODAY, until });
    // The day that ends them has something to say, so they end no sooner than they must.
    if (until !== null) expect(hasNews(account, byTime(account, day(until)))).toBe(true);
  });

  test.each<[string, Account]>([
    ['is not placed yet, though its ARR is known', { ...learnt({}), values: knownValues({ arr: '1' }) }],
    ['is to fall today', { ...fallen(), standing: { ...fallen().standing, pending: null } }],
    ['has a scorecard that says something else', { ...learnt({ arr: '1' }), scorecard: null }],
    ['knows an assessment of a day to come', assessedTomorrow()],
  ])('are none where it %s', (_what, account) => {
    expect(quietDays(account, DEFAULT_MODEL, TODAY)).toBeNull();
  });

  test('are none under another model, by which every scorecard is another one', () => {
    const account = learnt({ arr: '40,000' });
    expect(quietDays(account, { ...DEFAULT_MODEL, version: 2 }, TODAY)).toBeNull();
  });

  test('go on where a review has seen the end of an override coming', () => {
    const account = overridden('2026-06-30', true);
    expect(hasNews(account, byTime(account, day('2026-05-31')))).toBe(false);
    expect(quietDays(account, DEFAULT_MODEL, day('2026-05-31'))).toEqual({ from: '2026-05-31', until: null });
  });
});

function assessedTomorrow(): Account {
  const account = learnt({ arr: '1' });
  const values = { ...account.values, expansionAssessment: 'LOW', expansionAssessedOn: addDays(TODAY, 1) };
  return { ...account, values: values as Account['values'] };
}

const MODELS: readonly TieringModel[] = [
  DEFAULT_MODEL,
  { ...DEFAULT_MODEL, version: 2, missingFacts: 'REDISTRIBUTE' },
  {
    ...DEFAULT_MODEL,
    version: 3,
    expansion: { ...DEFAULT_MODEL.expansion, assessmentMonths: 1 },
    grace: { ...DEFAULT_MODEL.grace, noticeDays: 0, notPayingDays: 0 },
    reviews: { ...DEFAULT_MODEL.reviews, overrideEndsWithinDays: 0 },
  },
];

const TIERS = [...DEFAULT_MODEL.tiers.map(({ key }) => key), 'dropped'];

const near = (least: number, most: number): fc.Arbitrary<CalendarDate> =>
  fc.integer({ min: least, max: most }).map((days) => addDays(TODAY, days));

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });

/** Any account that the types allow, sound or not. */
function anyAccount(): fc.Arbitrary<Account> {
  const tier = fc.constantFrom(...TIERS);
  return fc.record({
    externalId: fc.constant('ACME'),
    values: fc
      .tuple(anyFacts(TODAY), maybe(near(-400, 800)), maybe(fc.constantFrom(1, 3, 12, 24)))
      .map(([facts, renewalDate, termMonths]) => ({ ...knownValues(), ...facts, renewalDate, termMonths })),
    designation: maybe(
      near(-20, 300).map((reviewOn) => ({ reason: 'Wanted', author: 'Ann', designatedOn: TODAY, reviewOn })),
    ),
    standing: fc.record({
      computed: maybe(tier),
      held: maybe(tier),
      pending: maybe(
        fc.record({
          target: tier,
          detectedOn: near(-200, 0),
          graceUntil: near(-20, 300),
          reason: fc.constantFrom(...GRACE_REASONS),
        }),
      ),
      override: maybe(tier),
      placed: fc.boolean(),
    }),
    scorecard: fc.constant(null),
    recentUpgrades: fc.constant([]),
    hadArr: fc.boolean(),
    review: anyReview(),
    activeOverride: maybe(
      fc.record({ reason: fc.constantFrom(...OVERRIDE_REASONS), expiresOn: near(-20, 300) }),
    ),
  });
}

function anyReview(): fc.Arbitrary<ReviewState> {
  const tier = fc.constantFrom(...TIERS);
  return fc.record({
    dueOn: maybe(near(-30, 300)),
    baseline: maybe(
      fc.record({
        computedTier: maybe(tier),
        arr: maybe(fc.constantFrom(0, 8_000, 40_000, 600_000).map(units)),
        strategicFacts: fc.constantFrom([], ['logoValue'] as const),
        churnRisk: maybe(fc.constantFrom(...LEVELS)),
        healthScore: maybe(fc.integer({ min: 0, max: 100 })),
        riskyWithoutGrowth: fc.boolean(),
        overrideEndsOn: maybe(near(-20, 300)),
      }),
    ),
    triggers: fc
      .subarray([...REVIEW_TRIGGERS], { maxLength: 3 })
      .map((codes) => codes.map((code) => ({ code, on: TODAY, from: null, to: null }))),
    escalatedOn: fc.constant(null),
  });
}

/** What one or two days of rules make of an account; null where they cannot be asked about it. */
function lived(account: Account, model: TieringModel, days: number): Account | null {
  try {
    const { account: first } = byTime(account, addDays(TODAY, -days), model);
    return byTime(first, TODAY, model).account;
  } catch {
    return null;
  }
}

/** The first day on which a full decision says something, before the given one and within the next 15 months. */
function firstNews(account: Account, model: TieringModel, until: CalendarDate | null): CalendarDate | null {
  for (let later = 0; later < 450; later += 1) {
    const today = addDays(TODAY, later);
    if (until !== null && today >= until) return null;
    if (hasNews(account, byTime(account, today, model))) return today;
  }
  return null;
}

describe('whatever the account', () => {
  test('on each of its quiet days a full decision says nothing', () => {
    let [quiet, ended] = [0, 0];
    fc.assert(
      fc.property(
        anyAccount(),
        fc.constantFrom(...MODELS),
        fc.integer({ min: 0, max: 40 }),
        (any, model, days) => {
          const account = lived(any, model, days);
          const found = account && quietDays(account, model, TODAY);
          if (account === null || found === null) return;
          quiet += 1;
          if (found.until !== null) ended += 1;
          expect(firstNews(account, model, found.until)).toBeNull();
        },
      ),
      { numRuns: 1_500 },
    );
    // It would say nothing if hardly any account were quiet.
    expect(quiet).toBeGreaterThan(500);
    expect(ended).toBeGreaterThan(250);
  });

  test('quiet days that are found on one of them end when the others do', () => {
    fc.assert(
      fc.property(anyAccount(), fc.integer({ min: 1, max: 300 }), (any, later) => {
        const account = lived(any, DEFAULT_MODEL, 1);
        const found = account && quietDays(account, DEFAULT_MODEL, TODAY);
        const today = addDays(TODAY, later);
        if (account === null || found === null || (found.until !== null && today >= found.until)) return;
        expect(quietDays(account, DEFAULT_MODEL, today)).toEqual({ from: today, until: found.until });
      }),
      { numRuns: 1_000 },
    );
  });
});

// Where this fails because the rules decide otherwise, RULES_EDITION goes up, since servers rely upon what they found by
// the old ones; where the built-in model or the accounts of this test have changed alone, only the digest is another one.
test('the rules decide as they do in their edition', () => {
  const accounts = fc.sample(anyAccount(), { numRuns: 2_000, seed: 7 });
  const decided = createHash('sha256');
  for (const any of accounts) {
    for (const model of MODELS) {
      const account = lived(any, model, 30);
      if (account === null) continue;
      const later = byTime(account, addDays(TODAY, 200), model);
      decided.update(JSON.stringify([account, later]));
    }
  }
  expect([RULES_EDITION, decided.digest('hex')]).toEqual([
    1,
    '743b063b660c33b14ee67c15b0986124b8cdd467e5f49b2e99f57c3b1a059a1f',
  ]);
});
