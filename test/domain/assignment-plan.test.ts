import fc from 'fast-check';
import {
  type PlannedAccount,
  type PlannedBook,
  type PlannedCsm,
  type PlanOutcome,
} from '../../src/domain/assignment-plan';
import { assignmentLocks } from '../../src/domain/assignment-lock';
import { parseDate } from '../../src/domain/calendar';
import { FULL_TIME, SINCE_EVER } from '../../src/domain/csm';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { gapOf } from '../../src/domain/integer-program';
import { type Owner } from '../../src/domain/portfolio';
import { csm, person, planFor, planned, pool, randomPlanBook, written } from '../support/plan-book';
import { PlanRules } from '../support/plan-rules';

const TODAY = parseDate('2026-03-02');
const day = parseDate;
/** Milliseconds: a busy machine takes its time. */
const PATIENTLY = 600_000;
const NEVER = { renewalDate: null, termMonths: null, customerSince: null, ownedSince: null };

describe('what keeps an account where it is', () => {
  test.each([
    ['nothing is known', {}, []],
    ['a renewal in 30 days', { renewalDate: day('2026-04-01') }, ['RENEWAL']],
    ['a renewal in 31 days', { renewalDate: day('2026-04-02') }, []],
    ['a renewal today', { renewalDate: TODAY }, ['RENEWAL']],
    ['a renewal a term ago', { renewalDate: day('2025-03-20') }, ['RENEWAL']],
    ['a renewal that comes in half a year', { renewalDate: day('2025-03-20'), termMonths: 18 }, []],
    ['a customer of 89 days', { customerSince: day('2025-12-03') }, ['ONBOARDING']],
    ['a customer of 90 days', { customerSince: day('2025-12-02') }, []],
    ['an owner of 90 days', { ownedSince: day('2025-12-02') }, ['OWNER_CHANGED']],
    ['an owner of 91 days', { ownedSince: day('2025-12-01') }, []],
  ])('%s', (_, known, expected) => {
    expect(assignmentLocks({ ...NEVER, ...known }, DEFAULT_MODEL, TODAY)).toEqual(expected);
  });

  test.each([
    ['a renewal in 10 days', { renewalDate: day('2026-03-12') }, ['RENEWAL']],
    ['a renewal in 11 days', { renewalDate: day('2026-03-13') }, []],
    ['a customer of 19 days', { customerSince: day('2026-02-11') }, ['ONBOARDING']],
    ['a customer of 20 days', { customerSince: day('2026-02-10') }, []],
    ['an owner of 40 days', { ownedSince: day('2026-01-21') }, ['OWNER_CHANGED']],
    ['an owner of 41 days', { ownedSince: day('2026-01-20') }, []],
  ])('%s, by the days that a model says', (_, known, expected) => {
    const locks = { renewalLockDays: 10, onboardingLockDays: 20, ownerChangeLockDays: 40 };
    const model = { ...DEFAULT_MODEL, assignment: { ...DEFAULT_MODEL.assignment, ...locks } };
    expect(assignmentLocks({ ...NEVER, ...known }, model, TODAY)).toEqual(expected);
  });
});

describe('an assignment plan', () => {
  const anna = person('anna', { languages: ['en'], regions: ['Europe'], industries: ['FinTech'] });
  const bert = person('bert', { languages: ['en', 'pt-BR'], regions: ['Europe', 'Asia'] });

  test('gives accounts to those who speak the language and cover the region', async () => {
    const plan = await planFor({
      csms: [anna, bert],
      accounts: [
        planned(1, { language: 'pt' }),
        planned(2, { language: 'en-GB', region: 'Europe', industry: 'fintech' }),
        planned(3, { region: 'Asia' }),
      ],
    });
    expect(written(plan)).toEqual(['A-1 -> bert', 'A-2 -> anna', 'A-3 -> bert']);
    expect(plan.proposals[1]?.reasons).toEqual([
      { code: 'UNASSIGNED', text: 'nobody looks after it' },
      { code: 'LANGUAGE_FIT', text: 'anna speaks en-GB' },
      { code: 'REGION_FIT', text: 'anna covers Europe' },
      { code: 'INDUSTRY_FIT', text: 'anna knows fintech' },
    ]);
    expect(plan).toMatchObject({ toCover: 3, covered: 3, moves: 0, missing: [] });
  });

  test('fills a CSM up to the limit and names the FTE that are missing', async () => {
    const accounts = Array.from({ length: 32 }, (_, index) =>
      planned(index + 1, { tier: 'strategic', load: 1 / 30 }),
    );
    const plan = await planFor({ csms: [person('anna')], accounts });
    expect(plan.covered).toBe(30);
    expect(plan.balanceAfter?.highest).toBeCloseTo(1, 9);
    expect(plan.missing).toEqual([
      expect.objectContaining({
        demand: 'COVERAGE',
        cause: 'FTE',
        tier: 'strategic',
        accountIds: ['31', '32'],
        text: '2 Strategic accounts: 0.07 FTE are missing among those who fit',
      }),
    ]);
    expect(plan.proposals.every(({ needsExecutiveSponsor }) => needsExecutiveSponsor)).toBe(true);
  });

  test('fills CSMs as far as the model says, and those who leave later than it says', async () => {
    const { capacity, assignment } = DEFAULT_MODEL;
    const model = {
      ...DEFAULT_MODEL,
      capacity: { ...capacity, fullTo: 110 },
      assignment: { ...assignment, leavingWithinDays: 5 },
    };
    const until = (to: string): Partial<PlannedCsm> => ({
      employment: [{ from: SINCE_EVER, to: day(to), fte: FULL_TIME }],
    });
    const book = {
      csms: [person('anna'), person('eve', until('2026-03-08')), person('fay', until('2026-03-07'))],
      accounts: Array.from({ length: 67 }, (_, index) =>
        planned(index + 1, { tier: 'strategic', load: 1 / 30 }),
      ),
    };
    const ownersOf = ({ proposals }: PlanOutcome): string[] =>
      [...new Set(proposals.map(({ to }) => to.externalId))].sort();
    const plan = await planFor(book, { model });
    expect([plan.covered, ownersOf(plan)]).toEqual([66, ['anna', 'eve']]);
    const byDefault = await planFor(book);
    expect([byDefault.covered, ownersOf(byDefault)]).toEqual([30, ['anna']]);
  });

  test.each<[string, PlannedBook, string]>([
    ['a language', { csms: [anna], accounts: [planned(1, { language: 'fr' })] }, 'LANGUAGE fr/'],
    ['a region', { csms: [anna], accounts: [planned(1, { region: 'Asia' })] }, 'REGION /Asia'],
    [
      'both at once',
      {
        csms: [anna, person('cleo', { languages: ['fr'] })],
        accounts: [planned(1, { language: 'fr', region: 'Europe' })],
      },
      'LANGUAGE_AND_REGION fr/Europe',
    ],
    ['anybody', { csms: [], accounts: [planned(1)] }, 'STAFF /'],
    [
      'somebody of whom languages are recorded',
      { csms: [person('dora')], accounts: [planned(1, { language: 'en' })] },
      'LANGUAGE en/',
    ],
    [
      'somebody who stays',
      {
        csms: [
          person('eve', {
            employment: [{ from: day('2020-01-01'), to: day('2026-03-20'), fte: 100 as never }],
          }),
        ],
        accounts: [planned(1)],
      },
      'STAFF /',
    ],
    [
      'room in a pool, since a named CSM is needed',
      {
        csms: [person('fay', { fte: 1, pool: 'east' })],
        accounts: [planned(1, { tier: 'strategic', load: 1 / 30 })],
      },
      'FTE /',
    ],
  ])('says that it lacks %s', async (_, book, expected) => {
    const { missing, proposals } = await planFor(book);
    expect(proposals).toEqual([]);
    expect(
      missing.map(({ cause, language, region }) => `${cause} ${language ?? ''}/${region ?? ''}`),
    ).toEqual([expected]);
  });

  test('takes nothing from a tier that nobody looks after', async () => {
    const plan = await planFor({ csms: [anna], accounts: [planned(1, { tier: 'tech-touch', load: 0 })] });
    expect(plan).toMatchObject({ toCover: 0, proposals: [], missing: [] });
  });

  test('brings a top-tier account from a pool to a named CSM, and scale accounts to a pool', async () => {
    const plan = await planFor({
      csms: [person('anna'), person('gil', { pool: 'east' })],
      accounts: [
        planned(3, { tier: 'core', load: 0.1, owner: csm('gil') }),
        planned(1, { tier: 'strategic', load: 1 / 30, owner: pool('east') }),
        planned(2, { tier: 'scale', load: 1 / 500 }),
      ],
    });
    expect(written(plan)).toEqual(['A-1 -> anna', 'A-2 -> east']);
    expect(plan.proposals[0]?.reasons[0]?.code).toBe('COVERAGE_RULE');
  });

  describe('of an overloaded CSM', () => {
    const of = (id: number, owner: Owner, values: Partial<PlannedAccount> = {}): PlannedAccount =>
      planned(id, { tier: 'strategic', load: 0.3, owner, executiveSponsor: 'CEO', ...values });
    const four = (values: Partial<PlannedAccount> = {}): PlannedAccount[] =>
      [1, 2, 3, 4].map((id) => of(id, csm('anna'), values));

    test('moves as few accounts as bring the CSM to the limit', async () => {
      const plan = await planFor({ csms: [person('anna'), person('bert')], accounts: four() });
      expect(written(plan)).toEqual(['A-1 -> bert']);
      expect(plan).toMatchObject({ moves: 1, toCover: 0, missing: [] });
      expect(plan.proposals[0]?.reasons).toEqual([
        { code: 'OVERLOADED', text: 'relieves anna, at 120% of the limit' },
      ]);
      expect(plan.overloadBefore).toBeCloseTo(0.2);
      expect(plan.overloadAfter).toBe(0);
    });

    test.each<[string, Partial<PlannedAccount>, number | null, string]>([
      ['locked accounts', { ownedSince: day('2026-02-01') }, null, 'LOCKED'],
      ['accounts that were not asked for', { isAsked: false }, null, 'LOCKED'],
      ['the move budget', {}, 0, 'MOVE_BUDGET'],
      ['a language that nobody else speaks', { language: 'fr' }, null, 'LANGUAGE'],
    ])('is kept from it by %s', async (_, values, moveBudget, cause) => {
      const plan = await planFor(
        { csms: [person('anna', { languages: ['fr'] }), person('bert')], accounts: four(values) },
        { moveBudget },
      );
      expect(plan.proposals).toEqual([]);
      expect(plan.missing).toMatchObject([{ demand: 'RELIEF', cause, csm: 'anna' }]);
    });

    test('counts a backup as busy with the accounts of the one who is away', async () => {
      const leave = [{ from: TODAY, to: day('2026-03-09'), backup: 'bert' }];
      const plan = await planFor({
        csms: [person('anna', { leave }), person('bert'), person('cleo')],
        accounts: [
          of(1, csm('anna'), { load: 0.9 }),
          of(2, csm('bert'), { load: 0.3 }),
          planned(3, { load: 0.2 }),
        ],
      });
      expect(written(plan)).toEqual(['A-2 -> cleo', 'A-3 -> cleo']);
    });
  });

  test('gives accounts of a leaver to others, save for those that are locked until then', async () => {
    const leaving = person('anna', {
      employment: [{ from: day('2020-01-01'), to: day('2026-03-31'), fte: 100 as never }],
    });
    const gone = person('cleo', {
      employment: [{ from: day('2020-01-01'), to: day('2026-03-01'), fte: 100 as never }],
    });
    const plan = await planFor({
      csms: [leaving, person('bert'), gone],
      accounts: [
        planned(1, { owner: csm('anna') }),
        planned(2, { owner: csm('anna'), renewalDate: day('2026-03-10') }),
        planned(3, { owner: csm('cleo'), renewalDate: day('2026-03-10') }),
      ],
    });
    expect(written(plan)).toEqual(['A-1 -> bert', 'A-3 -> bert']);
    expect(plan.proposals.map(({ reasons }) => reasons[0]?.code)).toEqual(['OWNER_LEAVING', 'OWNER_LEFT']);
  });

  test('counts only changes from one owner to another against the move budget', async () => {
    const book = {
      csms: [person('bert')],
      accounts: [planned(1), planned(2, { owner: csm('gone') }), planned(3, { owner: csm('gone') })],
    };
    const plan = await planFor(book, { moveBudget: 1 });
    expect(plan).toMatchObject({ covered: 2, moves: 1 });
    expect(plan.missing).toMatchObject([{ cause: 'MOVE_BUDGET', accountIds: ['3'] }]);
  });

  test('covers the most accounts, or the highest tier first', async () => {
    const book = {
      csms: [person('anna')],
      accounts: [
        planned(1, { tier: 'strategic', load: 0.9 }),
        planned(2, { load: 0.5 }),
        planned(3, { load: 0.5 }),
      ],
    };
    expect(written(await planFor(book))).toEqual(['A-2 -> anna', 'A-3 -> anna']);
    expect(written(await planFor(book, { priority: 'HIGHEST_TIER' }))).toEqual(['A-1 -> anna']);
  });

  test('spreads the load evenly, and then prefers who knows the industry', async () => {
    const accounts = [1, 2, 3, 4, 5, 6].map((id) =>
      planned(id, { load: 0.1, industry: id <= 2 ? 'FinTech' : 'Retail' }),
    );
    const plan = await planFor({
      csms: [person('anna', { industries: ['FinTech'] }), person('bert'), person('cleo')],
      accounts,
    });
    expect(plan.industryFits).toBe(2);
    expect(plan.balanceAfter?.standardDeviation).toBeCloseTo(0);
  });

  test('is the same again, and whatever the order of the rows', async () => {
    const book = randomPlanBook(11, 60, 8, 0.8);
    const shuffled = { accounts: [...book.accounts].reverse(), csms: [...book.csms].reverse() };
    const [first, again, other] = [await planFor(book), await planFor(book), await planFor(shuffled)];
    expect(first.covered).toBeGreaterThan(30);
    expect(again).toEqual(first);
    expect(other).toEqual(first);
  });

  test(
    'of 300 unassigned accounts over 40 CSMs breaks no rule and says how near to the best it is',
    async () => {
      const book = randomPlanBook(7, 300, 40, 0.7);
      const plan = await planFor(book);
      expect(plan).toMatchObject({ toCover: 300, covered: 300 });
      expect(new PlanRules(book, DEFAULT_MODEL, TODAY).broken(plan, null)).toEqual([]);
      for (const goal of plan.solution.goals) expect(gapOf(goal)).toBeLessThan(0.02);
    },
    PATIENTLY,
  );

  test(
    'of 20,000 pooled accounts is small, since accounts that are alike are one column',
    async () => {
      const csms = Array.from({ length: 60 }, (_, index) =>
        person(`csm-${index}`, {
          pool: index % 2 === 0 ? 'east' : 'west',
          regions: [index % 2 === 0 ? 'East' : 'West'],
        }),
      );
      const accounts = Array.from({ length: 20_000 }, (_, index) =>
        planned(index + 1, {
          tier: 'scale',
          load: 1.25 ** (index % 3) / 500,
          region: index % 4 === 0 ? 'West' : 'East',
          owner: index % 5 === 0 ? null : pool('east'),
        }),
      );
      const book = { accounts, csms };
      const plan = await planFor(book);
      expect(plan.toCover).toBe(4_000);
      expect(
        plan.covered +
          plan.missing.reduce(
            (sum, { demand, accountIds }) => sum + (demand === 'COVERAGE' ? accountIds.length : 0),
            0,
          ),
      ).toBe(4_000);
      expect(plan.overloadAfter).toBeLessThan(plan.overloadBefore);
      expect(plan.solution.values.length).toBeLessThan(5_000);
    },
    PATIENTLY,
  );
});

describe('any small plan', () => {
  const LANGUAGES = ['de', 'en'];
  const maybe = <T>(values: readonly T[]): fc.Arbitrary<T | null> => fc.constantFrom(null, ...values);
  const people = fc.array(
    fc.record({
      languages: fc.subarray(LANGUAGES),
      industries: fc.subarray(['FinTech']),
      fte: fc.constantFrom(50, 100),
      pool: fc.constantFrom(undefined, undefined, 'east'),
    }),
    { minLength: 1, maxLength: 3 },
  );
  const accounts = fc.array(
    fc.record({
      tier: fc.constantFrom('strategic', 'core', 'scale'),
      load: fc.constantFrom(0.2, 0.25, 0.4, 0.625),
      language: maybe(LANGUAGES),
      industry: maybe(['FinTech']),
      owner: maybe<Owner>([csm('p0'), csm('p0'), csm('p1'), csm('gone'), pool('east')]),
      isAsked: fc.constantFrom(true, true, true, false),
      ownedSince: fc.constantFrom(null, null, null, day('2026-02-20')),
    }),
    { minLength: 1, maxLength: 6 },
  );

  type Score = readonly [covered: number, overload: number, moves: number, beside: number];

  /** The best of all plans there are, by trying every one. */
  function best(book: PlannedBook, moveBudget: number | null): Score {
    const rules = new PlanRules(book, DEFAULT_MODEL, TODAY);
    const everybody: Owner[] = [...book.csms.map(({ externalId }) => csm(externalId)), pool('east')];
    const movable = book.accounts.filter((account) => rules.mayMove(account));
    let found: Score = [0, Number.POSITIVE_INFINITY, 0, 0];
    const attempt = (index: number, owners: Map<string, Owner>): void => {
      const account = movable[index];
      if (account !== undefined) {
        attempt(index + 1, owners);
        for (const owner of everybody) {
          if (!rules.mayTake(account, owner)) continue;
          attempt(index + 1, new Map(owners).set(account.id, owner));
        }
        return;
      }
      const given = movable.filter(({ id }) => owners.has(id));
      const moves = given.filter((one) => one.owner !== null).length;
      if (moveBudget !== null && moves > moveBudget) return;
      const loads = rules.loads(owners);
      const isBroken = book.csms.some(
        ({ externalId }) =>
          rules.isAbove(externalId, loads) &&
          !(
            rules.isAbove(externalId, rules.before) &&
            (loads.get(externalId) ?? 0) <= (rules.before.get(externalId) ?? 0) + 1e-7
          ),
      );
      if (isBroken) return;
      const score: Score = [
        given.filter((one) => !rules.isValid(one)).length,
        rules.overload(loads),
        moves,
        given.filter((one) => one.tier === 'scale' && owners.get(one.id)?.kind === 'CSM').length,
      ];
      if (isBetter(score, found)) found = score;
    };
    attempt(0, new Map());
    return found;
  }

  function isBetter(a: Score, b: Score): boolean {
    if (a[0] !== b[0]) return a[0] > b[0];
    if (Math.abs(a[1] - b[1]) > 1e-6) return a[1] < b[1];
    if (a[2] !== b[2]) return a[2] < b[2];
    return a[3] < b[3];
  }

  test(
    'breaks no rule and is as good as the best of all',
    async () => {
      await fc.assert(
        fc.asyncProperty(people, accounts, maybe([0, 1, 2, 3]), async (team, rows, moveBudget) => {
          const book = {
            csms: team.map(({ pool: shared, ...values }, index) =>
              person(`p${index}`, { ...values, ...(shared !== undefined && { pool: shared }) }),
            ),
            accounts: rows.map((row, index) => planned(index + 1, row)),
          };
          const plan = await planFor(book, { moveBudget });
          const rules = new PlanRules(book, DEFAULT_MODEL, TODAY);
          expect(rules.broken(plan, moveBudget)).toEqual([]);
          const expected = best(book, moveBudget);
          const beside = plan.proposals.filter(
            ({ tier, to }) => tier === 'scale' && to.kind === 'CSM',
          ).length;
          expect([plan.covered, plan.moves, beside]).toEqual([expected[0], expected[2], expected[3]]);
          expect(plan.overloadAfter).toBeCloseTo(expected[1], 5);
          const open = plan.missing.filter(({ demand }) => demand === 'COVERAGE');
          expect(open.reduce((sum, { accountIds }) => sum + accountIds.length, 0)).toBe(
            plan.toCover - plan.covered,
          );
        }),
        { numRuns: 100 },
      );
    },
    PATIENTLY,
  );
});
