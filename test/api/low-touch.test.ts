import { COMMAND_LINE } from '../../src/app/actor';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { StaffedBook } from '../support/staffed-book';

describe('interventions, renewal notices and digital programs through the API', () => {
  const clock = fixedClock('2026-01-05');
  let api: TestApi;
  let book: StaffedBook;

  beforeAll(async () => {
    api = await startApi(clock);
    book = new StaffedBook(api.database, clock);
    await book.staff({ anna: {}, ben: { pool: 'west' } });
    await book.seed({
      A: { arr: '9000', healthScore: 80, renewalDate: '2026-03-07' },
      B: { arr: '6000', usagePercent: 50, renewalDate: '2026-03-07' },
      C: { arr: '600', healthScore: 50, renewalDate: '2026-02-10' },
      CORE: { arr: '30000' },
    });
    await book.assign({ A: { pool: 'west' }, B: { csm: 'anna' } });
    await api.book.dailyRuns.catchUp(COMMAND_LINE, clock.today());
    book.on('2026-01-10');
    await book.account('A', { healthScore: 39 });
    book.on('2026-01-11');
    await book.seed({ B: { usagePercent: 90 }, C: { healthScore: 30 } });
    await api.book.dailyRuns.catchUp(COMMAND_LINE, clock.today());
  });
  afterAll(async () => {
    await api.close();
  });

  const query = async <D>(text: string, variables: object = {}): Promise<D> => {
    const { data, errors } = await api.send<D>('VIEWER', text, variables);
    expect(errors).toEqual([]);
    return data;
  };

  interface Listed {
    interventions: {
      totalCount: number;
      nodes: { reason: string; account: { externalId: string } }[];
      pageInfo: { endCursor: string };
    };
  }
  const LIST = `query ($where: InterventionFilter, $orderBy: InterventionOrder, $first: Int, $after: String) {
    interventions(where: $where, orderBy: $orderBy, first: $first, after: $after) {
      totalCount nodes { reason account { externalId } } pageInfo { endCursor }
    }
  }`;
  const list = async (variables: object): Promise<string[]> =>
    (await query<Listed>(LIST, variables)).interventions.nodes.map(
      ({ reason, account }) => `${account.externalId} ${reason}`,
    );

  test.each([
    [
      'the highest ARR first',
      { orderBy: 'ARR' },
      ['A HEALTH_LOW', 'A HEALTH_FELL', 'B USAGE_HIGH', 'C HEALTH_LOW'],
    ],
    ['the oldest first', { orderBy: 'OLDEST', first: 2 }, ['A HEALTH_LOW', 'A HEALTH_FELL']],
    ['by reason', { where: { reasons: ['USAGE_HIGH'] } }, ['B USAGE_HIGH']],
    ['by tier', { where: { tiers: ['tech-touch'] } }, ['C HEALTH_LOW']],
    ['by CSM', { where: { csms: ['anna'] } }, ['B USAGE_HIGH']],
    ['by pool', { where: { pools: ['west'], reasons: ['HEALTH_FELL'] } }, ['A HEALTH_FELL']],
    ['since a day', { where: { raisedFrom: '2026-01-11', tiers: ['scale'] } }, ['B USAGE_HIGH']],
    ['up to a day', { where: { raisedTo: '2026-01-10', reasons: ['HEALTH_LOW'] } }, ['A HEALTH_LOW']],
    [
      'by what the account is like',
      { where: { account: { arr: { gte: '9000' } } }, orderBy: 'OLDEST' },
      ['A HEALTH_LOW', 'A HEALTH_FELL'],
    ],
    ['those that are closed', { where: { statuses: ['COMPLETED', 'ENDED'] } }, []],
    ['of an account that is none', { where: { accountId: 'nonsense' } }, []],
  ])('interventions are listed %s', async (_title, variables, expected) => {
    expect(await list(variables)).toEqual(expected);
  });

  test.each(['ARR', 'OLDEST', 'NEWEST'])('pages of interventions by %s hold each once', async (orderBy) => {
    const all = await list({ orderBy });
    const paged: string[] = [];
    let after: string | null = null;
    while (paged.length < all.length) {
      const { interventions }: Listed = await query<Listed>(LIST, { orderBy, first: 1, after });
      expect(interventions.totalCount).toBe(4);
      paged.push(...interventions.nodes.map(({ reason, account }) => `${account.externalId} ${reason}`));
      after = interventions.pageInfo.endCursor;
    }
    expect(paged).toEqual(all);
  });

  /** Coverage of each tier, and the low tiers that health says are left without their programs. */
  const told = async (): Promise<{ coverage: unknown; findings: unknown }> => {
    const { digitalProgramCoverage, tieringHealth } = await query<{
      digitalProgramCoverage: { tier: { key: string }; accounts: number; running: number; share: number }[];
      tieringHealth: {
        findings: {
          code: string;
          tier: { key: string } | null;
          figure: number;
          accounts: { nodes: { externalId: string }[] };
        }[];
      };
    }>(`{
      digitalProgramCoverage { tier { key } accounts running share programs { program running share } }
      tieringHealth { findings { code tier { key } figure accounts { nodes { externalId } } } }
    }`);
    return {
      coverage: digitalProgramCoverage.map(({ tier, accounts, running, share }) => [
        tier.key,
        accounts,
        running,
        share,
      ]),
      findings: tieringHealth.findings
        .filter(({ code }) => code === 'UNDERSERVED_LOWER_TIERS')
        .map(({ tier, figure, accounts }) => [
          tier?.key,
          figure,
          accounts.nodes.map(({ externalId }) => externalId),
        ]),
    };
  };

  test('health is silent about programs as long as nothing was told of any', async () => {
    expect(await told()).toEqual({
      coverage: [
        ['core', 1, 0, 0],
        ['scale', 2, 0, 0],
        ['tech-touch', 1, 0, 0],
      ],
      findings: [],
    });
  });

  test('an account shows its interventions, notices and programs, and each is a node', async () => {
    const set = await api.send<{ setDigitalPrograms: unknown }>(
      'MANAGER',
      `mutation ($input: SetDigitalProgramsInput!) {
        setDigitalPrograms(input: $input) {
          results { outcome account { digitalPrograms { program required running since } } userErrors { code field } }
          userErrors { code }
        }
      }`,
      {
        input: {
          programs: [
            { externalId: 'A', program: 'ONBOARDING', running: true, since: '2026-01-06' },
            { externalId: 'A', program: 'NURTURE', running: false },
            { externalId: 'NOBODY', program: 'NURTURE', running: true },
          ],
        },
      },
    );
    expect(set.errors).toEqual([]);
    const programs = [
      { program: 'NURTURE', required: false, running: false, since: '2026-01-11' },
      { program: 'ONBOARDING', required: true, running: true, since: '2026-01-06' },
      { program: 'HEALTH_MONITORING', required: true, running: null, since: null },
      { program: 'RENEWAL_NOTICES', required: true, running: null, since: null },
    ];
    expect(set.data.setDigitalPrograms).toEqual({
      results: [
        { outcome: 'SET', account: { digitalPrograms: programs }, userErrors: [] },
        { outcome: 'SET', account: { digitalPrograms: programs }, userErrors: [] },
        { outcome: 'REFUSED', account: null, userErrors: [{ code: 'NOT_FOUND', field: ['externalId'] }] },
      ],
      userErrors: [],
    });
    const { account } = await query<{ account: Record<string, { nodes: { id: string }[] }> }>(`{
      account(externalId: "A") {
        interventions(first: 5) {
          totalCount
          nodes {
            id reason status tier { name } evidence { fact from to } raisedOn raisedBy closedOn note version
            account { name externalId }
          }
        }
        renewalNotices { totalCount nodes { id renewalOn daysAhead dueOn tier { key } account { externalId } } }
        digitalPrograms { program history { running from to recordedBy } }
      }
    }`);
    expect(account.interventions).toEqual({
      totalCount: 2,
      nodes: [
        expect.objectContaining({
          reason: 'HEALTH_FELL',
          evidence: [{ fact: 'healthScore', from: '80', to: '39' }],
        }),
        expect.objectContaining({
          reason: 'HEALTH_LOW',
          status: 'OPEN',
          tier: { name: 'Scale' },
          raisedOn: '2026-01-10',
          raisedBy: 'Command line',
          closedOn: null,
          note: null,
          version: 1,
          account: { name: null, externalId: 'A' },
        }),
      ],
    });
    expect(account.renewalNotices).toEqual({
      totalCount: 1,
      nodes: [
        {
          id: expect.any(String) as string,
          renewalOn: '2026-03-07',
          daysAhead: 60,
          dueOn: '2026-01-06',
          tier: { key: 'scale' },
          account: { externalId: 'A' },
        },
      ],
    });
    const ids = [account.interventions?.nodes[0]?.id, account.renewalNotices?.nodes[0]?.id];
    const { nodes } = await query<{ nodes: unknown }>(
      `query ($ids: [ID!]!) { nodes(ids: $ids) {
        __typename ... on Intervention { reason account { externalId } } ... on RenewalNotice { daysAhead }
      } }`,
      { ids },
    );
    expect(nodes).toEqual([
      { __typename: 'Intervention', reason: 'HEALTH_FELL', account: { externalId: 'A' } },
      { __typename: 'RenewalNotice', daysAhead: 60 },
    ]);
  });

  test('the history of a program is its last 20 periods, whatever there is of others', async () => {
    // One of each day of January for B, and two of another program; the newest are those that were told last.
    await api.database.query(
      `INSERT INTO digital_program (account_id, program, running, from_on, to_on, recorded_by_id, recorded_by, recorded_at)
       SELECT a.id, told.program, told.day % 2 = 0, date '2026-01-01' + told.day, CASE WHEN told.day < told.last
         THEN date '2026-01-02' + told.day END, 'test', 'Test', now()
       FROM account a CROSS JOIN (
         SELECT 'ONBOARDING' AS program, day, 24 AS last FROM generate_series(0, 24) day
         UNION ALL SELECT 'NURTURE', day, 1 FROM generate_series(0, 1) day
       ) told WHERE a.external_id = 'B' ORDER BY told.program DESC, told.day`,
    );
    const { accounts } = await query<{
      accounts: {
        nodes: { externalId: string; digitalPrograms: { program: string; history: { from: string }[] }[] }[];
      };
    }>('{ accounts { nodes { externalId digitalPrograms { program history { from } } } } }');
    const programs = accounts.nodes.find(({ externalId }) => externalId === 'B')?.digitalPrograms ?? [];
    const shown = programs
      .filter(({ history }) => history.length > 0)
      .map(({ program, history }) => [program, history.length, history[0]?.from, history.at(-1)?.from]);
    expect(shown).toEqual([
      ['NURTURE', 2, '2026-01-02', '2026-01-01'],
      ['ONBOARDING', 20, '2026-01-25', '2026-01-06'],
    ]);
    await api.database.query(`DELETE FROM digital_program WHERE recorded_by_id = 'test'`);
  });

  test('renewal notices are listed the latest first, under a filter', async () => {
    const { renewalNotices } = await query<{ renewalNotices: unknown }>(
      `{ renewalNotices(where: { tiers: ["scale"], daysAhead: [60], renewalTo: "2026-03-07", dueFrom: "2026-01-06" }) {
        totalCount nodes { account { externalId } recordedAt }
      } }`,
    );
    expect(renewalNotices).toEqual({
      totalCount: 2,
      nodes: [
        { account: { externalId: 'B' }, recordedAt: '2026-01-11T12:00:00Z' },
        { account: { externalId: 'A' }, recordedAt: '2026-01-11T12:00:00Z' },
      ],
    });
    const { renewalNotices: upcoming } = await query<{ renewalNotices: { nodes: unknown[] } }>(
      `{ renewalNotices(where: { tiers: ["tech-touch"], accountId: "nonsense" }) { nodes { dueOn } } }`,
    );
    expect(upcoming.nodes).toEqual([]);
  });

  test('coverage and health tell which low tiers are left without their programs', async () => {
    expect(await told()).toEqual({
      coverage: [
        ['core', 1, 0, 0],
        ['scale', 2, 0, 0],
        ['tech-touch', 1, 0, 0],
      ],
      findings: [
        ['scale', 0, ['A', 'B']],
        ['tech-touch', 0, ['C']],
      ],
    });
    const programs = [
      ...['ONBOARDING', 'HEALTH_MONITORING', 'RENEWAL_NOTICES'].map((program) => ({
        externalId: 'A',
        program,
      })),
      ...['ONBOARDING', 'IN_APP_MESSAGING', 'RENEWAL_OFFERS'].map((program) => ({
        externalId: 'C',
        program,
      })),
    ];
    await api.send(
      'MANAGER',
      `mutation ($input: SetDigitalProgramsInput!) { setDigitalPrograms(input: $input) { results { outcome } } }`,
      {
        input: { programs: programs.map((one) => ({ ...one, running: true })) },
      },
    );
    expect(await told()).toEqual({
      coverage: [
        ['core', 1, 0, 0],
        ['scale', 2, 1, 0.5],
        ['tech-touch', 1, 1, 1],
      ],
      findings: [['scale', 0.5, ['B']]],
    });
  });

  test('closing one answers with it, and refuses by user errors', async () => {
    const { interventions } = await query<{ interventions: { nodes: { id: string; version: number }[] } }>(
      `{ interventions(where: { reasons: [USAGE_HIGH] }) { nodes { id version } } }`,
    );
    const [one] = interventions.nodes;
    const complete = (input: object) =>
      api.send<{ completeIntervention: unknown }>(
        'MANAGER',
        `mutation ($input: CompleteInterventionInput!) {
          completeIntervention(input: $input) {
            intervention { status note closedBy closedOn version account { externalId } } userErrors { code field }
          }
        }`,
        { input },
      );
    const refused = await complete({ interventionId: 'nonsense', note: 'x' });
    expect(refused.data.completeIntervention).toEqual({
      intervention: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['interventionId'] }],
    });
    const stale = await complete({ interventionId: one?.id, note: 'x', expectedVersion: 5 });
    expect(stale.data.completeIntervention).toEqual({
      intervention: null,
      userErrors: [{ code: 'STALE_VERSION', field: ['expectedVersion'] }],
    });
    const done = await complete({ interventionId: one?.id, note: 'Larger plan', idempotencyKey: 'k' });
    expect(done.data.completeIntervention).toEqual({
      intervention: {
        status: 'COMPLETED',
        note: 'Larger plan',
        closedBy: 'The MANAGER',
        closedOn: '2026-01-11',
        version: 2,
        account: { externalId: 'B' },
      },
      userErrors: [],
    });
    const bulk = await api.send<{ completeInterventions: unknown }>(
      'MANAGER',
      `mutation ($input: CompleteInterventionsInput!) {
        completeInterventions(input: $input) { results { intervention { status } userErrors { code } } userErrors { code } }
      }`,
      {
        input: {
          interventions: [
            { interventionId: one?.id, note: 'x' },
            { interventionId: 'nonsense', note: 'x' },
          ],
        },
      },
    );
    expect(bulk.data.completeInterventions).toEqual({
      results: [
        { intervention: { status: 'COMPLETED' }, userErrors: [{ code: 'WRONG_STATUS' }] },
        { intervention: null, userErrors: [{ code: 'NOT_FOUND' }] },
      ],
      userErrors: [],
    });
    const viewer = await api.send(
      'VIEWER',
      `mutation { completeIntervention(input: { interventionId: "x", note: "x" }) { userErrors { code } } }`,
    );
    expect(viewer.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });

  test('a draft changes when interventions are raised', async () => {
    const created = await api.send<{ createTieringModelDraft: { tieringModel: { version: number } } }>(
      'MANAGER',
      `mutation { createTieringModelDraft(input: {}) { tieringModel { version } userErrors { code } } }`,
    );
    const version = created.data.createTieringModelDraft.tieringModel.version;
    const update = (interventions: object) =>
      api.send<{ updateTieringModelDraft: unknown }>(
        'MANAGER',
        `mutation ($input: UpdateTieringModelDraftInput!) {
          updateTieringModelDraft(input: $input) {
            tieringModel { interventions { healthBelow fallPoints fallDays usageAbovePercent relationshipFacts } }
            userErrors { code field }
          }
        }`,
        { input: { version, interventions } },
      );
    const changed = await update({ healthBelow: 50, relationshipFacts: 1 });
    expect(changed.data.updateTieringModelDraft).toEqual({
      tieringModel: {
        interventions: {
          healthBelow: 50,
          fallPoints: 30,
          fallDays: 30,
          usageAbovePercent: 80,
          relationshipFacts: 1,
        },
      },
      userErrors: [],
    });
    const refused = await update({ relationshipFacts: 4, fallDays: 0 });
    expect(refused.data.updateTieringModelDraft).toEqual({
      tieringModel: null,
      userErrors: [
        { code: 'INVALID_MODEL', field: ['interventions', 'fallDays'] },
        { code: 'INVALID_MODEL', field: ['interventions', 'relationshipFacts'] },
      ],
    });
  });
});
