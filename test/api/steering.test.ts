import { ROLES } from '../../src/app/actor';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';

const CREATE = `mutation { createTieringModelDraft(input: {}) { tieringModel { version revision status } userErrors { code field message } } }`;
const UPDATE = `mutation U($input: UpdateTieringModelDraftInput!) { updateTieringModelDraft(input: $input) {
  tieringModel { revision warnings { code } guardrails { keyAccountFrom liftLimit } grace { noticeDays }
    assignment { renewalLockDays onboardingLockDays ownerChangeLockDays leavingWithinDays }
    ladder { tier { key rank } arrFrom arrTopPercent } criteria { key weight bands { arrFrom arrTopPercent points } } }
  userErrors { code field message } } }`;
const CALIBRATE = `mutation C($input: CalibrateTieringModelInput!) { calibrateTieringModel(input: $input) {
  changes { field from to } populationDistance { before after } tiers { tier { key } obstacle } userErrors { code field message } } }`;
const RETIRE = `mutation R($input: TieringModelKeyInput!) { retireTieringModel(input: $input) { tieringModel { status } userErrors { code field } } }`;
const PUBLISH = `mutation P($input: PublishTieringModelInput!) { publishTieringModel(input: $input) {
  tieringModel { version status replaces } accounts moved pending userErrors { code field message } } }`;
const SIMULATE = `query S($version: Int!, $after: String) { simulateTieringModel(version: $version) { digest
  counts { accounts up pending }
  movers(first: 1, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { kind account { externalId } from { key } to { key } pendingTo { key } scoreFrom } }
  downs: movers(kinds: [PENDING]) { totalCount nodes { account { externalId } heldFrom { key } } } } }`;
const HEALTH = `{ tieringHealth { modelVersion findings { code severity tier { key } figure message
  accounts(first: 2) { totalCount pageInfo { hasNextPage endCursor } nodes { externalId tier { key } } } } } }`;
const MODELS = `query M($statuses: [TieringModelStatus!]) { tieringModels(statuses: $statuses) { totalCount nodes { id version status errors { code } } } }`;

interface UserError {
  code: string;
  field: string[];
  message: string;
}

type Payload = Record<string, { userErrors: UserError[] } & Record<string, unknown>>;

describe('steering the model over HTTP', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;

  beforeEach(async () => {
    api = await startApi(clock);
    await api.send(
      'ADMIN',
      `mutation U($accounts: [UpsertAccountInput!]!) { upsertAccounts(input: { accounts: $accounts }) { results { outcome } } }`,
      {
        accounts: [
          { externalId: 'BIG', arr: '120000' },
          { externalId: 'MIDDLE', arr: '40000' },
          { externalId: 'SMALL', arr: '6000' },
          { externalId: 'LEAST', arr: '100' },
        ],
      },
    );
    await api.send('MANAGER', CREATE);
  });
  afterEach(async () => {
    await api.close();
  });

  const errorsOf = (data: Payload): string[] =>
    Object.values(data).flatMap(({ userErrors }) =>
      userErrors.map(({ code, field }) => `${code} ${field.join('.')}`),
    );

  const input = (more: object): object => ({ input: { version: 2, ...more } });

  test.each<[string, string, string, object]>([
    ['create a draft', 'MANAGER', CREATE, {}],
    ['change a draft', 'MANAGER', UPDATE, { input: { version: 2 } }],
    ['calibrate a draft', 'MANAGER', CALIBRATE, { input: { version: 2 } }],
    ['simulate', 'MANAGER', SIMULATE, { version: 2 }],
    ['give a draft up', 'MANAGER', RETIRE, { input: { version: 2 } }],
    ['publish', 'ADMIN', PUBLISH, { input: { version: 2, reason: 'Because' } }],
    ['look at the health', 'VIEWER', HEALTH, {}],
    ['list models', 'VIEWER', MODELS, {}],
  ])('to %s needs the role %s', async (_title, least, query, variables) => {
    for (const role of ROLES) {
      if (ROLES.indexOf(role) >= ROLES.indexOf(least as 'ADMIN')) {
        const { status, errors } = await api.send(role, query, variables);
        expect({ role, status, errors }).toEqual({ role, status: 200, errors: [] });
        return;
      }
      const { errors } = await api.send(role, query, variables);
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    }
  });

  test('a draft that would not be sound is refused by each of its fields, and nothing is written', async () => {
    const before = await api.database.query('SELECT * FROM tiering_model ORDER BY version');
    const refused = await api.send<Payload>(
      'MANAGER',
      UPDATE,
      input({
        criteria: [
          { key: 'CURRENT_ARR', weight: '39.99' },
          { key: 'EXPANSION_POTENTIAL' },
          { key: 'STRATEGIC_VALUE' },
          { key: 'PRODUCT_COMPLEXITY' },
        ],
        grace: { noticeDays: 0 },
        idempotencyKey: 'again',
      }),
    );
    expect(errorsOf(refused.data)).toEqual([
      'INVALID_MODEL criteria.CURRENT_ARR.weight',
      'INVALID_MODEL grace.noticeDays',
    ]);
    expect(Object.values(refused.data)[0]?.userErrors[0]?.message).toMatch(/add up to 99.99/);
    expect(await api.database.query('SELECT * FROM tiering_model ORDER BY version')).toEqual(before);
    expect(await api.database.query('SELECT key FROM idempotency_key')).toEqual([]);
  });

  test('every part of a draft can be changed; null switches a guardrail off, and absent leaves it', async () => {
    const rung = (key: string, arr: object, scoreFloor: number) => ({
      key,
      name: key,
      label: key,
      ...arr,
      scoreFloor,
      reviewCadenceMonths: 2,
    });
    const { data } = await api.send<Payload>(
      'MANAGER',
      UPDATE,
      input({
        expectedVersion: 1,
        ladder: [
          rung('gold', { arrTopPercent: 20 }, 60),
          rung('core', { arrFrom: '20000.50' }, 30),
          rung('rest', { arrFrom: 0 }, 0),
        ],
        successors: [
          { dropped: 'strategic', successor: 'gold' },
          { dropped: 'scale', successor: 'rest' },
          { dropped: 'tech-touch', successor: 'rest' },
        ],
        criteria: [
          {
            key: 'CURRENT_ARR',
            weight: '60.5',
            bands: [
              { arrTopPercent: 30, points: 100 },
              { arrFrom: 0, points: 0 },
            ],
          },
          { key: 'STRATEGIC_VALUE', weight: '39.5', pointsPerFactor: 20 },
        ],
        guardrails: { keyAccountFrom: null },
        grace: { noticeDays: 60 },
        assignment: { renewalLockDays: 45, onboardingLockDays: 0, leavingWithinDays: 5 },
        missingFacts: 'REDISTRIBUTE',
        adjustmentFactors: { extra: 2, lighter: 0.5 },
      }),
    );
    expect(errorsOf(data)).toEqual([]);
    expect(data.updateTieringModelDraft?.tieringModel).toMatchObject({
      revision: 2,
      warnings: [],
      guardrails: { keyAccountFrom: null, liftLimit: 1 },
      grace: { noticeDays: 60 },
      assignment: {
        renewalLockDays: 45,
        onboardingLockDays: 0,
        ownerChangeLockDays: 90,
        leavingWithinDays: 5,
      },
      ladder: [
        { tier: { key: 'gold', rank: 1 }, arrFrom: null, arrTopPercent: 20 },
        { tier: { key: 'core', rank: 2 }, arrFrom: '20000.50', arrTopPercent: null },
        { tier: { key: 'rest', rank: 3 }, arrFrom: '0.00', arrTopPercent: null },
      ],
      criteria: [
        { key: 'CURRENT_ARR', weight: '60.50', bands: [{ arrTopPercent: 30 }, { arrFrom: '0.00' }] },
        { key: 'STRATEGIC_VALUE', weight: '39.50' },
      ],
    });
    const published = await api.send<Payload>('ADMIN', PUBLISH, input({ reason: 'Three tiers' }));
    expect(published.data.publishTieringModel).toMatchObject({
      tieringModel: { version: 2, status: 'PUBLISHED', replaces: 1 },
      userErrors: [],
    });
    // The history goes on naming tiers that are gone.
    const moves = await api.send<{ tierMoves: { nodes: { effectiveFrom: object; effectiveTo: object }[] } }>(
      'VIEWER',
      '{ tierMoves { nodes { effectiveFrom { name } effectiveTo { key } } } }',
    );
    expect(moves.errors).toEqual([]);
    expect(moves.data.tierMoves.nodes).toContainEqual({
      effectiveFrom: { name: 'Tech-Touch' },
      effectiveTo: { key: 'rest' },
    });
  });

  test('what is simulated can be paged, and published with its digest', async () => {
    await api.send(
      'MANAGER',
      UPDATE,
      input({
        ladder: [
          ['strategic', 30_000, 50],
          ['core', 20_000, 24],
          ['scale', 10_000, 8],
          ['tech-touch', 0, 0],
        ].map(([key, arrFrom, scoreFloor]) => ({
          key,
          name: key,
          label: key,
          arrFrom,
          scoreFloor,
          reviewCadenceMonths: 3,
        })),
      }),
    );
    interface Simulated {
      simulateTieringModel: {
        digest: string;
        counts: object;
        movers: {
          totalCount: number;
          pageInfo: { hasNextPage: boolean; endCursor: string };
          nodes: object[];
        };
        downs: { totalCount: number; nodes: object[] };
      };
    }
    const first = await api.send<Simulated>('MANAGER', SIMULATE, { version: 2 });
    const { digest, counts, movers, downs } = first.data.simulateTieringModel;
    expect(counts).toEqual({ accounts: 4, up: 1, pending: 1 });
    expect(movers).toMatchObject({
      totalCount: 2,
      pageInfo: { hasNextPage: true },
      nodes: [
        {
          kind: 'UP',
          account: { externalId: 'MIDDLE' },
          from: { key: 'core' },
          to: { key: 'strategic' },
          pendingTo: null,
          scoreFrom: '24.00',
        },
      ],
    });
    expect(downs).toEqual({
      totalCount: 1,
      nodes: [{ account: { externalId: 'SMALL' }, heldFrom: { key: 'scale' } }],
    });
    const second = await api.send<Simulated>('MANAGER', SIMULATE, {
      version: 2,
      after: movers.pageInfo.endCursor,
    });
    expect(second.data.simulateTieringModel.movers).toMatchObject({
      pageInfo: { hasNextPage: false },
      nodes: [{ kind: 'PENDING', account: { externalId: 'SMALL' } }],
    });
    const stale = await api.send<Payload>('ADMIN', PUBLISH, input({ reason: 'x', digest: 'another' }));
    expect(errorsOf(stale.data)).toEqual(['STALE_DIGEST digest']);
    const done = await api.send<Payload>('ADMIN', PUBLISH, input({ reason: 'Smaller contracts', digest }));
    expect(done.data.publishTieringModel).toMatchObject({
      accounts: 4,
      moved: 1,
      pending: 1,
      userErrors: [],
    });
    const again = await api.send<Payload>('ADMIN', PUBLISH, input({ reason: 'Smaller contracts' }));
    expect(errorsOf(again.data)).toEqual(['WRONG_STATUS version']);
  });

  test('versions are listed by status, with what keeps a draft from being published', async () => {
    const list = async (statuses: string[] | null): Promise<unknown> =>
      (await api.send<{ tieringModels: unknown }>('VIEWER', MODELS, { statuses })).data.tieringModels;
    expect(await list(null)).toMatchObject({ totalCount: 2, nodes: [{ version: 2 }, { version: 1 }] });
    expect(await list(['DRAFT'])).toMatchObject({ totalCount: 1, nodes: [{ version: 2, errors: [] }] });
    expect(await list(['RETIRED'])).toMatchObject({ totalCount: 0, nodes: [] });
  });

  test('health names its findings with the accounts behind them', async () => {
    const { data } = await api.send<{ tieringHealth: { findings: Record<string, unknown>[] } }>(
      'VIEWER',
      HEALTH,
    );
    expect(data.tieringHealth.findings.map(({ code }) => code)).toContain('PROVISIONAL_PLACEMENTS');
    expect(data.tieringHealth.findings.at(0)).toMatchObject({
      code: 'POPULATION_OFF_TARGET',
      severity: 'WARNING',
      tier: { key: 'strategic' },
      figure: 0.25,
      accounts: { totalCount: 1, nodes: [{ externalId: 'BIG', tier: { key: 'strategic' } }] },
    });
  });

  test.each([[0], [-1], [99], [2_147_483_647]])(
    'a version that is not there (%i) is told so',
    async (version) => {
      const { errors } = await api.send('MANAGER', SIMULATE, { version });
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
      const { data } = await api.send<Payload>('ADMIN', PUBLISH, { input: { version, reason: 'x' } });
      expect(errorsOf(data)).toEqual(['NOT_FOUND version']);
    },
  );
});
