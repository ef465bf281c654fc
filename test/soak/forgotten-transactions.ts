/** Transactions on this database that have been open for more than five seconds with nobody asking anything. */
export async function forgottenTransactions(
  query: (sql: string) => Promise<{ count: number }[]>,
): Promise<number> {
  const [row] = await query(
    `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND state LIKE 'idle in transaction%'
        AND state_change < now() - interval '5 seconds'`,
  );
  return row?.count ?? 0;
}
