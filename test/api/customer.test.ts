import { loadDemoBook } from '../../src/demo/load-demo-book';
import { LOCALES } from '../../src/domain/locale';
import { toGlobalId } from '../../src/graphql/ids';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';

interface View {
  label: string;
  promises: { code: string; text: string }[];
  contacts: { role: string; name: string | null; email: string | null }[];
}

const VIEW = `query ($id: ID!, $locale: String) {
  customerView(accountId: $id, locale: $locale) { label locale promises { code text } contacts { role name email } }
}`;
const MESSAGE = `query ($id: ID!, $locale: String!) {
  moveMessage(moveId: $id, locale: $locale) { locale validFrom subject body promises { code } }
}`;

describe('what a customer may know', () => {
  const clock = fixedClock('2026-03-02');
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi(clock);
    const { unitOfWork } = api.book;
    await loadDemoBook({ unitOfWork, baseCurrency: 'USD', accounts: 200, today: clock.today() });
  });
  afterAll(async () => {
    await api.close();
  });

  const viewOf = async (id: string, locale?: string): Promise<View | null> => {
    const { data, errors } = await api.send<{ customerView: View | null }>('VIEWER', VIEW, { id, locale });
    expect(errors).toEqual([]);
    return data.customerView;
  };
  const accountsBy = async (condition: string): Promise<{ id: string; key: string }[]> => {
    const rows = await api.database.query<{ id: string }>(
      `SELECT a.id::text FROM account a LEFT JOIN portfolio_assignment p ON p.account_id = a.id AND p.to_on IS NULL
       WHERE ${condition} ORDER BY a.id LIMIT 5`,
    );
    return rows.map(({ id }) => ({ id: toGlobalId('Account', id), key: id }));
  };

  test.each([
    ['strategic', 'Enterprise', ['CUSTOMER_SUCCESS_MANAGER', 'EXECUTIVE_SPONSOR'], 'OWN_CONTACT'],
    ['scale', 'Growth', ['CUSTOMER_SUCCESS_TEAM'], 'DIGITAL_TOUCHES'],
    ['tech-touch', 'Essentials', [], 'COMMUNITY'],
  ])('in %s it is the label, the promises and the contacts', async (tier, label, roles, code) => {
    const covered =
      tier === 'strategic' ? 'AND p.csm_id IS NOT NULL' : tier === 'scale' ? 'AND p.pool_id IS NOT NULL' : '';
    const [account] = await accountsBy(
      `coalesce(a.override_tier, a.held_tier) = '${tier}' AND a.status IS DISTINCT FROM 'CHURNED' ${covered}`,
    );
    const view = await viewOf(account?.id ?? '');
    expect(view?.label).toBe(label);
    expect(view?.contacts.map(({ role }) => role)).toEqual(roles);
    expect(view?.promises.map((promise) => promise.code)).toContain(code);
  });

  test('is spoken in five languages', async () => {
    const [account] = await accountsBy(`a.held_tier = 'core'`);
    const texts = await Promise.all(
      [...LOCALES, 'pt-PT'].map(
        async (locale) => (await viewOf(account?.id ?? '', locale))?.promises[0]?.text,
      ),
    );
    expect(new Set(texts).size).toBe(LOCALES.length);
  });

  test('names the colleague who stands in during a leave', async () => {
    const [away] = await api.database.query<{ csm: string; backup: string }>(
      `SELECT l.csm_id::text AS csm, b.name AS backup FROM csm_leave l JOIN csm b ON b.id = l.backup_id
       WHERE l.from_on <= '2026-03-02' AND l.to_on > '2026-03-02'
         AND EXISTS (SELECT FROM portfolio_assignment p WHERE p.csm_id = l.csm_id AND p.to_on IS NULL) LIMIT 1`,
    );
    expect(away).toBeDefined();
    const [account] = await accountsBy(
      `p.csm_id = ${away?.csm ?? '0'} AND a.status IS DISTINCT FROM 'CHURNED'`,
    );
    const manager = (await viewOf(account?.id ?? ''))?.contacts.find(
      ({ role }) => role === 'CUSTOMER_SUCCESS_MANAGER',
    );
    expect(manager?.name).toBe(away?.backup);
  });

  test('names nobody who has left', async () => {
    const [account] = await accountsBy(
      `p.csm_id IS NOT NULL AND a.status IS DISTINCT FROM 'CHURNED' AND NOT EXISTS (
         SELECT FROM csm_leave l WHERE l.csm_id = p.csm_id AND l.from_on <= '2026-03-02' AND l.to_on > '2026-03-02')`,
    );
    const roles = async (): Promise<string[] | undefined> =>
      (await viewOf(account?.id ?? ''))?.contacts.map(({ role }) => role);
    expect(await roles()).toContain('CUSTOMER_SUCCESS_MANAGER');
    const endOf = (value: string): string =>
      `UPDATE csm_employment SET to_on = ${value} WHERE csm_id =
         (SELECT csm_id FROM portfolio_assignment WHERE account_id = ${account?.key ?? '0'} AND to_on IS NULL)`;
    await api.database.query(endOf(`'2026-03-02'`));
    expect(await roles()).not.toContain('CUSTOMER_SUCCESS_MANAGER');
    await api.database.query(endOf('NULL'));
  });

  test('is nothing of an account that has left, that nobody knows, or of another thing', async () => {
    const [churned] = await accountsBy(`a.status = 'CHURNED'`);
    expect(churned).toBeDefined();
    for (const id of [
      churned?.id ?? '',
      toGlobalId('Account', '999999'),
      toGlobalId('Csm', '1'),
      'x\u0000',
    ]) {
      expect(await viewOf(id)).toBeNull();
    }
  });

  test('never holds a tier, a figure or a pool of the organisation', async () => {
    const pools = await api.database.query<{ name: string }>('SELECT name FROM pool');
    const forbidden = [
      'strategic',
      'tech-touch',
      '"core"',
      '"scale"',
      'ARR',
      ...pools.map(({ name }) => name),
    ];
    const accounts = await api.database.query<{ id: string; arr: string | null }>(
      'SELECT id::text, arr::text FROM account ORDER BY id',
    );
    for (const { id, arr } of accounts) {
      const text = JSON.stringify(await viewOf(toGlobalId('Account', id)));
      for (const word of forbidden) expect(text.toLowerCase()).not.toContain(word.toLowerCase());
      if (arr !== null && Number(arr) > 1_000) expect(text).not.toContain(arr);
    }
  });

  test('a language without words is refused by name', async () => {
    for (const [query, id] of [
      [VIEW, toGlobalId('Account', '1')],
      [MESSAGE, toGlobalId('TierHistoryEntry', '1')],
    ] as const) {
      const { errors } = await api.send('VIEWER', query, { id, locale: 'fr' });
      expect(errors).toMatchObject([
        { message: 'locale must be one of de, en, id, ms, pt', extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    }
  });

  test('a move up is told as more, a move down in neutral words, and the rest not at all', async () => {
    const rows = await api.database.query<{
      id: string;
      effective_from: string | null;
      effective_to: string | null;
    }>(`SELECT id::text, effective_from, effective_to FROM tier_history ORDER BY id`);
    const ranks = ['strategic', 'core', 'scale', 'tech-touch'];
    const seen = { UP: 0, DOWN: 0, NOTHING: 0 };
    for (const { id, effective_from: from, effective_to: to } of rows.slice(0, 400)) {
      const { data } = await api.send<{ moveMessage: { subject: string; body: string } | null }>(
        'VIEWER',
        MESSAGE,
        {
          id: toGlobalId('TierHistoryEntry', id),
          locale: 'en',
        },
      );
      const change = from === null || to === null ? 0 : ranks.indexOf(to) - ranks.indexOf(from);
      if (change === 0) {
        expect(data.moveMessage).toBeNull();
        seen.NOTHING += 1;
      } else {
        expect(data.moveMessage?.subject).toMatch(change < 0 ? /^There is more/ : /^How we work/);
        expect(data.moveMessage?.body).not.toMatch(/\b(strategic|core|scale|tech-touch)\b/i);
        seen[change < 0 ? 'UP' : 'DOWN'] += 1;
      }
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });
});
