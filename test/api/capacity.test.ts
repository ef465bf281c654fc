import { COMMAND_LINE } from '../../src/app/actor';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { day } from '../support/facts';
import { StaffedBook } from '../support/staffed-book';

describe('capacity through the API', () => {
  const clock = fixedClock('2026-01-05');
  let api: TestApi;
  let book: StaffedBook;

  beforeAll(async () => {
    api = await startApi(clock);
    book = new StaffedBook(api.database, clock);
    const top = Array.from({ length: 15 }, (_, n) => `TOP-${n}`);
    await book.seed({
      ...Object.fromEntries(top.map((name) => [name, { arr: '600000' }])),
      CORE: { arr: '30000' },
      OTHER: { arr: '40000' },
      SCALE: { arr: '6000' },
      TECH: { arr: '100' },
      LONE: { arr: '50000', complexImplementation: true, manyStakeholders: true },
    });
    await book.staff({
      anna: {},
      ben: { fte: 80, pool: 'east' },
      cleo: { from: '2026-06-01', pool: 'east' },
      old: { from: '2020-01-01', to: '2026-01-06' },
    });
    await book.assign({
      ...Object.fromEntries(top.map((name) => [name, { csm: 'anna', executiveSponsor: 'CEO' }])),
      CORE: { csm: 'old' },
      OTHER: { csm: 'ben' },
      SCALE: { pool: 'east' },
    });
    book.on('2026-02-01');
    await book.csms.setLeave(COMMAND_LINE, {
      csm: 'anna',
      from: day('2026-03-01'),
      to: day('2026-03-10'),
      backup: 'ben',
    });
    await api.book.adjustments.set(
      COMMAND_LINE,
      { externalId: 'OTHER' },
      { kind: 'EXTRA', until: day('2026-04-01'), note: 'They move to another data centre', replace: false },
    );
    book.on('2026-02-10');
  });
  afterAll(async () => {
    await api.close();
  });

  const query = async <D>(text: string): Promise<D> => {
    const { data, errors } = await api.send<D>('VIEWER', text);
    expect(errors).toEqual([]);
    return data;
  };
  const FIGURES = 'asOf fteAvailable limitUtilisation comfortUtilisation status';

  test('shows the tiers with what they need, have and lack', async () => {
    const { capacity } = await query<{ capacity: unknown }>(`{ capacity { asOf modelVersion
      tiers { tier { key } accounts arr fteNeeded { limit comfort } fteAssigned gap { limit comfort } capacityShare arrShare
        unassigned { accounts arr fteNeeded { limit } } }
      totals { accounts arr fteNeeded { limit } fteAvailable fteAssigned fteIdle gap { limit } unassigned { accounts } }
      topTier { capacityShare from to standing } warnings { code message } statusCounts { status csms pools } } }`);
    expect(capacity).toMatchObject({
      asOf: '2026-02-10',
      modelVersion: 1,
      tiers: [
        {
          tier: { key: 'strategic' },
          accounts: 15,
          arr: '9000000.00',
          fteNeeded: { limit: 0.5, comfort: 1 },
          fteAssigned: 1,
          gap: { limit: -0.5, comfort: 0 },
          unassigned: { accounts: 0, arr: '0.00' },
        },
        {
          tier: { key: 'core' },
          accounts: 3,
          arr: '120000.00',
          // A plain one, one with extra touch, and one with two relationship facts.
          fteNeeded: { limit: 0.040625, comfort: 0.08125 },
          unassigned: { accounts: 1, arr: '50000.00', fteNeeded: { limit: 0.015625 } },
        },
        { tier: { key: 'scale' }, fteNeeded: { limit: 0.002, comfort: 0.005 } },
        { tier: { key: 'tech-touch' }, accounts: 1, fteNeeded: { limit: 0 }, unassigned: { accounts: 0 } },
      ],
      totals: {
        accounts: 20,
        arr: '9126100.00',
        fteNeeded: { limit: 0.542625 },
        fteAvailable: 1.8,
        fteAssigned: 1.8,
        fteIdle: 0,
        gap: { limit: -1.257375 },
        unassigned: { accounts: 1 },
      },
      topTier: { capacityShare: 0.921447, from: 0.886182, to: 0.986182, standing: 'WITHIN' },
      warnings: [
        {
          code: 'UNASSIGNED_ACCOUNTS',
          message: '1 account has nobody and would take 0.02 FTE at the limit',
        },
      ],
      statusCounts: [
        { status: 'UNDER', csms: 2, pools: 1 },
        { status: 'HEALTHY', csms: 0, pools: 0 },
        { status: 'FULL', csms: 0, pools: 0 },
        { status: 'OVERLOADED', csms: 0, pools: 0 },
        { status: 'NO_CAPACITY', csms: 1, pools: 0 },
      ],
    });
  });

  test('moves the load of one who is on leave to the backup, and back', async () => {
    const { csm, backup } = await query<Record<string, unknown>>(`{
      csm(externalId: "anna") { before: capacity(asOf: "2026-02-28") { ${FIGURES} }
        during: capacity(asOf: "2026-03-01") { ${FIGURES} fte backup { externalId } handedOverLoad { limit } namedLoad { limit } tiers { accounts } }
        after: capacity(asOf: "2026-03-10") { ${FIGURES} } }
      backup: csm(externalId: "ben") { during: capacity(asOf: "2026-03-09") { ${FIGURES} standingInLoad { limit } sharedLoad { limit } tiers { tier { key } accounts load { limit } } } }
    }`);
    const there = { fteAvailable: 1, limitUtilisation: 0.5, comfortUtilisation: 1, status: 'UNDER' };
    expect(csm).toEqual({
      before: { asOf: '2026-02-28', ...there },
      during: {
        asOf: '2026-03-01',
        fte: 1,
        fteAvailable: 0,
        limitUtilisation: null,
        comfortUtilisation: null,
        status: null,
        backup: { externalId: 'ben' },
        handedOverLoad: { limit: 0.5 },
        namedLoad: { limit: 0 },
        tiers: [],
      },
      after: { asOf: '2026-03-10', ...there },
    });
    expect(backup).toEqual({
      during: {
        asOf: '2026-03-09',
        fteAvailable: 0.8,
        // 15 top-tier accounts, one with extra touch, and a Scale account of the pool; over 0.8.
        limitUtilisation: 0.64625,
        comfortUtilisation: 1.29375,
        status: 'HEALTHY',
        standingInLoad: { limit: 0.5 },
        sharedLoad: { limit: 0.002 },
        tiers: [
          { tier: { key: 'strategic' }, accounts: 15, load: { limit: 0.5 } },
          { tier: { key: 'core' }, accounts: 1, load: { limit: 0.015 } },
          { tier: { key: 'scale' }, accounts: 1, load: { limit: 0.002 } },
        ],
      },
    });
  });

  test('plans with the people of the day and past days with their own', async () => {
    const { pools, past, planned } = await query<{ pools: unknown; past: unknown; planned: unknown }>(`{
      pools { nodes { now: capacity { ${FIGURES} availableMembers load { limit } }
        planned: capacity(asOf: "2026-06-01") { ${FIGURES} availableMembers } } }
      past: capacity(asOf: "2026-01-05") { totals { fteAvailable } csms(statuses: [NO_CAPACITY]) { totalCount }
        tiers { fteNeeded { limit } } }
      planned: capacity(asOf: "2026-04-01") { tiers { fteNeeded { limit } } }
    }`);
    expect(pools).toEqual({
      nodes: [
        {
          now: {
            asOf: '2026-02-10',
            fteAvailable: 0.8,
            limitUtilisation: 0.0025,
            comfortUtilisation: 0.00625,
            status: 'UNDER',
            availableMembers: 1,
            load: { limit: 0.002 },
          },
          planned: {
            asOf: '2026-06-01',
            fteAvailable: 1.8,
            limitUtilisation: 0.001111,
            comfortUtilisation: 0.002778,
            status: 'UNDER',
            availableMembers: 2,
          },
        },
      ],
    });
    const core = (of: unknown): unknown => (of as { tiers: { fteNeeded: unknown }[] }).tiers[1]?.fteNeeded;
    // Extra touch has not begun on the one day, and has ended on the other.
    expect([core(past), core(planned)]).toEqual([{ limit: 0.035625 }, { limit: 0.035625 }]);
    expect(past).toMatchObject({ totals: { fteAvailable: 2.8 }, csms: { totalCount: 0 } });
  });

  interface Listed {
    capacity: {
      csms: {
        totalCount: number;
        nodes: { csm: { externalId: string } }[];
        pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string; startCursor: string };
      };
    };
  }
  const listed = async (args: string): Promise<Listed['capacity']['csms']> =>
    (
      await query<Listed>(
        `{ capacity { csms${args} { totalCount nodes { csm { externalId } status } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } } }`,
      )
    ).capacity.csms;
  const names = ({ nodes }: Listed['capacity']['csms']): string[] =>
    nodes.map(({ csm: { externalId } }) => externalId);

  test.each<[string, string, string[]]>([
    ['the fullest first, those whose accounts nobody carries before all', '', ['old', 'anna', 'ben']],
    ['the emptiest first', '(orderBy: EMPTIEST_FIRST)', ['ben', 'anna', 'old']],
    ['by external id', '(orderBy: EXTERNAL_ID)', ['anna', 'ben', 'old']],
    ['by status', '(statuses: [NO_CAPACITY, FULL])', ['old']],
    ['from the end', '(last: 2)', ['anna', 'ben']],
  ])('lists CSMs %s', async (_, args, expected) => {
    expect(names(await listed(args))).toEqual(expected);
  });

  test('gives CSMs in pages, both ways', async () => {
    const first = await listed('(first: 2)');
    expect([names(first), first.totalCount, first.pageInfo.hasNextPage]).toEqual([['old', 'anna'], 3, true]);
    const second = await listed(`(first: 2, after: "${first.pageInfo.endCursor}")`);
    expect([names(second), second.pageInfo.hasNextPage]).toEqual([['ben'], false]);
    const back = await listed(`(last: 1, before: "${second.pageInfo.startCursor}")`);
    expect([names(back), back.pageInfo.hasPreviousPage]).toEqual([['anna'], true]);
    const { errors } = await api.send(
      'VIEWER',
      `{ capacity { csms(orderBy: EXTERNAL_ID, after: "${first.pageInfo.endCursor}") { totalCount } } }`,
    );
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_CURSOR']);
  });

  test('shows what one account weighs and costs', async () => {
    const { accounts } = await query<{ accounts: { nodes: { externalId: string }[] } }>(
      `{ accounts(where: { externalId: { in: ["LONE", "OTHER", "TECH"] } }) { nodes { externalId
        load { factor relationshipFacts adjustment load { limit comfort } }
        economics { cost costShare costPercent justifiedCost standing next { tier { key } cost } } } } }`,
    );
    expect(accounts.nodes).toEqual([
      {
        externalId: 'OTHER',
        load: {
          factor: 1.5,
          relationshipFacts: 0,
          adjustment: 'EXTRA',
          load: { limit: 0.015, comfort: 0.03 },
        },
        economics: {
          cost: '3600.00',
          costShare: 0.09,
          costPercent: 10,
          justifiedCost: '4000.00',
          standing: 'JUSTIFIED',
          next: { tier: { key: 'strategic' }, cost: '12000.00' },
        },
      },
      {
        externalId: 'TECH',
        load: { factor: 1, relationshipFacts: 0, adjustment: null, load: { limit: 0, comfort: 0 } },
        economics: {
          cost: '0.00',
          costShare: 0,
          costPercent: null,
          justifiedCost: '0.00',
          standing: 'JUSTIFIED',
          next: { tier: { key: 'scale' }, cost: '600.00' },
        },
      },
      {
        externalId: 'LONE',
        load: {
          factor: 1.5625,
          relationshipFacts: 2,
          adjustment: null,
          load: { limit: 0.015625, comfort: 0.03125 },
        },
        economics: {
          cost: '3750.00',
          costShare: 0.075,
          costPercent: 10,
          justifiedCost: '5000.00',
          standing: 'JUSTIFIED',
          next: { tier: { key: 'strategic' }, cost: '12500.00' },
        },
      },
    ]);
  });

  test('a page of CSMs with their capacity takes three statements, however many they are', async () => {
    await book.staff(
      Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`crew-${n}`, { pool: 'west' }])),
    );
    await api.book.bookFigures.keepUp();
    const rows = jest.spyOn(DatabaseReader.prototype, 'rows');
    const counts = [];
    for (const first of [2, 15]) {
      rows.mockClear();
      const { csms } = await query<{ csms: { nodes: unknown[] } }>(
        `{ csms(first: ${first}) { nodes { externalId capacity { status limitUtilisation tiers { accounts } } } } }`,
      );
      expect(csms.nodes).toHaveLength(first);
      counts.push(
        rows.mock.calls.filter(([sql]) => !/tiering_model|throttle_bucket|NOTIFY/.test(sql)).length,
      );
    }
    rows.mockRestore();
    expect(counts).toEqual([3, 3]);
  });

  test('a model may say when somebody is full', async () => {
    const { data } = await api.send<
      Record<string, { tieringModel: unknown; userErrors: { field: string[] }[] }>
    >(
      'ADMIN',
      `mutation {
        createTieringModelDraft(input: {}) { tieringModel { version } userErrors { message } }
        good: updateTieringModelDraft(input: { version: 2, capacity: { relationshipFactor: 1.5, underBelow: 50 } }) {
          tieringModel { capacity { relationshipFactor underBelow healthyBelow fullTo topTierSharePoints } } userErrors { message } }
        bad: updateTieringModelDraft(input: { version: 2, capacity: { fullTo: 10 } }) { tieringModel { version } userErrors { code field } }
      }`,
    );
    expect(data.good).toEqual({
      tieringModel: {
        capacity: {
          relationshipFactor: 1.5,
          underBelow: 50,
          healthyBelow: 85,
          fullTo: 100,
          topTierSharePoints: 10,
        },
      },
      userErrors: [],
    });
    expect(data.bad?.userErrors).toEqual([{ code: 'INVALID_MODEL', field: ['capacity', 'fullTo'] }]);
  });
});
