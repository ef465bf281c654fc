import { type FuzzTarget } from './fuzz-run';

type Rows = <Row>(sql: string) => Promise<Row[]>;

/** What must hold of a book whatever was done to it; gives what does not. */
export async function brokenInvariants({ url, token }: FuzzTarget, query: Rows): Promise<string[]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      query: '{ breakdown(by: [TIER]) { rows { accounts arr } totals { accounts arr } } }',
    }),
  });
  const { data } = (await response.json()) as { data: { breakdown: Breakdown } };
  const { rows, totals } = data.breakdown;
  const accounts = rows.reduce((sum, row) => sum + row.accounts, 0);
  const hundredths = rows.reduce((sum, row) => sum + hundredthsOf(row.arr), 0n);
  const [stored] = await query<{ accounts: number; arr: string }>(
    `SELECT count(*)::int AS accounts, coalesce(sum(arr), 0)::text AS arr FROM account
     WHERE status IS DISTINCT FROM 'CHURNED'`,
  );
  const [torn] = await query<{ count: number }>(
    `SELECT count(*)::int AS count FROM account a,
       LATERAL (SELECT effective_to FROM tier_history h WHERE h.account_id = a.id ORDER BY h.id DESC LIMIT 1) last
     WHERE last.effective_to IS DISTINCT FROM a.effective_tier`,
  );
  return [
    ...(accounts === totals.accounts ? [] : ['the accounts of the tiers do not add up to the totals']),
    ...(hundredths === hundredthsOf(totals.arr)
      ? []
      : ['the ARR of the tiers does not add up to the totals']),
    ...(stored?.accounts === totals.accounts ? [] : ['the totals are not those of the book']),
    ...(hundredthsOf(stored?.arr ?? '') === hundredths ? [] : ['the ARR is not that of the book']),
    ...(torn?.count === 0 ? [] : ['accounts are in another tier than their history says']),
  ];
}

interface Breakdown {
  readonly rows: readonly { readonly accounts: number; readonly arr: string }[];
  readonly totals: { readonly accounts: number; readonly arr: string };
}

function hundredthsOf(amount: string): bigint {
  const [whole = '0', part = ''] = amount.split('.');
  return BigInt(whole) * 100n + BigInt(part.padEnd(2, '0').slice(0, 2));
}
