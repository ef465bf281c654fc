import {
  getNamedType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  isInputObjectType,
  isObjectType,
} from 'graphql';
import { stampOf } from '../../src/app/account.service';
import { type Actor, type Role, ROLES, SYSTEM } from '../../src/app/actor';
import { toGlobalId } from '../../src/graphql/ids';
import { createSchema } from '../../src/graphql/schema';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { day } from '../support/facts';
import { makeCsm, somebody } from '../support/override-book';
import { everyFieldOf } from '../support/schema-walk';
import { ENTRY_POINTS } from './permissions.table';

/** The ids of what the mutations are about: each of them finds what it would change. */
interface Ids {
  readonly othersRequest: string;
  readonly ownRequest: string;
  readonly activeOverride: string;
  readonly proposal: string;
  readonly otherProposal: string;
  readonly activeAdjustment: string;
  readonly intervention: string;
  readonly otherIntervention: string;
  readonly ownSegment: string;
  readonly token: string;
  readonly touch: string;
  readonly endpoint: string;
  readonly otherEndpoint: string;
}

const CORE = { externalId: 'CORE' };
const LEAVE = { csm: 'anna', from: '2026-04-01' };
const OVERRIDE = { externalId: 'FREE', tier: 'core', reason: 'BRAND', expiresOn: '2026-06-01' };
const GOAL = { metric: 'NRR', target: 1.1, from: '2026-01-01', to: '2027-01-01' };
const ENERGY = [{ dimension: 'INDUSTRY', values: ['Energy'] }];

/** Who may call what at least (README, "Who may do what"), and a call that only the permission stands against. */
const MUTATIONS: Readonly<Record<string, readonly [least: Role, input: (ids: Ids) => object]>> = {
  logTouch: ['CSM', () => ({ ...CORE, kind: 'TOUCH', channel: 'CALL' })],
  logTouches: ['CSM', () => ({ touches: [{ ...CORE, kind: 'TOUCH', channel: 'EMAIL' }] })],
  undoTouch: ['CSM', ({ touch }) => ({ touchId: touch, note: 'It was another account' })],
  completeIntervention: ['CSM', ({ intervention }) => ({ interventionId: intervention, note: 'Called' })],
  completeInterventions: [
    'CSM',
    ({ otherIntervention }) => ({ interventions: [{ interventionId: otherIntervention, note: 'Called' }] }),
  ],
  createSegment: ['CSM', () => ({ name: 'Energy', criteria: ENERGY })],
  overrideTier: ['CSM', () => OVERRIDE],
  overrideTiers: ['CSM', () => ({ overrides: [{ ...OVERRIDE, externalId: 'SPARE' }] })],
  setSegmentGoals: ['CSM', ({ ownSegment }) => ({ segmentId: ownSegment, goals: [GOAL] })],
  updateSegment: ['CSM', ({ ownSegment }) => ({ segmentId: ownSegment, name: 'Renamed' })],
  withdrawOverride: ['CSM', ({ ownRequest }) => ({ overrideId: ownRequest })],
  deleteSegment: ['CSM', ({ ownSegment }) => ({ segmentId: ownSegment })],

  acceptServiceAdjustment: ['MANAGER', ({ proposal }) => ({ adjustmentId: proposal, until: '2026-06-01' })],
  applyAssignmentPlan: ['MANAGER', () => ({ digest: 'of another day', plan: {} })],
  assignAccounts: ['MANAGER', () => ({ assignments: [{ ...CORE, csm: 'ben' }] })],
  calibrateTieringModel: ['MANAGER', () => ({ version: 2, ladder: 'PERCENTILES' })],
  cancelLeave: ['MANAGER', () => LEAVE],
  completeTierReviews: [
    'MANAGER',
    () => ({ reviews: [{ ...CORE, decision: 'KEEP', note: 'As it should be' }] }),
  ],
  createTieringModelDraft: ['MANAGER', () => ({})],
  decideOverride: ['MANAGER', ({ othersRequest }) => ({ overrideId: othersRequest, decision: 'APPROVE' })],
  designateStrategic: ['MANAGER', () => ({ ...CORE, reason: 'A logo that others follow' })],
  dismissServiceAdjustment: ['MANAGER', ({ otherProposal }) => ({ adjustmentId: otherProposal })],
  endDesignation: ['MANAGER', () => ({ externalId: 'RISKY' })],
  endEmployment: ['MANAGER', () => ({ csm: 'anna', on: '2026-07-01', successorCsm: 'ben' })],
  endServiceAdjustment: ['MANAGER', ({ activeAdjustment }) => ({ adjustmentId: activeAdjustment })],
  retireTieringModel: ['MANAGER', () => ({ version: 3 })],
  revokeOverride: [
    'MANAGER',
    ({ activeOverride }) => ({ overrideId: activeOverride, note: 'Over and done with' }),
  ],
  setDigitalPrograms: [
    'MANAGER',
    () => ({ programs: [{ externalId: 'LOW', program: 'ONBOARDING', running: true }] }),
  ],
  setLeave: ['MANAGER', () => ({ csm: 'ben', from: '2026-05-01', to: '2026-05-10', backup: 'anna' })],
  setServiceAdjustment: ['MANAGER', () => ({ externalId: 'FREE', kind: 'EXTRA', until: '2026-06-01' })],
  updateTieringModelDraft: ['MANAGER', () => ({ version: 2, guardrails: { liftLimit: 2 } })],
  upsertCsms: ['MANAGER', () => ({ csms: [{ externalId: 'ben', name: 'Benjamin' }] })],
  upsertPools: ['MANAGER', () => ({ pools: [{ externalId: 'west', name: 'West' }] })],

  createApiToken: ['ADMIN', () => ({ name: 'dashboard', role: 'VIEWER' })],
  publishTieringModel: ['ADMIN', () => ({ version: 4, reason: 'The new year' })],
  revokeApiToken: ['ADMIN', ({ token }) => ({ id: token })],
  createWebhookEndpoint: ['ADMIN', () => ({ url: 'https://hooks.example/new' })],
  replayWebhookDeliveries: [
    'ADMIN',
    ({ endpoint }) => ({ endpointId: endpoint, since: '2026-03-01T00:00:00Z' }),
  ],
  rotateWebhookSecret: ['ADMIN', ({ endpoint }) => ({ endpointId: endpoint })],
  testWebhookEndpoint: ['ADMIN', ({ endpoint }) => ({ endpointId: endpoint })],
  updateWebhookEndpoint: ['ADMIN', ({ endpoint }) => ({ endpointId: endpoint, concurrency: 2 })],
  deleteWebhookEndpoint: ['ADMIN', ({ otherEndpoint }) => ({ endpointId: otherEndpoint })],
  upsertAccounts: ['ADMIN', () => ({ accounts: [{ externalId: 'FREE', arr: '7000' }] })],
};

const schema = createSchema();
const fields = schema.getMutationType()?.getFields() ?? {};

const inputOf = (field: GraphQLField<unknown, unknown> | undefined): GraphQLInputObjectType =>
  getNamedType(field?.args[0]?.type) as GraphQLInputObjectType;

/** The path of the argument in the input of the mutation, of its entries where that is where it stands. */
function placeOf(argument: string, mutation: string): string[] | null {
  const input = inputOf(fields[mutation]);
  if (argument in input.getFields()) return [argument];
  for (const [name, { type }] of Object.entries(input.getFields())) {
    const entry = getNamedType(type);
    if (isInputObjectType(entry) && argument in entry.getFields()) return [name, argument];
  }
  return null;
}

/** The mutation with every field of its payload, and of the objects in it. */
function documentOf(mutation: string): string {
  const payload = getNamedType(fields[mutation]?.type) as GraphQLObjectType;
  const results = getNamedType(payload.getFields().results?.type);
  const ofEach = isObjectType(results) ? ` results { ${everyFieldOf(results, 1)} }` : '';
  const selection = everyFieldOf(payload, 1) + ofEach;
  return `mutation M($input: ${inputOf(fields[mutation]).name}!) { ${mutation}(input: $input) { ${selection} } }`;
}

interface UserError {
  readonly code: string;
  readonly field: readonly string[];
}
type Payload = Record<string, { userErrors?: UserError[]; results?: { userErrors: UserError[] }[] }>;

describe('every mutation', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;
  let ids: Ids;

  beforeAll(async () => {
    api = await startApi(clock);
    const { book, database } = api;
    const admin = somebody('ADMIN', 'founder');
    const stamp = stampOf(admin, clock);
    const accounts = Object.entries({
      ASKED: '30000',
      CORE: '40000',
      FREE: '6000',
      HELD: '30000',
      LOW: '6000',
      OWN: '30000',
      RISKY: '6000',
      SHAKY: '6000',
      SPARE: '6000',
    }).map(([externalId, arr]) => ({
      externalId,
      arr,
      churnRisk: externalId.endsWith('KY') ? 'HIGH' : 'LOW',
    }));
    await done('upsertAccounts', { accounts });
    for (const healthScore of [80, 10])
      await done('upsertAccounts', { accounts: [{ externalId: 'LOW', healthScore }] });
    const raised = await database.query<{ id: string }>(
      'SELECT intervention.id::text FROM intervention ORDER BY intervention.id',
    );
    const [intervention = '', otherIntervention = ''] = raised.map(({ id }) =>
      toGlobalId('Intervention', id),
    );
    for (const externalId of ['RISKY', 'SHAKY'])
      await done('designateStrategic', { externalId, reason: 'A logo that others follow' });
    await done('upsertCsms', {
      csms: ['anna', 'ben'].map((externalId) => ({ externalId, name: externalId })),
    });
    await done('setLeave', { ...LEAVE, to: '2026-04-10', backup: 'ben' });
    for (let version = 2; version <= 4; version += 1) await done('createTieringModelDraft', {});
    await done('setServiceAdjustment', { ...CORE, kind: 'EXTRA', until: '2026-06-01' });
    const own = await makeCsm(database, 'own', ['OWN'], '2026-01-01');
    const other = await makeCsm(database, 'other', ['ASKED'], '2026-01-01');
    const override = async (actor: Actor, externalId: string): Promise<string> => {
      const terms = { tier: 'strategic', reason: 'BRAND', note: null, expiresOn: day('2026-06-01') } as const;
      const wanted = { ...terms, account: { externalId }, supersede: false };
      const { overrideId } = await book.overrides.overrideTier(actor, wanted);
      return toGlobalId('Override', overrideId);
    };
    await book.adjustments.proposeDue(SYSTEM, stamp);
    const adjustments = async (status: string): Promise<string[]> => {
      const rows = await database.query<{ id: string }>(
        'SELECT service_adjustment.id::text FROM service_adjustment WHERE status = $1 ORDER BY service_adjustment.id',
        [status],
      );
      return rows.map(({ id }) => toGlobalId('ServiceAdjustment', id));
    };
    const [proposal = '', otherProposal = ''] = await adjustments('PROPOSED');
    const [activeAdjustment = ''] = await adjustments('ACTIVE');
    const segment = {
      name: 'Own',
      description: null,
      criteria: [{ dimension: 'INDUSTRY', values: ['Banks'], includeUnknown: false }],
    } as const;
    const csm = somebody('CSM', 'CSM', own);
    await done('logTouch', { ...CORE, kind: 'TOUCH', channel: 'VIDEO' });
    const [touch] = await database.query<{ id: string }>('SELECT touch.id::text FROM touch');
    const { token } = await book.tokens.create(admin, 'script', 'VIEWER', null);
    const endpoint = async (path: string): Promise<string> => {
      const { id } = await book.webhooks.create(admin, { url: `https://hooks.example/${path}` });
      return toGlobalId('WebhookEndpoint', id);
    };
    ids = {
      othersRequest: await override(somebody('CSM', 'other', other), 'ASKED'),
      ownRequest: await override(csm, 'OWN'),
      activeOverride: await override(admin, 'HELD'),
      proposal,
      otherProposal,
      activeAdjustment,
      intervention,
      otherIntervention,
      ownSegment: toGlobalId('Segment', await book.segments.create(csm, segment)),
      token: toGlobalId('ApiToken', token.id),
      touch: toGlobalId('LoggedTouch', touch?.id ?? ''),
      endpoint: await endpoint('one'),
      otherEndpoint: await endpoint('other'),
    };
  });
  afterAll(async () => {
    await api.close();
  });

  const call = async (role: Role, mutation: string, input: object) => {
    const { data, errors } = await api.send<Payload | null>(role, documentOf(mutation), { input });
    const { userErrors = [], results = [] } = data?.[mutation] ?? {};
    return {
      codes: errors.map(({ extensions: { code } }) => code),
      refusals: [...userErrors, ...results.flatMap((result) => result.userErrors)].map(
        ({ code, field }) => `${code} ${field.join('.')}`,
      ),
    };
  };

  async function done(mutation: string, input: object): Promise<void> {
    expect({ mutation, ...(await call('ADMIN', mutation, input)) }).toEqual({
      mutation,
      codes: [],
      refusals: [],
    });
  }

  const inputFor = (mutation: string): Record<string, unknown> =>
    MUTATIONS[mutation]?.[1](ids) as Record<string, unknown>;

  /** The input with a value in a place of it, or of each of its entries. */
  const withValue = (
    mutation: string,
    [first = '', inEntries]: readonly string[],
    value: unknown,
  ): object => {
    const input = inputFor(mutation);
    if (inEntries === undefined) return { ...input, [first]: value };
    return {
      ...input,
      [first]: (input[first] as object[]).map((entry) => ({ ...entry, [inEntries]: value })),
    };
  };

  let hashEach: string | null = null;
  /** A hash of each table but those of the keys themselves and of points, to compare with what is there later. */
  const contents = async (): Promise<Record<string, string>> => {
    if (hashEach === null) {
      const tables = await api.database.query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' 
           AND table_name NOT IN ('idempotency_key', 'throttle_bucket')`,
      );
      hashEach = tables
        .map(
          ({ name }) =>
            `SELECT '${name}' AS name, md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) AS hash FROM ${name} t`,
        )
        .join(' UNION ALL ');
    }
    const hashes = await api.database.query<{ name: string; hash: string }>(hashEach);
    return Object.fromEntries(hashes.map(({ name, hash }) => [name, hash]));
  };

  const newestEntry = async (): Promise<string> => {
    const rows = await api.database.query<{ id: string }>(
      'SELECT coalesce(max(id), 0)::text AS id FROM audit_entry',
    );
    return rows[0]?.id ?? '';
  };

  const anyId: unknown = expect.stringMatching(/^.{8,}$/);

  /** Whose requests have written anything since, by the audit. */
  const requestsSince = (id: string): Promise<unknown[]> =>
    api.database.query('SELECT DISTINCT actor_id, request_id FROM audit_entry WHERE id > $1', [id]);

  test('stands in the table of permissions with the role that it has here', () => {
    for (const [mutation, [least]] of Object.entries(MUTATIONS)) {
      expect({ [least]: ENTRY_POINTS[least] }).toEqual({
        [least]: expect.arrayContaining([`Mutation.${mutation}`]) as unknown,
      });
    }
  });

  test('stands in the table of this test', () => {
    expect(Object.keys(MUTATIONS).sort()).toEqual(Object.keys(fields).sort());
  });

  const named = Object.keys(fields);
  const withKey = named.filter((mutation) => placeOf('idempotencyKey', mutation) !== null);
  const withVersion = named.filter((mutation) => placeOf('expectedVersion', mutation) !== null);

  test('that can be repeated takes an idempotencyKey', () => {
    expect(named.filter((mutation) => !withKey.includes(mutation))).toEqual([
      'createApiToken',
      'revokeApiToken',
    ]);
  });

  test('of what people edit takes an expectedVersion, unlike what makes something or gives it whole', () => {
    expect(named.filter((mutation) => !withVersion.includes(mutation)).sort()).toEqual([
      'applyAssignmentPlan',
      'createApiToken',
      'createSegment',
      'createTieringModelDraft',
      'createWebhookEndpoint',
      'logTouch',
      'logTouches',
      'replayWebhookDeliveries',
      'revokeApiToken',
      'setDigitalPrograms',
      'testWebhookEndpoint',
      'undoTouch',
      'upsertAccounts',
      'upsertPools',
    ]);
  });

  // What is refused about the key has been read: a key that goes nowhere would let a repeat be done twice.
  test.each(withKey)('%s looks at its idempotencyKey', async (mutation) => {
    const before = await contents();
    const place = placeOf('idempotencyKey', mutation) ?? [];
    expect(await call('ADMIN', mutation, withValue(mutation, place, ' '))).toEqual({
      codes: [],
      refusals: ['INVALID_VALUE idempotencyKey'],
    });
    expect(await contents()).toEqual(before);
  });

  test.each(withVersion)('%s looks at its expectedVersion', async (mutation) => {
    const before = await contents();
    const place = placeOf('expectedVersion', mutation) ?? [];
    const { codes, refusals } = await call('ADMIN', mutation, withValue(mutation, place, 999));
    expect({ codes, refusals }).toEqual({
      codes: [],
      refusals: [expect.stringMatching(/^STALE_VERSION (\w+\.\d\.)?expectedVersion$/)],
    });
    expect(await contents()).toEqual(before);
  });

  // In the order of the table, in which each of them finds what it changes. A plan is applied in its own test, since
  // only its own digest can be given.
  test.each(
    Object.keys(MUTATIONS).filter(
      (mutation) => withKey.includes(mutation) && mutation !== 'applyAssignmentPlan',
    ),
  )('%s is done once for a key, audited, and refused with another request under it', async (mutation) => {
    const input = { ...inputFor(mutation), idempotencyKey: `the ${mutation}` };
    const before = await contents();
    const audited = await newestEntry();
    expect(await call('ADMIN', mutation, input)).toEqual({ codes: [], refusals: [] });
    const after = await contents();
    expect(after).not.toEqual(before);
    const author = { actor_id: 'token:ADMIN', request_id: anyId };
    expect(await requestsSince(audited)).toEqual([author]);
    clock.setDay('2026-03-03');
    const again = await call('ADMIN', mutation, input);
    clock.setDay('2026-03-02');
    expect(again).toEqual({ codes: [], refusals: [] });
    expect(await contents()).toEqual(after);
    const place = placeOf('expectedVersion', mutation);
    if (place === null) return;
    const other = { ...withValue(mutation, place, 999), idempotencyKey: input.idempotencyKey };
    expect(await call('ADMIN', mutation, other)).toEqual({
      codes: [],
      refusals: ['IDEMPOTENCY_KEY_MISMATCH idempotencyKey'],
    });
    expect(await contents()).toEqual(after);
  });

  test.each(Object.entries(MUTATIONS).map(([mutation, [least]]) => [mutation, least] as const))(
    '%s needs the role %s',
    async (mutation, least) => {
      // Those that may not do it come first, and each of them leaves everything as it was.
      const before = await contents();
      for (const role of ROLES) {
        const { codes } = await call(role, mutation, inputFor(mutation));
        const mayDo = ROLES.indexOf(role) >= ROLES.indexOf(least);
        expect({ role, codes }).toEqual({ role, codes: mayDo ? [] : ['FORBIDDEN'] });
        if (!mayDo) expect(await contents()).toEqual(before);
      }
    },
  );
});
