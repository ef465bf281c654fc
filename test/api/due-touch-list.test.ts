import { COMMAND_LINE } from '../../src/app/actor';
import { TouchService } from '../../src/app/touch.service';
import { startApi, type TestApi, TOKENS } from '../support/api';
import { fixedClock } from '../support/clock';
import { day } from '../support/facts';
import { StaffedBook } from '../support/staffed-book';

interface Listed {
  readonly dueTouches: {
    readonly totalCount: number;
    readonly nodes: readonly {
      kind: string;
      dueOn: string;
      reason: string;
      account: { externalId: string };
    }[];
  };
}

const LIST = `query ($where: DueTouchFilter) {
  dueTouches(where: $where) { totalCount nodes { kind dueOn reason account { externalId } } }
}`;

describe('what is due through the API', () => {
  const clock = fixedClock('2026-01-05');
  let api: TestApi;
  let book: StaffedBook;
  let tokens: Record<'the manager' | 'ben' | 'a CSM by role alone', string>;

  beforeAll(async () => {
    api = await startApi(clock);
    book = new StaffedBook(api.database, clock);
    await book.seed({
      TOP: { arr: '600000', customerSince: day('2025-09-01') },
      SMALL: { arr: '30000', customerSince: day('2020-01-01') },
      LARGE: { arr: '90000', customerSince: day('2020-01-01') },
      LOW: { arr: '6000', customerSince: day('2020-01-01') },
      LEFT: { arr: '5000', customerSince: day('2020-01-01') },
    });
    // Ben has an account of his own and those of his pool, and stands in for Anna; Gil has left an account behind.
    await book.staff({ anna: {}, ben: { pool: 'west' }, cleo: {}, gil: { to: '2026-04-01' } });
    await book.assign({
      TOP: { csm: 'anna', executiveSponsor: 'CEO' },
      SMALL: { pool: 'west' },
      LARGE: { csm: 'ben' },
      LOW: { pool: 'west' },
      LEFT: { csm: 'gil' },
    });
    const leave = { csm: 'anna', backup: 'ben', from: day('2026-04-01'), to: day('2026-04-20') };
    await book.csms.setLeave(COMMAND_LINE, leave);
    await book.on('2026-03-20').account('NEW', { arr: '600000', customerSince: day('2026-03-20') });
    await new TouchService(book.unitOfWork, clock).logTouch(COMMAND_LINE, {
      account: { externalId: 'TOP' },
      kind: 'TOUCH',
      on: day('2026-03-01'),
      channel: 'CALL',
      outcome: null,
      note: null,
      skipped: false,
    });
    await book.assign({ NEW: { csm: 'cleo', executiveSponsor: 'CEO' } });
    book.on('2026-04-06');
    const created = await api.book.tokens.create(COMMAND_LINE, 'ben', 'CSM', null, 'ben');
    tokens = { 'the manager': TOKENS.MANAGER, ben: created.text, 'a CSM by role alone': TOKENS.CSM };
  });
  afterAll(async () => {
    await api.close();
  });

  const list = async (where: object | null, token = TOKENS.VIEWER): Promise<Listed['dueTouches']> => {
    const { data, errors } = await api.sendWith<Listed>(token, LIST, { where });
    expect(errors).toEqual([]);
    return data.dueTouches;
  };

  test.each([
    [
      'a new customer without a touch by the days of onboarding',
      { NEW: 'TOUCH' },
      '2026-03-27 a new customer in Strategic is reached out to every 7 days; there was no touch yet',
    ],
    [
      'one whose onboarding is over by the ordinary days',
      { TOP: 'TOUCH' },
      '2026-03-29 Strategic is reached out to every 14 to 28 days; the last touch was on 2026-03-01',
    ],
    [
      'a small account by the months for a small ARR',
      { SMALL: 'BUSINESS_REVIEW' },
      '2027-01-05 Core has a business review every 12 months with a small ARR; there was no business review yet',
    ],
    [
      'a large account of the same tier by the others',
      { LARGE: 'BUSINESS_REVIEW' },
      '2026-07-05 Core has a business review every 6 months; there was no business review yet',
    ],
  ])('the reason tells the interval that applied: %s', async (_title, what, expected) => {
    const [[externalId, kind] = []] = Object.entries(what);
    const where = { until: '2027-01-05', kinds: [kind], account: { externalId: { eq: externalId } } };
    const { nodes } = await list(where);
    expect(nodes.map(({ dueOn, reason }) => `${dueOn} ${reason}`)).toEqual([expected]);
  });
  const ALL = [
    'SMALL TOUCH',
    'LARGE TOUCH',
    'NEW TOUCH',
    'TOP TOUCH',
    'TOP BUSINESS_REVIEW',
    'LOW TOUCH',
    'LEFT TOUCH',
  ];
  const OF_BEN = ALL.filter((row) => !/NEW|LEFT/.test(row));

  test.each<[string, keyof typeof tokens, object | null, string[]]>([
    ['by today, the soonest first', 'the manager', null, ALL],
    ['for everybody, as without a word', 'the manager', { everybody: true }, ALL],
    [
      'of a CSM on leave, who keeps the accounts',
      'the manager',
      { csm: 'anna' },
      ['TOP TOUCH', 'TOP BUSINESS_REVIEW'],
    ],
    ['of a CSM with a pool and a colleague on leave', 'the manager', { csm: 'ben' }, OF_BEN],
    ['of a CSM who has left', 'the manager', { csm: 'gil' }, []],
    ['of a CSM whom nobody knows', 'the manager', { csm: 'nobody' }, []],
    ['of a pool', 'the manager', { pool: 'west' }, ['SMALL TOUCH', 'LOW TOUCH']],
    ['of a pool that is none', 'the manager', { pool: 'ben' }, []],
    [
      'of a CSM and a pool at once',
      'the manager',
      { csm: 'ben', pool: 'west' },
      ['SMALL TOUCH', 'LOW TOUCH'],
    ],
    ['by tier', 'the manager', { tiers: ['strategic'] }, ['NEW TOUCH', 'TOP TOUCH', 'TOP BUSINESS_REVIEW']],
    ['of no tier', 'the manager', { tiers: [] }, []],
    ['by kind', 'the manager', { kinds: ['BUSINESS_REVIEW'] }, ['TOP BUSINESS_REVIEW']],
    [
      'by what the account is like',
      'the manager',
      { account: { arr: { lt: '10000' } } },
      ['LOW TOUCH', 'LEFT TOUCH'],
    ],
    [
      'by an earlier day',
      'the manager',
      { until: '2026-03-27' },
      ['SMALL TOUCH', 'LARGE TOUCH', 'NEW TOUCH'],
    ],
    [
      'later and may be done by then',
      'the manager',
      { until: '2026-03-15', early: true },
      ['SMALL TOUCH', 'LARGE TOUCH', 'TOP TOUCH'],
    ],
    [
      'where all of it must hold',
      'the manager',
      { csm: 'ben', tiers: ['core'], kinds: ['TOUCH'], account: { arr: { gte: '50000' } } },
      ['LARGE TOUCH'],
    ],
    ['in the own portfolio', 'ben', null, OF_BEN],
    ['in the own portfolio by tier', 'ben', { tiers: ['core'] }, ['SMALL TOUCH', 'LARGE TOUCH']],
    ['in the own portfolio where everybody is denied', 'ben', { everybody: false }, OF_BEN],
    ['for everybody', 'ben', { everybody: true }, ALL],
    ['of a colleague', 'ben', { csm: 'cleo' }, ['NEW TOUCH']],
    ['of a pool', 'ben', { pool: 'west' }, ['SMALL TOUCH', 'LOW TOUCH']],
    ['for a portfolio that there is not', 'a CSM by role alone', null, []],
    ['for everybody', 'a CSM by role alone', { everybody: true }, ALL],
    ['of a CSM', 'a CSM by role alone', { csm: 'cleo' }, ['NEW TOUCH']],
  ])('what is due %s, asked by %s', async (_title, caller, where, expected) => {
    const { nodes, totalCount } = await list(where, tokens[caller]);
    expect(nodes.map(({ kind, account }) => `${account.externalId} ${kind}`)).toEqual(expected);
    expect(totalCount).toBe(expected.length);
  });
});
