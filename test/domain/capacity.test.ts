import fc from 'fast-check';
import { type Capacity, capacityOf, capacityWarnings } from '../../src/domain/capacity';
import { type AccountGroup } from '../../src/domain/load';
import { type CsmCapacity, ownersBehind, shareOut } from '../../src/domain/staff-capacity';
import { type CsmOnDay } from '../../src/domain/staff-on-day';
import { type CapacityStatus, rounded, utilise } from '../../src/domain/utilisation';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { ADJUSTMENT_KINDS } from '../../src/domain/service-adjustment';

const person = (csm: string, change: Partial<CsmOnDay> = {}): CsmOnDay => ({
  csm,
  fte: 1,
  backup: null,
  pools: [],
  ...change,
});

/** "anna strategic 30", "@east scale 10", "- core 3"; an account each, with 1.00 of ARR, unless said otherwise. */
function group(text: string, change: Partial<AccountGroup> = {}): AccountGroup {
  const [owner = '-', tier = '', accounts = '1'] = text.split(' ');
  return {
    owner:
      owner === '-'
        ? null
        : owner.startsWith('@')
          ? { kind: 'POOL', externalId: owner.slice(1) }
          : { kind: 'CSM', externalId: owner },
    tier,
    relationshipFacts: 0,
    adjustment: null,
    accounts: Number(accounts),
    arr: BigInt(accounts) * 100n,
    ...change,
  };
}

const capacity = (people: readonly CsmOnDay[], ...groups: readonly AccountGroup[]): Capacity =>
  capacityOf(people, groups, DEFAULT_MODEL);

function csm({ csms }: Capacity, name: string): CsmCapacity {
  const found = csms.find((one) => one.csm === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

/** "1 / 2 FULL": both utilisations, and the status. */
const shown = (one: Pick<CsmCapacity, 'utilisation' | 'status'>): string =>
  `${one.utilisation.limit} / ${one.utilisation.comfort} ${one.status}`;

describe('what one CSM carries', () => {
  test.each<[string, number, AccountGroup[], string]>([
    ['30 top-tier accounts full-time', 1, [group('anna strategic 30')], '1 / 2 FULL'],
    ['the same in half the time', 0.5, [group('anna strategic 30')], '2 / 4 OVERLOADED'],
    ['15 of them', 1, [group('anna strategic 15')], '0.5 / 1 UNDER'],
    ['18 of them, at 60% sharp', 1, [group('anna strategic 18')], '0.6 / 1.2 HEALTHY'],
    ['85 of the second tier, at 85% sharp', 1, [group('anna core 85')], '0.85 / 1.7 FULL'],
    ['84 of the second tier', 1, [group('anna core 84')], '0.84 / 1.68 HEALTHY'],
    [
      'a mix of all tiers',
      1,
      [group('anna strategic 10'), group('anna core 50'), group('anna scale 83'), group('anna tech-touch 9')],
      '0.999333 / 2.081667 FULL',
    ],
    ['one account too many', 1, [group('anna strategic 31')], '1.033333 / 2.066667 OVERLOADED'],
    [
      '29 plain accounts and one with two relationship facts',
      1,
      [group('anna strategic 29'), group('anna strategic 1', { relationshipFacts: 2 })],
      '1.01875 / 2.0375 OVERLOADED',
    ],
    ['extra touch', 1, [group('anna core 50', { adjustment: 'EXTRA' })], '0.75 / 1.5 HEALTHY'],
    ['lighter touch', 1, [group('anna core 100', { adjustment: 'LIGHTER' })], '0.75 / 1.5 HEALTHY'],
    ['nothing', 1, [], '0 / 0 UNDER'],
    ['accounts without a tier', 1, [group('anna x 5', { tier: null })], '0 / 0 UNDER'],
    ['accounts that weigh nothing', 1, [group('anna tech-touch 500')], '0 / 0 UNDER'],
    ['accounts without any FTE', 0, [group('anna core 1')], 'null / null NO_CAPACITY'],
    ['accounts that weigh nothing without any FTE', 0, [group('anna tech-touch 5')], 'null / null null'],
  ])('%s', (_, fte, groups, expected) => {
    expect(shown(csm(capacity([person('anna', { fte })], ...groups), 'anna'))).toBe(expected);
  });

  test('one who left and keeps accounts has no capacity, and one who left without any is not shown', () => {
    const book = capacity([person('gone', { fte: 0 })], group('orphaning core 2'));
    expect(book.csms.map((one) => `${one.csm} ${one.status}`)).toEqual(['orphaning NO_CAPACITY']);
  });

  test.each<[number, number, CapacityStatus | null]>([
    [0, 0, null],
    [0.1, 0, 'NO_CAPACITY'],
    [0, 1, 'UNDER'],
    [0.599999, 1, 'UNDER'],
    [0.6, 1, 'HEALTHY'],
    [0.849999, 1, 'HEALTHY'],
    [0.85, 1, 'FULL'],
    [1 + 1e-12, 1, 'FULL'],
    [1.000001, 1, 'OVERLOADED'],
  ])('a load of %d over %d FTE is %s', (limit, available, expected) => {
    expect(utilise({ limit, comfort: limit }, available, DEFAULT_MODEL.capacity).status).toBe(expected);
  });
});

describe('leave', () => {
  const groups = [group('anna strategic 15'), group('ben strategic 15'), group('@east scale 100')];
  const staff = (annasBackup: string | null, pools: readonly string[] = []): CsmOnDay[] => [
    person('anna', { backup: annasBackup, pools }),
    person('ben', { pools }),
  ];

  test('moves the load to the backup, and back', () => {
    const before = capacity(staff(null), ...groups);
    expect(['anna', 'ben'].map((name) => shown(csm(before, name)))).toEqual([
      '0.5 / 1 UNDER',
      '0.5 / 1 UNDER',
    ]);
    const during = capacity(staff('ben'), ...groups);
    expect(['anna', 'ben'].map((name) => shown(csm(during, name)))).toEqual([
      'null / null null',
      '1 / 2 FULL',
    ]);
    expect(csm(during, 'anna')).toMatchObject({
      fte: 1,
      available: 0,
      handedOver: { limit: 0.5, comfort: 1 },
    });
    expect(csm(during, 'ben')).toMatchObject({ named: { limit: 0.5 }, standingIn: { limit: 0.5 } });
    expect(during.totals.load).toEqual(before.totals.load);
    expect(during.totals.available).toBe(1);
    expect(capacity(staff(null), ...groups)).toEqual(before);
  });

  test('leaves the pool to the others', () => {
    const before = capacity(staff(null, ['east']), ...groups);
    expect(csm(before, 'ben').shared).toEqual({ limit: 0.1, comfort: 0.25 });
    const during = capacity(staff('ben', ['east']), ...groups);
    expect(csm(during, 'anna').shared).toEqual({ limit: 0, comfort: 0 });
    expect(csm(during, 'ben').shared).toEqual({ limit: 0.2, comfort: 0.5 });
  });

  test.each<[string, CsmOnDay[]]>([
    ['is away as well', [person('anna', { backup: 'ben' }), person('ben', { backup: 'anna' })]],
    ['works here no longer', [person('anna', { backup: 'ben' }), person('ben', { fte: 0 })]],
    ['is not known', [person('anna', { backup: 'nobody' })]],
  ])('keeps the load in sight where the backup %s', (_, people) => {
    const book = capacity(people, group('anna strategic 15'));
    expect(csm(book, 'anna')).toMatchObject({ status: 'NO_CAPACITY', load: { limit: 0.5 } });
  });
});

describe('a pool', () => {
  test('spreads its load over those who are there, by their FTE', () => {
    const book = capacity(
      [
        person('anna', { pools: ['east'], fte: 0.6 }),
        person('ben', { pools: ['east', 'west'], fte: 0.4 }),
        person('cleo', { pools: ['east'], backup: 'ben' }),
        person('dan', { pools: ['east'], fte: 0 }),
      ],
      group('@east scale 250'),
      group('@west core 10'),
      group('ben core 10'),
      group('cleo core 10'),
    );
    expect(book.pools.map((pool) => [pool.pool, pool.availableMembers, pool.available, shown(pool)])).toEqual(
      [
        ['east', 2, 1, '0.5 / 1.25 UNDER'],
        ['west', 1, 0.4, '0.25 / 0.5 UNDER'],
      ],
    );
    expect(shown(csm(book, 'anna'))).toBe('0.5 / 1.25 UNDER');
    // 10 of his own, 10 of cleo's, 10 of the west's and 0.4 of the east's: (0.1 + 0.1 + 0.1 + 0.2) / 0.4.
    expect(shown(csm(book, 'ben'))).toBe('1.25 / 2.75 OVERLOADED');
    expect(csm(book, 'ben').tiers.map(({ tier, accounts }) => `${tier} ${accounts}`)).toEqual([
      'core 30',
      'scale 250',
    ]);
  });

  test.each<[string, CsmOnDay[], AccountGroup[], string[]]>([
    ['without members has no capacity', [], [group('@east scale 10')], ['east null / null NO_CAPACITY']],
    [
      'whose only member is away has none',
      [person('anna', { backup: 'ben', pools: ['east'] }), person('ben')],
      [group('@east scale 10')],
      ['east null / null NO_CAPACITY'],
    ],
    [
      'without members and accounts has no status',
      [person('anna', { fte: 0, pools: ['east'] })],
      [],
      ['east null / null null'],
    ],
    ['without accounts is idle', [person('anna', { pools: ['east'] })], [], ['east 0 / 0 UNDER']],
  ])('%s', (_, people, groups, expected) => {
    const { pools } = capacity(people, ...groups);
    expect(pools.map((pool) => `${pool.pool} ${shown(pool)}`)).toEqual(expected);
  });
});

describe('the tiers', () => {
  const book = capacity(
    [person('anna'), person('ben', { fte: 0.8 }), person('idle', { fte: 0.5 })],
    group('anna strategic 15', { arr: 6_000n }),
    group('anna core 50', { arr: 2_000n }),
    group('ben core 40', { arr: 1_000n }),
    group('- strategic 6', { arr: 500n }),
    group('- scale 100', { arr: 400n }),
    group('- tech-touch 70', { arr: 100n }),
  );
  const tier = (key: string): Capacity['tiers'][number] => {
    const found = book.tiers.find((one) => one.tier === key);
    if (found === undefined) throw new Error(`there is no ${key}`);
    return found;
  };

  test('have the FTE of their CSMs, by what weighs on them', () => {
    // Half of anna's load is strategic: 0.5 of 1.0. All of ben's is core.
    expect(book.tiers.map(({ assigned }) => rounded(assigned))).toEqual([0.5, 1.3, 0, 0]);
    expect(book.totals).toMatchObject({ available: 2.3, idle: 0.5 });
    expect(book.totals.assigned).toBeCloseTo(1.8, 12);
  });

  test('need FTE for accounts that nobody looks after, too', () => {
    expect(tier('strategic')).toMatchObject({
      accounts: 21,
      arr: 6_500n,
      load: { limit: 0.7, comfort: 1.4 },
    });
    expect(tier('strategic').gap.limit).toBeCloseTo(0.2, 12);
    expect(tier('strategic').gap.comfort).toBeCloseTo(0.9, 12);
    expect(tier('strategic').unassigned).toMatchObject({ accounts: 6, arr: 500n, load: { limit: 0.2 } });
    expect(tier('core').gap.limit).toBeCloseTo(-0.4, 12);
    expect(tier('scale').gap).toEqual({ limit: 0.2, comfort: 0.5 });
  });

  test('that nobody looks after leave nobody unassigned', () => {
    expect(tier('tech-touch')).toMatchObject({
      accounts: 70,
      load: { limit: 0 },
      unassigned: { accounts: 0 },
    });
    expect(book.totals.unassigned).toMatchObject({ accounts: 106, arr: 900n });
  });

  test('show their part of the capacity beside that of the ARR', () => {
    expect(book.tiers.map(({ capacityShare, arrShare }) => [capacityShare, arrShare])).toEqual([
      [0.388889, 0.65],
      [0.5, 0.3],
      [0.111111, 0.04],
      [0, 0.01],
    ]);
    expect(book.topTier).toEqual({
      tier: 'strategic',
      share: 0.388889,
      from: 0.55,
      to: 0.65,
      standing: 'BELOW',
    });
  });

  test.each<[string, number, bigint, string | undefined]>([
    ['60% of the ARR with 60% of the capacity', 18, 6_000n, 'WITHIN'],
    ['with 50%', 12, 6_000n, 'WITHIN'],
    ['with 65%', 22, 6_000n, 'ABOVE'],
    ['with 48%', 11, 6_000n, 'BELOW'],
    ['5% of the ARR with no capacity', 0, 500n, 'WITHIN'],
  ])('warn by the range below the ARR share: %s', (_, accounts, arr, expected) => {
    const [first] = [group(`- strategic ${accounts}`, { arr })];
    const other = 40;
    const { topTier } = capacity([], first, group(`- core ${other}`, { arr: 10_000n - arr }));
    expect(topTier?.standing).toBe(expected);
  });

  test('have nothing to say in an empty book', () => {
    const empty = capacity([]);
    expect(empty.topTier).toBeNull();
    expect(
      empty.tiers.map(({ capacityShare, arrShare, assigned }) => [capacityShare, arrShare, assigned]),
    ).toEqual(Array.from({ length: 4 }, () => [null, null, 0]));
  });
});

describe('what is out of order about a whole book', () => {
  const [anna, ben] = [person('anna'), person('ben')];
  // Half of the load each.
  const top = (arr: bigint): AccountGroup => group('anna strategic 15', { arr });
  const second = (arr: bigint, owner = 'ben'): AccountGroup => group(`${owner} core 50`, { arr });

  test.each<[string, CsmOnDay[], AccountGroup[], string[]]>([
    ['nothing', [anna, ben], [top(60n), second(40n)], []],
    ['nothing without accounts', [anna], [], []],
    [
      'a top tier that takes too little',
      [anna, ben],
      [top(80n), second(20n)],
      [
        'TOP_TIER_CAPACITY_SHARE: Strategic takes 50.0% of the capacity and brings 80.0% of the ARR; its capacity should be 70.0% to 80.0%',
      ],
    ],
    [
      'a top tier that takes too much',
      [anna, ben],
      [top(405n), second(595n)],
      [
        'TOP_TIER_CAPACITY_SHARE: Strategic takes 50.0% of the capacity and brings 40.5% of the ARR; its capacity should be 30.5% to 40.5%',
      ],
    ],
    [
      'too few people',
      [person('anna', { fte: 0.5 }), person('ben', { fte: 0.25 })],
      [top(60n), second(40n)],
      ['FTE_MISSING: 1.00 FTE are needed at the limit, 0.75 are there'],
    ],
    [
      'accounts that nobody looks after',
      [anna, ben],
      [top(60n), second(40n, '-')],
      ['UNASSIGNED_ACCOUNTS: 50 accounts have nobody and would take 0.50 FTE at the limit'],
    ],
    [
      'one account that nobody looks after',
      [anna],
      [top(99n), group('- core 1', { arr: 1n })],
      ['UNASSIGNED_ACCOUNTS: 1 account has nobody and would take 0.01 FTE at the limit'],
    ],
  ])('is %s', (_, people, groups, expected) => {
    const warnings = capacityWarnings(capacity(people, ...groups), DEFAULT_MODEL);
    expect(warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual(expected);
  });
});

describe('in any book', () => {
  const names = ['anna', 'ben', 'cleo', 'dan'];
  const people = fc
    .tuple(
      ...names.map((csm) =>
        fc.record({
          csm: fc.constant(csm),
          fte: fc.constantFrom(0, 0.5, 0.8, 1),
          backup: fc.option(fc.constantFrom(...names.filter((name) => name !== csm)), { freq: 3 }),
          pools: fc.subarray(['east', 'west']),
        }),
      ),
    )
    .map((all) => all as readonly CsmOnDay[]);
  const groups = fc.array(
    fc.record({
      owner: fc.constantFrom<AccountGroup['owner'][]>(
        null,
        ...names.map((externalId) => ({ kind: 'CSM', externalId }) as const),
        { kind: 'POOL', externalId: 'east' },
        { kind: 'POOL', externalId: 'west' },
      ),
      tier: fc.constantFrom(null, ...DEFAULT_MODEL.tiers.map(({ key }) => key)),
      relationshipFacts: fc.integer({ min: 0, max: 3 }),
      adjustment: fc.constantFrom(null, ...ADJUSTMENT_KINDS),
      accounts: fc.integer({ min: 1, max: 500 }),
      arr: fc.bigInt({ min: 0n, max: 10n ** 12n }),
    }),
    { maxLength: 25 },
  );

  test('no load is lost or counted twice, and the FTE are those of the people', () => {
    fc.assert(
      fc.property(people, groups, (staff, accounts) => {
        const book = capacityOf(staff, accounts, DEFAULT_MODEL);
        const without = accounts.filter(({ owner }) => owner === null);
        const carried = book.csms.reduce((total, { load }) => total + load.limit, 0);
        const stranded = book.pools
          .filter(({ available }) => available === 0)
          .reduce((total, { load }) => total + load.limit, 0);
        const left = capacityOf([], without, DEFAULT_MODEL).totals.load.limit;
        expect(carried + stranded + left).toBeCloseTo(book.totals.load.limit, 9);
        const byTier = book.tiers.reduce((total, { assigned }) => total + assigned, 0);
        expect(byTier).toBeCloseTo(book.totals.assigned, 9);
        const there = staff
          .filter(({ backup }) => backup === null)
          .reduce((total, { fte }) => total + fte, 0);
        expect(book.totals.available).toBeCloseTo(there, 9);
      }),
    );
  });

  test('what one CSM carries needs the accounts of a few owners alone', () => {
    fc.assert(
      fc.property(people, groups, fc.constantFrom(...names), (staff, accounts, name) => {
        const owners = ownersBehind([name], staff).map(({ kind, externalId }) => `${kind} ${externalId}`);
        const some = accounts.filter(
          ({ owner }) => owner !== null && owners.includes(`${owner.kind} ${owner.externalId}`),
        );
        expect(shareOut(staff, some, DEFAULT_MODEL).csms.get(name)).toEqual(
          shareOut(staff, accounts, DEFAULT_MODEL).csms.get(name),
        );
      }),
    );
  });
});
