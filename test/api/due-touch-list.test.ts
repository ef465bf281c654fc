import { COMMAND_LINE } from '../../src/app/actor';
import { TouchService } from '../../src/app/touch.service';
import { startApi, type TestApi } from '../support/api';
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

  beforeAll(async () => {
    api = await startApi(clock);
    book = new StaffedBook(api.database, clock);
    await book.seed({
      TOP: { arr: '600000', customerSince: day('2025-09-01') },
      SMALL: { arr: '30000', customerSince: day('2020-01-01') },
      LARGE: { arr: '90000', customerSince: day('2020-01-01') },
    });
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
    book.on('2026-04-06');
  });
  afterAll(async () => {
    await api.close();
  });

  const list = async (where: object): Promise<Listed['dueTouches']> => {
    const { data, errors } = await api.send<Listed>('VIEWER', LIST, { where });
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
});
