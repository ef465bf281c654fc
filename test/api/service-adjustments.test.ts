import { stampOf } from '../../src/app/account.service';
import { COMMAND_LINE, type Role, SYSTEM } from '../../src/app/actor';
import { type AccountValues } from '../../src/domain/account';
import { startApi, type TestApi } from '../support/api';
import { fixedClock, type TestClock } from '../support/clock';
import { given, type WrittenValues } from '../support/facts';
import { written } from '../support/override-book';

const FIELDS = `serviceAdjustment { id kind status grounds loadFactor until note createdBy decidedBy endReason version account { externalId } }
  userErrors { code field }`;
const mutation = (name: string): string => {
  const type = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Input`;
  return `mutation M($input: ${type}!) { ${name}(input: $input) { ${FIELDS} } }`;
};

interface Payload {
  serviceAdjustment: Record<string, unknown> | null;
  userErrors: { code: string; field: string[] }[];
}

describe('service adjustments', () => {
  let clock: TestClock;
  let api: TestApi;

  beforeEach(async () => {
    clock = fixedClock('2026-03-02');
    api = await startApi(clock);
    // In the top tier at risk, and healthy in the second one.
    await change('RISKY', { arr: '600000', churnRisk: 'HIGH' });
    await change('SAFE', { arr: '30000', churnRisk: 'LOW', healthScore: 90 });
    await change('PLAIN', { arr: '30000' });
  });
  afterEach(async () => {
    await api.close();
  });

  const change = async (externalId: string, values: WrittenValues): Promise<void> => {
    const facts: Partial<AccountValues> = given(values);
    const [result] = await api.book.accounts.upsertAccounts(COMMAND_LINE, [{ externalId, values: facts }]);
    expect(result?.errors).toEqual([]);
  };
  /** The steps of the daily run that belong to adjustments. */
  const runDay = async (day: string) => {
    clock.setDay(day);
    const stamp = stampOf(SYSTEM, clock);
    const ended = await api.book.adjustments.endDue(SYSTEM, stamp);
    const { proposed, withdrawn } = await api.book.adjustments.proposeDue(SYSTEM, stamp);
    return { ended, proposed, withdrawn };
  };
  const call = async (name: string, input: object, role: Role = 'MANAGER'): Promise<Payload> => {
    const { status, data, errors } = await api.send<Record<string, Payload>>(role, mutation(name), { input });
    expect({ status, errors }).toEqual({ status: 200, errors: [] });
    const payload = data[name];
    if (payload === undefined) throw new Error('one mutation gives one payload');
    return payload;
  };
  const list = async (where: object = {}): Promise<string[]> => {
    const { data, errors } = await api.send<{
      serviceAdjustments: { nodes: { kind: string; status: string; account: { externalId: string } }[] };
    }>(
      'VIEWER',
      `query L($where: ServiceAdjustmentFilter) {
        serviceAdjustments(where: $where) { nodes { kind status account { externalId } } }
      }`,
      { where },
    );
    expect(errors).toEqual([]);
    return data.serviceAdjustments.nodes
      .map(({ kind, status, account }) => `${account.externalId} ${kind} ${status}`)
      .sort();
  };
  const idOf = async (externalId: string): Promise<string> => {
    const { data } = await api.send<{ serviceAdjustments: { nodes: { id: string }[] } }>(
      'VIEWER',
      `query I($id: String!) { serviceAdjustments(where: { account: { externalId: { eq: $id } } }, first: 1) { nodes { id } } }`,
      { id: externalId },
    );
    return data.serviceAdjustments.nodes[0]?.id ?? '';
  };

  test('are proposed once, however many workers look, and withdrawn when their grounds are gone', async () => {
    const stamp = stampOf(SYSTEM, clock);
    const runs = await Promise.all([1, 2, 3].map(() => api.book.adjustments.proposeDue(SYSTEM, stamp)));
    expect(runs.map(({ proposed }) => proposed).sort()).toEqual([0, 0, 2]);
    expect(await list()).toEqual(['RISKY EXTRA PROPOSED', 'SAFE LIGHTER PROPOSED']);
    expect(await list({ kinds: ['LIGHTER'], grounds: ['HEALTHY_SECOND_TIER'] })).toEqual([
      'SAFE LIGHTER PROPOSED',
    ]);
    await change('SAFE', { healthScore: 79 });
    expect(await runDay('2026-03-03')).toEqual({ ended: 0, proposed: 0, withdrawn: 1 });
    const before = await written(api.database);
    expect(await runDay('2026-03-03')).toEqual({ ended: 0, proposed: 0, withdrawn: 0 });
    expect(await written(api.database)).toEqual(before);
    expect(await list({ statuses: ['WITHDRAWN'] })).toEqual(['SAFE LIGHTER WITHDRAWN']);
  });

  test('are not accepted once their grounds are gone, though no daily run has seen it yet', async () => {
    await runDay('2026-03-02');
    const adjustmentId = await idOf('RISKY');
    await change('RISKY', { churnRisk: 'LOW' });
    const before = await written(api.database);
    expect((await call('acceptServiceAdjustment', { adjustmentId, until: '2026-08-29' })).userErrors).toEqual(
      [{ code: 'WRONG_STATUS', field: ['adjustmentId'] }],
    );
    expect(await written(api.database)).toEqual(before);
  });

  test('are accepted until a day, stand beside the account, and end by themselves', async () => {
    await runDay('2026-03-02');
    const adjustmentId = await idOf('RISKY');
    expect((await call('acceptServiceAdjustment', { adjustmentId, until: '2026-08-30' })).userErrors).toEqual(
      [{ code: 'INVALID_VALUE', field: ['until'] }],
    );
    const input = { adjustmentId, until: '2026-08-29', note: 'Weekly calls', idempotencyKey: 'a-1' };
    const accepted = await call('acceptServiceAdjustment', input);
    expect(accepted).toMatchObject({
      serviceAdjustment: {
        kind: 'EXTRA',
        status: 'ACTIVE',
        grounds: 'TOP_TIER_AT_RISK',
        loadFactor: 1.5,
        until: '2026-08-29',
        note: 'Weekly calls',
        createdBy: 'Tierbook',
        decidedBy: 'The MANAGER',
      },
      userErrors: [],
    });
    expect(await call('acceptServiceAdjustment', input)).toEqual(accepted);
    const { data } = await api.send<Record<string, unknown>>(
      'VIEWER',
      `query A($id: ID!) { account(externalId: "RISKY") { tier { key } serviceAdjustment { kind until } }
        node(id: $id) { ... on ServiceAdjustment { status } } }`,
      { id: adjustmentId },
    );
    expect(data).toEqual({
      account: { tier: { key: 'strategic' }, serviceAdjustment: { kind: 'EXTRA', until: '2026-08-29' } },
      node: { status: 'ACTIVE' },
    });
    expect(await runDay('2026-08-28')).toEqual({ ended: 0, proposed: 0, withdrawn: 0 });
    expect(await runDay('2026-08-29')).toEqual({ ended: 1, proposed: 1, withdrawn: 0 });
    expect(await list({ account: { externalId: { eq: 'RISKY' } } })).toEqual([
      'RISKY EXTRA ENDED',
      'RISKY EXTRA PROPOSED',
    ]);
  });

  test('that were dismissed come back only after an interruption', async () => {
    await runDay('2026-03-02');
    const dismissal = { adjustmentId: await idOf('SAFE'), note: 'They want to stay close' };
    expect((await call('dismissServiceAdjustment', dismissal)).serviceAdjustment).toMatchObject({
      status: 'DISMISSED',
      endReason: 'DECISION',
    });
    expect((await call('dismissServiceAdjustment', dismissal)).userErrors).toEqual([
      { code: 'WRONG_STATUS', field: ['adjustmentId'] },
    ]);
    expect(await runDay('2026-03-03')).toMatchObject({ proposed: 0 });
    await change('SAFE', { healthScore: 50 });
    expect(await runDay('2026-03-04')).toMatchObject({ proposed: 0, withdrawn: 0 });
    await change('SAFE', { healthScore: 95 });
    expect(await runDay('2026-03-05')).toMatchObject({ proposed: 1 });
  });

  test('are set by a manager, one at a time, in the place of proposals', async () => {
    await runDay('2026-03-02');
    const input = { externalId: 'RISKY', kind: 'LIGHTER', until: '2026-06-01' };
    const first = await call('setServiceAdjustment', input);
    expect(first.serviceAdjustment).toMatchObject({ status: 'ACTIVE', grounds: null, loadFactor: 0.75 });
    expect((await call('setServiceAdjustment', { ...input, kind: 'EXTRA' })).userErrors).toEqual([
      { code: 'CONFLICT', field: ['replace'] },
    ]);
    await call('setServiceAdjustment', { ...input, kind: 'EXTRA', replace: true });
    expect(await list({ account: { externalId: { eq: 'RISKY' } } })).toEqual([
      'RISKY EXTRA ACTIVE',
      'RISKY EXTRA WITHDRAWN',
      'RISKY LIGHTER ENDED',
    ]);
    const adjustmentId = await idOf('RISKY');
    const end = (expectedVersion: number) => call('endServiceAdjustment', { adjustmentId, expectedVersion });
    expect((await end(2)).userErrors).toEqual([{ code: 'STALE_VERSION', field: ['expectedVersion'] }]);
    expect((await end(1)).serviceAdjustment).toMatchObject({ status: 'ENDED', endReason: 'DECISION' });
  });

  test.each([
    { case: 'today', given: { until: '2026-03-02' }, code: 'INVALID_VALUE', field: 'until' },
    { case: '181 days off', given: { until: '2026-08-30' }, code: 'INVALID_VALUE', field: 'until' },
    { case: 'of nobody', given: { externalId: 'NOBODY' }, code: 'NOT_FOUND', field: 'externalId' },
    {
      case: 'of a churned account',
      given: { externalId: 'GONE' },
      code: 'ACCOUNT_CHURNED',
      field: 'account',
    },
    { case: 'of one not placed', given: { externalId: 'NEW' }, code: 'NOT_PLACED', field: 'account' },
  ])('set $case is a user error, and nothing is written', async ({ given: wrong, code, field }) => {
    await change('GONE', { status: 'CHURNED' });
    await change('NEW', { name: 'New' });
    const before = await written(api.database);
    const input = { externalId: 'PLAIN', kind: 'EXTRA', until: '2026-06-01', ...wrong };
    expect((await call('setServiceAdjustment', input)).userErrors).toEqual([{ code, field: [field] }]);
    expect(await written(api.database)).toEqual(before);
  });

  test('are decided by managers', async () => {
    await runDay('2026-03-02');
    const adjustmentId = await idOf('RISKY');
    for (const [name, input] of [
      ['acceptServiceAdjustment', { adjustmentId, until: '2026-06-01' }],
      ['dismissServiceAdjustment', { adjustmentId }],
      ['endServiceAdjustment', { adjustmentId }],
      ['setServiceAdjustment', { externalId: 'PLAIN', kind: 'EXTRA', until: '2026-06-01' }],
    ] as const) {
      const { errors } = await api.send('CSM', mutation(name), { input });
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
    }
    expect((await call('endServiceAdjustment', { adjustmentId: 'x' })).userErrors).toEqual([
      { code: 'NOT_FOUND', field: ['adjustmentId'] },
    ]);
  });

  test('end when the account churns', async () => {
    await runDay('2026-03-02');
    await call('setServiceAdjustment', { externalId: 'PLAIN', kind: 'EXTRA', until: '2026-06-01' });
    for (const externalId of ['RISKY', 'PLAIN']) await change(externalId, { status: 'CHURNED' });
    expect(
      await api.database.query(
        `SELECT status, ended_by, end_reason FROM service_adjustment WHERE end_reason IS NOT NULL
         ORDER BY service_adjustment.id`,
      ),
    ).toEqual([
      { status: 'WITHDRAWN', ended_by: 'Tierbook', end_reason: 'ACCOUNT_CHURNED' },
      { status: 'ENDED', ended_by: 'Tierbook', end_reason: 'ACCOUNT_CHURNED' },
    ]);
    expect(await runDay('2026-03-03')).toEqual({ ended: 0, proposed: 0, withdrawn: 0 });
  });
});
