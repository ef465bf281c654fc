import { stampOf } from '../../src/app/account.service';
import { COMMAND_LINE } from '../../src/app/actor';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { day } from '../support/facts';
import { StaffedBook } from '../support/staffed-book';

describe('engagement through the API', () => {
  const clock = fixedClock('2026-01-05');
  let api: TestApi;
  let book: StaffedBook;

  beforeAll(async () => {
    api = await startApi(clock);
    book = new StaffedBook(api.database, clock);
    await book.seed({
      TOP: { arr: '600000', customerSince: day('2020-01-01') },
      CORE: { arr: '30000', customerSince: day('2020-01-01') },
    });
    book.on('2026-03-02');
  });
  afterAll(async () => {
    await api.close();
  });

  const send = async <D>(role: 'VIEWER' | 'MANAGER', text: string, variables: object = {}): Promise<D> => {
    const { data, errors } = await api.send<D>(role, text, variables);
    expect(errors).toEqual([]);
    return data;
  };

  test('a draft changes a program part by part; null stands for none, and what is wrong is named', async () => {
    const { createTieringModelDraft: created } = await send<{
      createTieringModelDraft: { tieringModel: { version: number } };
    }>('MANAGER', 'mutation { createTieringModelDraft(input: {}) { tieringModel { version } } }');
    const { version } = created.tieringModel;
    const update = `mutation Update($input: UpdateTieringModelDraftInput!) { updateTieringModelDraft(input: $input) {
      tieringModel { ladder { tier { key program { touches { channel everyDays { from to } onEvent }
        businessReviews { everyMonths smaller { belowArr everyMonths } maySkip } costPercent } } } }
      userErrors { code field }
    } }`;
    const programs = [
      {
        tier: 'core',
        touches: { everyDays: { from: 10, to: 20 } },
        businessReviews: { smaller: { belowArr: '40000.00', everyMonths: 9 } },
      },
      { tier: 'scale', touches: { everyDays: null }, businessReviews: null, costPercent: null },
      { tier: 'tech-touch', businessReviews: { everyMonths: 24 } },
    ];
    const changed = await send<{
      updateTieringModelDraft: { tieringModel: { ladder: { tier: unknown }[] }; userErrors: unknown[] };
    }>('MANAGER', update, { input: { version, programs } });
    const { tieringModel, userErrors } = changed.updateTieringModelDraft;
    expect(userErrors).toEqual([]);
    expect(tieringModel.ladder.slice(1).map(({ tier }) => tier)).toEqual([
      {
        key: 'core',
        program: {
          touches: { channel: 'MIXED', everyDays: { from: 10, to: 20 }, onEvent: false },
          businessReviews: {
            everyMonths: 6,
            smaller: { belowArr: '40000.00', everyMonths: 9 },
            maySkip: true,
          },
          costPercent: 10,
        },
      },
      {
        key: 'scale',
        program: {
          touches: { channel: 'DIGITAL', everyDays: null, onEvent: true },
          businessReviews: null,
          costPercent: null,
        },
      },
      {
        key: 'tech-touch',
        program: {
          touches: { channel: 'AUTOMATED', everyDays: null, onEvent: false },
          businessReviews: { everyMonths: 24, smaller: null, maySkip: true },
          costPercent: null,
        },
      },
    ]);
    const refused = await send<{
      updateTieringModelDraft: { userErrors: { code: string; field: string[] }[] };
    }>('MANAGER', update, {
      input: { version, programs: [{ tier: 'core', touches: { everyDays: { from: 20, to: 10 } } }] },
    });
    expect(refused.updateTieringModelDraft.userErrors).toEqual([
      { code: 'INVALID_MODEL', field: ['programs', 'core', 'touches', 'everyDays'] },
    ]);
  });

  test('an account tells what it is owed, what it got, and its support figures', async () => {
    const logged = await send<{ logTouch: { touch: unknown; userErrors: unknown[] } }>(
      'MANAGER',
      `mutation { logTouch(input: { externalId: "TOP", on: "2026-02-20", channel: CALL, outcome: POSITIVE }) {
        touch { kind on channel outcome loggedBy csm { name } account { externalId } } userErrors { code } } }`,
    );
    expect(logged.logTouch).toEqual({
      touch: {
        kind: 'TOUCH',
        on: '2026-02-20',
        channel: 'CALL',
        outcome: 'POSITIVE',
        loggedBy: 'The MANAGER',
        csm: null,
        account: { externalId: 'TOP' },
      },
      userErrors: [],
    });
    const id = await book.idOf('account', 'TOP');
    const month = (text: string, tickets: number, answeredInTime: number, adoptionPercent: number) => ({
      accountId: id,
      month: day(text),
      tickets,
      answeredInTime,
      adoptionPercent,
    });
    await book.unitOfWork.run(stampOf(COMMAND_LINE, clock), (stores) =>
      stores.support.save(
        [month('2025-10-01', 1, 1, 40), month('2026-01-01', 8, 7, 60), month('2026-03-01', 5, 0, 61.5)],
        stampOf(COMMAND_LINE, clock),
      ),
    );
    const { account } = await send<{ account: unknown }>(
      'VIEWER',
      `{ account(externalId: "TOP") {
        engagement { servedSince tierSince lastTouchOn nextTouchDueFrom nextTouchDueOn nextBusinessReviewDueOn }
        touches { totalCount nodes { on } } support(months: 3) { month tickets answeredInTime adoptionPercent }
      } }`,
    );
    expect(account).toEqual({
      engagement: {
        servedSince: '2026-01-05',
        tierSince: '2026-01-05',
        lastTouchOn: '2026-02-20',
        nextTouchDueFrom: '2026-03-06',
        nextTouchDueOn: '2026-03-20',
        nextBusinessReviewDueOn: '2026-04-05',
      },
      touches: { totalCount: 1, nodes: [{ on: '2026-02-20' }] },
      support: [
        { month: '2026-03', tickets: 5, answeredInTime: 0, adoptionPercent: 61.5 },
        { month: '2026-01', tickets: 8, answeredInTime: 7, adoptionPercent: 60 },
      ],
    });
  });

  test.each([
    [0, 'refused'],
    [1, 'given'],
    [60, 'given'],
    [61, 'refused'],
  ])('support figures of %d months are %s', async (months, what) => {
    const { errors } = await api.send(
      'VIEWER',
      `query ($months: Int!) { account(externalId: "TOP") { support(months: $months) { month } } }`,
      { months },
    );
    const refusal = {
      message: 'months must be a whole number from 1 to 60',
      extensions: { code: 'BAD_USER_INPUT' },
    };
    expect(errors).toMatchObject(what === 'refused' ? [refusal] : []);
  });

  test('a tier that answers too late over the last full months is a finding, with the accounts behind it', async () => {
    const { tieringHealth } = await send<{ tieringHealth: { findings: { code: string }[] } }>(
      'VIEWER',
      `{ tieringHealth { findings { code tier { key } figure threshold accounts { totalCount nodes { externalId } } } } }`,
    );
    // The running month and all before December are left out.
    expect(tieringHealth.findings.filter(({ code }) => code === 'SLA_MISSED_BY_TIER')).toEqual([
      {
        code: 'SLA_MISSED_BY_TIER',
        tier: { key: 'strategic' },
        figure: 0.875,
        threshold: 0.9,
        accounts: { totalCount: 1, nodes: [{ externalId: 'TOP' }] },
      },
    ]);
  });

  test('the adoption of a segment comes from the support figures of its members', async () => {
    const made = await send<{ createSegment: { segment: { id: string }; userErrors: unknown[] } }>(
      'MANAGER',
      `mutation { createSegment(input: { name: "Top", criteria: [{ dimension: TIER, values: ["strategic"] }] }) {
        segment { id } userErrors { code message } } }`,
    );
    expect(made.createSegment.userErrors).toEqual([]);
    const { setSegmentGoals } = await send<{
      setSegmentGoals: { segment: { goals: unknown }; userErrors: unknown };
    }>(
      'MANAGER',
      `mutation Goals($id: ID!) { setSegmentGoals(input: { segmentId: $id, goals: [
        { metric: ADOPTION, target: 0.6, from: "2025-01-01", to: "2026-12-31" }
        { metric: ADOPTION, target: 0.7, from: "2025-01-01", to: "2026-01-31" } ] }) {
        segment { goals { to actual met } } userErrors { code message } } }`,
      { id: made.createSegment.segment.id },
    );
    expect(setSegmentGoals.userErrors).toEqual([]);
    expect(setSegmentGoals.segment.goals).toEqual([
      { to: '2026-01-31', actual: 0.6, met: false },
      { to: '2026-12-31', actual: 0.615, met: true },
    ]);
  });

  test('an account that is said to become a customer after today is owed what others are', async () => {
    await book.seed({ FAR: { arr: '600000', customerSince: day('9999-12-31') } });
    const { account, dueTouches } = await send<{
      account: unknown;
      dueTouches: { nodes: { account: { externalId: string }; dueOn: string }[] };
    }>(
      'MANAGER',
      `{ account(externalId: "FAR") { engagement { nextTouchDueOn nextBusinessReviewDueOn } }
        dueTouches(where: { until: "2026-12-31" }) { nodes { dueOn account { externalId } } } }`,
    );
    expect(account).toEqual({
      engagement: { nextTouchDueOn: '2026-03-30', nextBusinessReviewDueOn: '2026-06-02' },
    });
    const far = dueTouches.nodes.filter((node) => node.account.externalId === 'FAR');
    expect(far.map(({ dueOn }) => dueOn)).toEqual(['2026-03-30', '2026-06-02']);
  });

  test('a period that ends before it begins, or after today, is refused', async () => {
    for (const [from, to] of [
      ['2026-02-02', '2026-02-01'],
      ['2026-01-01', '2026-03-03'],
      ['2010-01-01', '2026-03-01'],
    ]) {
      const { errors } = await api.send(
        'VIEWER',
        `query Delivery($from: Date!, $to: Date!) { engagementDelivery(from: $from, to: $to) { from } }`,
        { from, to },
      );
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    }
  });
});
