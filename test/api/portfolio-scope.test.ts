import { toGlobalId } from '../../src/graphql/ids';
import { startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { day } from '../support/facts';
import { somebody } from '../support/override-book';
import { OF_A_CSM } from './permissions.table';

/** Who looks after each account, and whether it is in the portfolio of the CSM anna. */
const ACCOUNTS = {
  OWN: { owner: { csm: 'anna' }, isIn: true },
  POOLED: { owner: { pool: 'east' }, isIn: true },
  'ON-LEAVE': { owner: { csm: 'cara' }, isIn: true },
  THEIRS: { owner: { csm: 'ben' }, isIn: false },
  'OTHER-POOL': { owner: { pool: 'west' }, isIn: false },
  NOBODYS: { owner: null, isIn: false },
} as const;
type Name = keyof typeof ACCOUNTS;
const NAMES = Object.keys(ACCOUNTS) as Name[];

type Mutation = (typeof OF_A_CSM)['ownPortfolio'][number];
/** What is about an account: by its id, and for what it has one of, by the id of that. */
interface Target {
  readonly externalId: string;
  readonly touchId: string;
  readonly interventionId: string;
  readonly otherInterventionId: string;
}

const OVERRIDE = { tier: 'core', reason: 'BRAND', expiresOn: '2026-06-01' };
const ONE = 'userErrors { code field message }';
const EACH = `results { ${ONE} }`;

/** A call about one account, and what of it could be wrong besides. */
const CALLS: Readonly<
  Record<
    Mutation,
    readonly [selection: string, input: (target: Target) => object, alsoWrong: (target: Target) => object]
  >
> = {
  logTouch: [
    ONE,
    ({ externalId }) => ({ externalId, kind: 'TOUCH', channel: 'CALL' }),
    ({ externalId }) => ({ externalId, kind: 'TOUCH', channel: 'CALL', on: '2019-01-01' }),
  ],
  logTouches: [
    EACH,
    ({ externalId }) => ({ touches: [{ externalId, kind: 'TOUCH', channel: 'EMAIL' }] }),
    ({ externalId }) => ({ touches: [{ externalId, kind: 'TOUCH', channel: 'EMAIL', skipped: true }] }),
  ],
  undoTouch: [
    ONE,
    ({ touchId }) => ({ touchId, note: 'It was another account' }),
    ({ touchId }) => ({ touchId }),
  ],
  completeIntervention: [
    ONE,
    ({ interventionId }) => ({ interventionId, note: 'Called' }),
    ({ interventionId }) => ({ interventionId, note: ' ', expectedVersion: 999 }),
  ],
  completeInterventions: [
    EACH,
    ({ otherInterventionId: interventionId }) => ({ interventions: [{ interventionId, note: 'Called' }] }),
    ({ otherInterventionId: interventionId }) => ({
      interventions: [{ interventionId, note: ' ', expectedVersion: 999 }],
    }),
  ],
  overrideTier: [
    ONE,
    ({ externalId }) => ({ externalId, ...OVERRIDE }),
    ({ externalId }) => ({ externalId, ...OVERRIDE, tier: 'no-such-tier', expectedVersion: 999 }),
  ],
  overrideTiers: [
    EACH,
    ({ externalId }) => ({ overrides: [{ externalId, ...OVERRIDE, supersede: true }] }),
    ({ externalId }) => ({ overrides: [{ externalId, ...OVERRIDE, expiresOn: '2020-01-01' }] }),
  ],
};
const MUTATIONS = Object.keys(CALLS) as Mutation[];

interface UserError {
  readonly code: string;
  readonly message: string;
}
interface Payload {
  readonly userErrors?: readonly UserError[];
  readonly results?: readonly { readonly userErrors: readonly UserError[] }[];
}

describe('what a CSM changes about an account', () => {
  const clock = fixedClock('2026-03-02');
  const targets = new Map<Name, Target>();
  let api: TestApi;
  let anna: string;

  const send = async (token: string, mutation: string, input: object, selection: string) => {
    const name = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const query = `mutation ($input: ${name}!) { ${mutation}(input: $input) { ${selection} } }`;
    const { data, errors } = await api.sendWith<Record<string, Payload> | null>(token, query, { input });
    const { userErrors = [], results = [] } = data?.[mutation] ?? {};
    return [
      ...errors.map(({ extensions: { code }, message }) => ({ code, message })),
      ...[...userErrors, ...results.flatMap((result) => result.userErrors)].map(({ code, message }) => ({
        code,
        message,
      })),
    ];
  };
  const done = async (mutation: string, input: object, selection = ONE): Promise<void> => {
    expect({ mutation, errors: await send(TOKENS.ADMIN, mutation, input, selection) }).toEqual({
      mutation,
      errors: [],
    });
  };
  const contents = (): Promise<unknown> =>
    api.database.query(
      `SELECT (SELECT md5(string_agg(t::text, ' ' ORDER BY t.id)) FROM touch t) AS touches,
         (SELECT md5(string_agg(i::text, ' ' ORDER BY i.id)) FROM intervention i) AS interventions,
         (SELECT md5(string_agg(o::text, ' ' ORDER BY o.id)) FROM tier_override o) AS overrides,
         (SELECT md5(string_agg(a::text, ' ' ORDER BY a.id)) FROM account a) AS accounts`,
    );

  beforeAll(async () => {
    api = await startApi(clock);
    const { book, database } = api;
    const admin = somebody('ADMIN');
    const facts = (values: object) => ({
      accounts: NAMES.map((externalId) => ({ externalId, arr: '6000', ...values })),
    });
    await done('upsertAccounts', facts({ healthScore: 80, usagePercent: 50 }), EACH);
    await done('upsertAccounts', facts({ healthScore: 10, usagePercent: 95 }), EACH);
    await done('upsertPools', { pools: ['east', 'west'].map((name) => ({ externalId: name, name })) }, EACH);
    const csms = { anna: ['east'], ben: ['west'], cara: [] };
    await done(
      'upsertCsms',
      {
        csms: Object.entries(csms).map(([externalId, pools]) => ({
          externalId,
          name: externalId,
          pools: pools.map((pool) => ({ pool })),
        })),
      },
      EACH,
    );
    await done(
      'assignAccounts',
      {
        assignments: NAMES.flatMap((externalId) => {
          const { owner } = ACCOUNTS[externalId];
          return owner === null ? [] : [{ externalId, ...owner }];
        }),
      },
      EACH,
    );
    await done('setLeave', { csm: 'cara', from: '2026-03-01', to: '2026-03-20', backup: 'anna' });
    const { text, token } = await book.tokens.create(admin, 'anna', 'CSM', null, 'anna');
    anna = text;
    const interventions = await database.query<{ name: Name; ids: string[] }>(
      `SELECT a.external_id AS name, array_agg(i.id::text ORDER BY i.id) AS ids
       FROM intervention i JOIN account a ON a.id = i.account_id GROUP BY 1`,
    );
    for (const { name, ids } of interventions) {
      // Of all accounts touches of her own: those of others she could not take back anyway.
      const herself = { ...somebody('MANAGER'), id: `token:${token.id}` };
      const { touchId } = await book.touches.logTouch(herself, {
        account: { externalId: name },
        kind: 'TOUCH',
        on: day('2026-03-01'),
        channel: 'VIDEO',
        outcome: null,
        note: null,
        skipped: false,
      });
      const [first = '', second = ''] = ids.map((id) => toGlobalId('Intervention', id));
      targets.set(name, {
        externalId: name,
        touchId: toGlobalId('LoggedTouch', touchId),
        interventionId: first,
        otherInterventionId: second,
      });
    }
  });
  afterAll(async () => {
    await api.close();
  });

  const targetOf = (name: Name): Target => {
    const target = targets.get(name);
    if (!target?.otherInterventionId) throw new Error(`${name} needs two interventions`);
    return target;
  };
  const outcome = (errors: readonly UserError[]): string =>
    errors.map(({ code }) => code).join(' ') || 'DONE';

  test('stands in the table of this test, whatever depends on the account', () => {
    expect([...MUTATIONS].sort()).toEqual([...OF_A_CSM.ownPortfolio].sort());
  });

  // Before anything is done, so that nothing else stands in the way.
  test.each(MUTATIONS)(
    '%s is refused outside the own portfolio, and tells nothing else',
    async (mutation) => {
      const [selection, input, alsoWrong] = CALLS[mutation];
      const before = await contents();
      const refusals = [];
      for (const name of NAMES.filter((one) => !ACCOUNTS[one].isIn)) {
        for (const given of [input(targetOf(name)), alsoWrong(targetOf(name))])
          refusals.push(...(await send(anna, mutation, given, selection)));
      }
      expect(refusals).toEqual(
        Array(6).fill({
          code: 'OUTSIDE_PORTFOLIO',
          message: 'this account is not in your own portfolio; ask its CSM or a manager',
        }),
      );
      expect(await contents()).toEqual(before);
    },
  );

  test.each(MUTATIONS)('%s says the same of whatever id stands for nothing', async (mutation) => {
    const [selection, input] = CALLS[mutation];
    const before = await contents();
    const unknown = [
      'nonsense',
      '',
      'a\0b',
      toGlobalId('Account', '1'),
      ...['LoggedTouch', 'Intervention'].flatMap((type) =>
        ['999999', '0', '-1', '18446744073709551616', "1' OR '1'='1"].map((key) => toGlobalId(type, key)),
      ),
    ];
    const refusals = [];
    for (const id of unknown) {
      const target = { externalId: id, touchId: id, interventionId: id, otherInterventionId: id };
      refusals.push(...(await send(anna, mutation, input(target), selection)));
    }
    expect(refusals).toHaveLength(unknown.length);
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['NOT_FOUND']));
    expect(new Set(refusals.map(({ message }) => message)).size).toBe(1);
    expect(await contents()).toEqual(before);
  });

  test.each(MUTATIONS)(
    '%s is done in the own portfolio, in a pool and for somebody on leave',
    async (mutation) => {
      const [selection, input] = CALLS[mutation];
      const outcomes = [];
      for (const name of NAMES.filter((one) => ACCOUNTS[one].isIn)) {
        outcomes.push(outcome(await send(anna, mutation, input(targetOf(name)), selection)));
        await withdrawAll();
      }
      expect(outcomes).toEqual(['DONE', 'DONE', 'DONE']);
    },
  );

  /** An account has one open request at most. */
  async function withdrawAll(): Promise<void> {
    const open = await api.database.query<{ id: string }>(
      `SELECT id::text FROM tier_override WHERE status = 'REQUESTED'`,
    );
    for (const { id } of open) {
      const input = { overrideId: toGlobalId('Override', id) };
      expect(await send(anna, 'withdrawOverride', input, ONE)).toEqual([]);
    }
  }

  test('ends with the leave, the day after which the backup acts for nobody', async () => {
    clock.setDay('2026-03-20');
    const [selection, input] = CALLS.logTouch;
    expect(outcome(await send(anna, 'logTouch', input(targetOf('ON-LEAVE')), selection))).toBe(
      'OUTSIDE_PORTFOLIO',
    );
    expect(outcome(await send(anna, 'logTouch', input(targetOf('OWN')), selection))).toBe('DONE');
    clock.setDay('2026-03-02');
  });

  test('is nothing to somebody with the role whom nobody knows as a CSM', async () => {
    const before = await contents();
    for (const mutation of MUTATIONS) {
      const [selection, input] = CALLS[mutation];
      for (const name of NAMES) {
        expect([
          mutation,
          outcome(await send(TOKENS.CSM, mutation, input(targetOf(name)), selection)),
        ]).toEqual([mutation, 'OUTSIDE_PORTFOLIO']);
      }
    }
    expect(await contents()).toEqual(before);
  });

  test('is not what others asked for, or made', async () => {
    const { book } = api;
    const theirs = await book.overrides.overrideTier(somebody('CSM', 'ben', await csmId('ben')), {
      account: { externalId: 'THEIRS' },
      tier: 'core',
      reason: 'BRAND',
      note: null,
      expiresOn: day('2026-06-01'),
      supersede: false,
    });
    const input = { overrideId: toGlobalId('Override', theirs.overrideId) };
    expect(outcome(await send(anna, 'withdrawOverride', input, ONE))).toBe('FORBIDDEN');
    const segmentId = toGlobalId(
      'Segment',
      await book.segments.create(somebody('CSM', 'ben'), {
        name: 'Banks',
        description: null,
        criteria: [{ dimension: 'INDUSTRY', values: ['Banks'], includeUnknown: false }],
      }),
    );
    for (const [mutation, given] of [
      ['updateSegment', { segmentId, name: 'Mine' }],
      ['setSegmentGoals', { segmentId, goals: [] }],
      ['deleteSegment', { segmentId }],
    ] as const) {
      expect([mutation, outcome(await send(anna, mutation, given, ONE))]).toEqual([mutation, 'FORBIDDEN']);
    }
  });

  async function csmId(externalId: string): Promise<string> {
    const [csm] = await api.database.query<{ id: string }>(
      'SELECT id::text FROM csm WHERE external_id = $1',
      [externalId],
    );
    return csm?.id ?? '';
  }
});
