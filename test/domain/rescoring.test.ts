import fc from 'fast-check';
import { type AccountFacts, type AccountValues, type FieldChange, LEVELS } from '../../src/domain/account';
import { addDays, type CalendarDate, daysBetween } from '../../src/domain/calendar';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { units } from '../../src/domain/money';
import { rescoreAccount, type Rescoring } from '../../src/domain/rescoring';
import { type Standing } from '../../src/domain/standing';
import { isAbove } from '../../src/domain/tier';
import { type HistoryEntry } from '../../src/domain/tier-history';
import { NO_REVIEW } from '../../src/domain/tier-review';
import { type TieringModel } from '../../src/domain/tiering-model';
import { AccountStory, expectUnbrokenHistory } from '../support/account-story';
import { day, given, type WrittenValues } from '../support/facts';

const FIRST_DAY = day('2026-01-10');

function storyWith(values: WrittenValues, on = FIRST_DAY): AccountStory {
  const story = new AccountStory(on);
  story.learn(values);
  return story;
}

describe('rescoring an account', () => {
  test('lays the given values over it, places it and says everything that came of it', () => {
    const rescoring = new AccountStory(FIRST_DAY).learn({ arr: '40,000', name: 'Acme' });
    expect(rescoring).toMatchObject({
      changes: [
        { field: 'arr', from: null, to: units(40_000) },
        { field: 'name', from: null, to: 'Acme' },
      ],
      movement: { kind: 'NEW', from: null, to: units(40_000), effectiveOn: FIRST_DAY },
      newScorecard: true,
      entries: [{ kind: 'INITIAL', heldTo: 'core' }],
      account: {
        values: { arr: units(40_000), name: 'Acme' },
        standing: { computed: 'core', held: 'core' },
        scorecard: { modelVersion: 1, total: 2_400, computedTier: 'core' },
        hadArr: true,
      },
    });
  });

  test('with nothing new decides nothing', () => {
    const story = storyWith({ arr: '40,000', name: 'Acme' });
    const { account } = story;
    for (const again of [
      story.learn({ arr: '40,000', name: 'Acme' }),
      story.runDaily(),
      story.sleep(1).runDaily(),
    ]) {
      expect(again).toEqual({ account, changes: [], movement: null, newScorecard: false, entries: [] });
    }
  });

  test('refuses an assessment of the future', () => {
    const story = storyWith({ arr: '40,000' });
    expect(() => story.learn({ expansionAssessment: 'HIGH', expansionAssessedOn: '2026-01-11' })).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE', field: ['expansionAssessedOn'] }) as Error,
    );
  });
});

describe('the movements of ARR', () => {
  test('follow an account through its life', () => {
    const story = new AccountStory(FIRST_DAY);
    const kinds = [null, '0', '40,000', '50,000', '45,000', '45,000', null, '10,000', '0', '5,000'].map(
      (arr) => story.sleep(1).learn({ arr }).movement?.kind ?? null,
    );
    expect(kinds).toEqual([
      null,
      null,
      'NEW',
      'EXPANSION',
      'CONTRACTION',
      null,
      'CHURN',
      'REACTIVATION',
      'CHURN',
      'REACTIVATION',
    ]);
  });

  test('are none of an account that comes in churned: it brings nothing, whatever its ARR was', () => {
    const story = new AccountStory(FIRST_DAY);
    expect(story.learn({ status: 'CHURNED', arr: '40,000' })).toMatchObject({
      movement: null,
      account: { hadArr: false, scorecard: null },
      entries: [],
    });
  });

  test('are made by its status, too: churn takes the ARR out of the book, and a return brings it back', () => {
    const story = new AccountStory(FIRST_DAY);
    story.learn({ arr: '40,000' });
    expect(story.learn({ status: 'CHURNED' }).movement).toMatchObject({
      kind: 'CHURN',
      from: 4_000_000,
      to: 0,
    });
    expect(story.learn({ arr: '50,000' }).movement).toBeNull();
    expect(story.learn({ status: 'ACTIVE' }).movement).toMatchObject({
      kind: 'REACTIVATION',
      from: 0,
      to: 5_000_000,
    });
  });
});

describe('a scorecard is stored when anything on it changed', () => {
  test.each<{ values: WrittenValues; stored: boolean; why: string }>([
    { values: { arr: '41,000' }, stored: true, why: 'the fact shows, though no points change' },
    { values: { expansionAssessment: 'LOW' }, stored: true, why: 'what the potential rests on shows' },
    { values: { arr: '60,000' }, stored: true, why: 'the total changes' },
    { values: { churnRisk: 'HIGH' }, stored: false, why: 'no guardrail acts and no points change' },
    {
      values: { name: 'Acme', renewalDate: '2026-12-01' },
      stored: false,
      why: 'placement does not look at them',
    },
    { values: { missionCritical: true }, stored: false, why: 'relationship complexity is not on it' },
  ])('$values: $stored, $why', ({ values, stored }) => {
    const story = storyWith({ arr: '40,000' });
    const { scorecard } = story.account;
    expect(story.learn(values).newScorecard).toBe(stored);
    expect(story.account.scorecard === scorecard).toBe(!stored);
  });

  test('by the passing of a day, where an assessment ages', () => {
    const story = storyWith({ arr: '40,000', expansionAssessment: 'HIGH' });
    expect(story.goTo('2027-01-09').runDaily().newScorecard).toBe(false);
    expect(story.goTo('2027-01-10').runDaily().newScorecard).toBe(true);
  });

  test('by a new model, which it names', () => {
    const story = storyWith({ arr: '40,000' });
    expect(story.publish({ ...DEFAULT_MODEL, version: 2 }).newScorecard).toBe(true);
    expect(story.account.scorecard?.modelVersion).toBe(2);
  });

  test('but not because a database gives its keys back in another order', () => {
    const story = storyWith({ arr: '600,000', logoValue: true });
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, reversed(inner)]),
      );
    };
    story.account = reversed(story.account) as typeof story.account;
    story.account = { ...story.account, recentUpgrades: [] };
    expect(story.runDaily()).toMatchObject({ newScorecard: false, entries: [] });
    expect(story.learn({ logoValue: false }).newScorecard).toBe(true);
  });

  test('when an account churns: once, without a tier', () => {
    const story = storyWith({ arr: '40,000' });
    expect(story.learn({ status: 'CHURNED' }).newScorecard).toBe(true);
    expect(story.account.scorecard?.computedTier).toBeNull();
    expect(story.learn({ arr: '600,000' }).newScorecard).toBe(false);
    expect(story.learn({ status: 'ACTIVE' }).newScorecard).toBe(true);
    expect(story.account.scorecard?.computedTier).toBe('strategic');
  });

  test('but none before the first placement', () => {
    expect(new AccountStory(FIRST_DAY).learn({ churnRisk: 'HIGH' }).account.scorecard).toBeNull();
  });
});

describe('an upgrade remembers the changes that it rests on', () => {
  test.each<{ case: string; values: WrittenValues; causes: string[] }>([
    { case: 'the one that changed', values: { arr: '600,000' }, causes: ['arr'] },
    {
      case: 'of several the one without which the account would stand lower',
      values: { arr: '600,000', name: 'Acme', healthScore: 80, termMonths: 6 },
      causes: ['arr'],
    },
    {
      case: 'each of several that were needed together',
      values: {
        arr: '60,000',
        logoValue: true,
        referencePotential: true,
        marketInfluence: true,
        partnershipOpportunity: true,
      },
      causes: ['arr', 'logoValue', 'referencePotential', 'marketInfluence', 'partnershipOpportunity'],
    },
    {
      case: 'where each of several would have done, all that the scorecard shows',
      values: { arr: '600,000', strategicDesignation: true, name: 'Acme', healthScore: 80 },
      causes: ['arr', 'strategicDesignation'],
    },
    {
      case: 'an assessment, and not the day that comes with it',
      values: { expansionAssessment: 'HIGH' },
      causes: ['expansionAssessment'],
    },
  ])('$case', ({ values, causes }) => {
    const story = storyWith({ arr: '40,000' });
    const { entries, account } = story.sleep(3).learn(values);
    expect(entries.map(({ kind }) => kind)).toEqual(['UPGRADE']);
    expect(entries[0]?.causedBy.map(({ field }) => field)).toEqual(causes);
    expect(account.recentUpgrades).toEqual([
      { on: '2026-01-13', heldFrom: 'core', causedBy: entries[0]?.causedBy },
    ]);
  });

  test('but one by time or by a new model rests on none', () => {
    const story = storyWith({ arr: '40,000' });
    story.publish({
      ...DEFAULT_MODEL,
      version: 2,
      guardrails: { ...DEFAULT_MODEL.guardrails, keyAccountFrom: units(1) },
    });
    expect(story.rows(1)).toEqual(['UPGRADE MODEL_PUBLISHED: core -> strategic']);
    expect(story.lastRow?.causedBy).toEqual([]);
    expect(story.account.recentUpgrades).toEqual([]);
  });
});

describe('the first tier review', () => {
  test.each<{ arr: string; fromFile: boolean; dueOn: string }>([
    { arr: '600,000', fromFile: false, dueOn: '2026-01-24' },
    { arr: '40,000', fromFile: false, dueOn: '2026-01-24' },
    { arr: '8,000', fromFile: false, dueOn: '2026-04-10' },
    { arr: '1,000', fromFile: false, dueOn: '2026-04-10' },
  ])('of an account with $arr falls due on $dueOn', ({ arr, fromFile, dueOn }) => {
    const story = new AccountStory(FIRST_DAY, DEFAULT_MODEL, fromFile);
    story.learn({ arr });
    expect(story.account.review.dueOn).toBe(dueOn);
  });

  test('of an account that came in with a file falls due within one cadence', () => {
    const story = new AccountStory(FIRST_DAY, DEFAULT_MODEL, true);
    story.learn({ arr: '600,000' });
    const dueOn = story.account.review.dueOn;
    expect(dueOn !== null && dueOn > FIRST_DAY && dueOn <= day('2026-02-10')).toBe(true);
  });

  test('is brought forward by a move, gone with a churned account, and begins anew when that comes back', () => {
    const story = storyWith({ arr: '8,000' });
    story.sleep(5).learn({ arr: '600,000' });
    expect(story.account.review).toMatchObject({ dueOn: '2026-01-15', triggers: [{}, {}] });
    story.sleep(5).learn({ status: 'CHURNED' });
    expect(story.account.review).toEqual(NO_REVIEW);
    story.sleep(5).learn({ status: 'ACTIVE' });
    expect(story.account.review).toMatchObject({ dueOn: '2026-02-08', triggers: [], escalatedOn: null });
  });

  test('is not due before the first placement', () => {
    const story = new AccountStory(FIRST_DAY);
    story.learn({ healthScore: 90 });
    expect(story.account.review.dueOn).toBeNull();
    story.sleep(7).learn({ arr: '600,000' });
    expect(story.account.review.dueOn).toBe('2026-01-31');
  });
});

/** What can happen to an account on a day. */
type Happening =
  | { readonly kind: 'facts'; readonly values: Partial<AccountValues> }
  | { readonly kind: 'daily' }
  | { readonly kind: 'override'; readonly tier: string }
  | { readonly kind: 'endOverride'; readonly dataError: boolean }
  | { readonly kind: 'letFall' }
  | { readonly kind: 'publish'; readonly model: TieringModel };

interface LivedDay {
  /** Days since the one before; more than 1 are skipped days. */
  readonly gap: number;
  readonly happenings: readonly Happening[];
}

/** An account that lives through the days; every rule that a step breaks is noted down. */
class CheckedStory extends AccountStory {
  readonly broken: string[] = [];
  private readonly upgrades: {
    on: CalendarDate;
    heldFrom: string | null;
    changes: readonly FieldChange[];
  }[] = [];

  live(days: readonly LivedDay[]): this {
    for (const { gap, happenings } of days) {
      this.sleep(gap);
      for (const happening of happenings) this.liveThrough(happening);
    }
    return this;
  }

  private liveThrough(happening: Happening): void {
    const before = this.standing;
    const rowsBefore = this.history.length;
    let changes: readonly FieldChange[] = [];
    if (happening.kind === 'facts') {
      ({ changes } = this.change(happening.values));
      this.demand(isNothingNew(this.change(happening.values)), 'the same facts again change nothing');
    } else {
      this.act(happening);
      this.runDaily();
    }
    this.demand(isNothingNew(this.runDaily()), 'running again on the same day changes nothing');
    this.checkRows(before, this.history.slice(rowsBefore), changes, happening);
    this.checkStanding();
  }

  private act(happening: Exclude<Happening, { kind: 'facts' }>): void {
    switch (happening.kind) {
      case 'daily':
        break;
      case 'override':
        if (this.standing.held !== null) this.override(happening.tier);
        break;
      case 'endOverride':
        this.endOverride(happening);
        break;
      case 'letFall':
        this.letFall();
        break;
      case 'publish':
        this.publish(happening.model);
        break;
    }
  }

  private checkRows(
    before: Standing,
    rows: readonly HistoryEntry[],
    changes: readonly FieldChange[],
    happening: Happening,
  ): void {
    let { pending } = before;
    for (const row of rows) {
      const { kind, cause, computed, heldFrom, heldTo } = row;
      if (this.falls(heldFrom, heldTo)) {
        const graceHasPassed =
          pending !== null &&
          pending.graceUntil <= this.today &&
          daysBetween(pending.detectedOn, this.today) >= 30 &&
          heldTo === computed;
        this.demand(
          kind === 'DOWNGRADE' &&
            ((cause === 'GRACE_ENDED' && graceHasPassed) ||
              (cause === 'CORRECTION' && this.isCorrection(heldTo, changes)) ||
              (cause === 'REVIEW' && happening.kind === 'letFall')),
          'the held tier falls after its grace, by a review or to correct a mistake',
        );
      }
      if (this.falls(row.effectiveFrom, row.effectiveTo)) {
        this.demand(
          kind === 'DOWNGRADE' ||
            kind === 'OVERRIDE_STARTED' ||
            (kind === 'OVERRIDE_ENDED' && happening.kind === 'endOverride' && happening.dataError),
          'the effective tier falls with the held one, by an override or by the end of a mistaken one',
        );
      }
      this.demand(heldTo !== null || kind === 'CHURNED', 'only a churned account holds no tier');
      if (kind === 'UPGRADE' && cause === 'FACTS') this.upgrades.push({ on: this.today, heldFrom, changes });
      pending = row.pending;
    }
  }

  private checkStanding(): void {
    const { computed, held, pending } = this.standing;
    this.demand((held === null) === (computed === null), 'an account holds a tier while one is computed');
    this.demand(
      (pending === null) === (computed === held),
      'a lower computed tier is pending, and only that',
    );
    if (pending === null) return;
    this.demand(pending.target === computed, 'the pending target is the computed tier');
    this.demand(this.falls(held, pending.target), 'the pending target lies below the held tier');
    const days = daysBetween(pending.detectedOn, pending.graceUntil);
    const least = pending.reason === 'NOT_PAYING' || pending.reason === 'OVERRIDE_ENDED' ? 30 : 90;
    this.demand(days >= least && days <= 455, 'a grace lasts from 90 days, or 30, to 455');
  }

  private falls(from: string | null, to: string | null): boolean {
    return from !== null && to !== null && isAbove(this.model.tiers, from, to);
  }

  /** Whether a fact that changed with an upgrade of the last 14 days is back at what it was before. */
  private isCorrection(heldTo: string | null, changes: readonly FieldChange[]): boolean {
    return this.upgrades.some(
      (upgrade) =>
        daysBetween(upgrade.on, this.today) <= 14 &&
        !this.falls(upgrade.heldFrom, heldTo) &&
        upgrade.changes.some((then) =>
          // A flag that is not known and one that says no are the same.
          changes.some(({ field, to }) => field === then.field && (to ?? false) === (then.from ?? false)),
        ),
    );
  }

  private demand(holds: boolean, rule: string): void {
    if (!holds) this.broken.push(`${this.today}: ${rule}`);
  }
}

function isNothingNew({ changes, movement, newScorecard, entries }: Rescoring): boolean {
  return changes.length === 0 && movement === null && !newScorecard && entries.length === 0;
}

function expectSoundLife(days: readonly LivedDay[]): void {
  const story = new CheckedStory(FIRST_DAY).live(days);
  expect(story.broken).toEqual([]);
  expectUnbrokenHistory(story);
}

const MODELS: readonly TieringModel[] = [
  DEFAULT_MODEL,
  {
    ...DEFAULT_MODEL,
    version: 2,
    guardrails: { ...DEFAULT_MODEL.guardrails, keyAccountFrom: units(30_000) },
  },
  { ...DEFAULT_MODEL, version: 3, guardrails: { ...DEFAULT_MODEL.guardrails, keyAccountFrom: null } },
  {
    ...DEFAULT_MODEL,
    version: 4,
    missingFacts: 'REDISTRIBUTE',
    tiers: DEFAULT_MODEL.tiers.map((tier) => ({ ...tier, scoreFloor: tier.scoreFloor * 1.2 })),
  },
];

/** A few values at a time, from few choices, so that facts come back to what they were. */
function anyValues(): fc.Arbitrary<Partial<AccountValues>> {
  const one = <F extends keyof AccountValues>(
    field: F,
    ...choices: readonly AccountValues[F][]
  ): fc.Arbitrary<Partial<AccountValues>> => fc.constantFrom(...choices).map((value) => ({ [field]: value }));
  const flags = [
    'logoValue',
    'referencePotential',
    'marketInfluence',
    'advancedFeatures',
    'strategicDesignation',
  ] as const;
  const amounts = [0, 1_000, 8_000, 24_000, 40_000, 60_000, 120_000, 600_000].map(units);
  const change = fc.oneof(
    { weight: 6, arbitrary: one('arr', ...amounts, null) },
    { weight: 2, arbitrary: one('status', 'ACTIVE', 'ACTIVE', 'TRIAL', 'CHURNED', null) },
    { weight: 3, arbitrary: one('expansionAssessment', ...LEVELS, null) },
    one('expansionArr', units(0), units(20_000), null),
    one('seatsUsed', 1, 5, 10, null),
    one('seatsAvailable', 0, 10, null),
    one('churnRisk', ...LEVELS, null),
    one('healthScore', 20, 80, null),
    one('termMonths', 1, 3, 12, 24, null),
    one('name', 'Acme', 'Acme Ltd'),
    { weight: 3, arbitrary: fc.oneof(...flags.map((flag) => one(flag, true, false, null))) },
    {
      weight: 2,
      arbitrary: fc
        .option(fc.integer({ min: -800, max: 2_000 }), { nil: null })
        .map((days) => ({ renewalDate: days === null ? null : addDays(FIRST_DAY, days) })),
    },
  );
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) => Object.assign({}, ...changes) as Partial<AccountValues>);
}

const gaps = fc.oneof(
  { weight: 4, arbitrary: fc.constant(1) },
  { weight: 2, arbitrary: fc.integer({ min: 2, max: 14 }) },
  { weight: 1, arbitrary: fc.integer({ min: 15, max: 200 }) },
);

function anyLife(happening: fc.Arbitrary<Happening>): fc.Arbitrary<LivedDay[]> {
  const happenings = fc.array(happening, { maxLength: 2 });
  return fc.array(fc.record({ gap: gaps, happenings }), { minLength: 1, maxLength: 40, size: 'max' });
}

const ofFacts = (): fc.Arbitrary<Happening> =>
  fc.oneof(
    { weight: 3, arbitrary: anyValues().map((values): Happening => ({ kind: 'facts', values })) },
    { weight: 1, arbitrary: fc.constant<Happening>({ kind: 'daily' }) },
  );

const ofPeople = (): fc.Arbitrary<Happening> =>
  fc.oneof(
    fc
      .constantFrom(...DEFAULT_MODEL.tiers.map(({ key }) => key))
      .map((tier): Happening => ({ kind: 'override', tier })),
    fc.boolean().map((dataError): Happening => ({ kind: 'endOverride', dataError })),
    fc.constant<Happening>({ kind: 'letFall' }),
    fc.constantFrom(...MODELS).map((model): Happening => ({ kind: 'publish', model })),
  );

describe('whatever happens to an account, day by day', () => {
  test('the held tier falls only when a grace has passed or a mistake is corrected, and re-running changes nothing', () => {
    fc.assert(fc.property(anyLife(ofFacts()), expectSoundLife), { numRuns: 600 });
  });

  test('so it does under overrides, reviews and new models, and the history alone tells where it stands', () => {
    const ofAll = fc.oneof({ weight: 3, arbitrary: ofFacts() }, { weight: 1, arbitrary: ofPeople() });
    fc.assert(fc.property(anyLife(ofAll), expectSoundLife), { numRuns: 600 });
  });

  test('the same life leads to the same standing and the same history', () => {
    fc.assert(
      fc.property(anyLife(ofFacts()), (days) => {
        const one = new CheckedStory(FIRST_DAY).live(days);
        const other = new CheckedStory(FIRST_DAY).live(days);
        expect(other.history).toEqual(one.history);
        expect(other.account).toEqual(one.account);
      }),
      { numRuns: 500 },
    );
  });
});

test('rescoring leaves the account that it was given untouched', () => {
  const { account } = storyWith({ arr: '40,000' });
  const copy = structuredClone(account);
  const facts: Partial<AccountFacts> = given({ arr: '600,000' });
  const context = { model: DEFAULT_MODEL, today: FIRST_DAY, trigger: 'FACTS', fromFile: false } as const;
  rescoreAccount(account, facts, context);
  expect(account).toEqual(copy);
});
