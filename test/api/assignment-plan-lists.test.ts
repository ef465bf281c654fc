import { SqlAccountReads } from '../../src/persistence/reads/account.reads';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { StaffedBook } from '../support/staffed-book';

interface Named {
  readonly externalId: string;
}

interface Proposals {
  readonly totalCount: number;
  readonly nodes: readonly { readonly account: Named }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string;
    readonly endCursor: string;
  };
}

// So many that the order of ids as numbers is not that of ids as text.
const ACCOUNTS = Array.from({ length: 11 }, (_, index) => `A-${String(index + 1).padStart(2, '0')}`);

describe('the lists of an assignment plan', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi(clock);
    const book = new StaffedBook(api.database, clock);
    await book.seed({
      ...Object.fromEntries(ACCOUNTS.map((externalId) => [externalId, { arr: '30000.00', language: 'en' }])),
      'DE-1': { arr: '30000.00', language: 'de' },
      'FR-1': { arr: '30000.00', language: 'fr' },
      'DE-2': { arr: '30000.00', language: 'de' },
    });
    await book.staff({ anna: {} });
    await api.database.query(`UPDATE csm SET languages = '{en}'`);
  });
  afterAll(async () => {
    await api.close();
  });

  const plan = async <D>(fields: string): Promise<D> => {
    const { data, errors } = await api.send<{ assignmentPlan: D }>(
      'MANAGER',
      `{ assignmentPlan(input: {}) { ${fields} } }`,
    );
    expect(errors).toEqual([]);
    return data.assignmentPlan;
  };

  const proposals = async (args: string): Promise<Proposals> =>
    (
      await plan<{ proposals: Proposals }>(
        `proposals(${args}) { totalCount nodes { account { externalId } }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`,
      )
    ).proposals;
  const names = ({ nodes }: Proposals): string[] => nodes.map(({ account }) => account.externalId);

  test('are given in pages by the ids of the accounts, forwards and backwards', async () => {
    const first = await proposals('first: 8');
    expect([names(first), first.totalCount]).toEqual([ACCOUNTS.slice(0, 8), 11]);
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const second = await proposals(`first: 8, after: "${first.pageInfo.endCursor}"`);
    expect([names(second), second.totalCount]).toEqual([ACCOUNTS.slice(8), 11]);
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });

    const last = await proposals('last: 8');
    expect(names(last)).toEqual(ACCOUNTS.slice(3));
    expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const before = await proposals(`last: 8, before: "${last.pageInfo.startCursor}"`);
    expect(names(before)).toEqual(ACCOUNTS.slice(0, 3));
    expect(before.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });

  test('name the first accounts of everything that is missing, read in one go', async () => {
    const reads = jest.spyOn(SqlAccountReads.prototype, 'byIds');
    const { missing } = await plan<{ missing: { text: string; firstAccounts: Named[] }[] }>(
      'missing { text firstAccounts { externalId } }',
    );
    expect(missing).toEqual([
      {
        text: '2 Core accounts: no CSM speaks de',
        firstAccounts: [{ externalId: 'DE-1' }, { externalId: 'DE-2' }],
      },
      { text: '1 Core account: no CSM speaks fr', firstAccounts: [{ externalId: 'FR-1' }] },
    ]);
    expect(reads).toHaveBeenCalledTimes(1);
    reads.mockRestore();
  });
});
