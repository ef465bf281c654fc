import { type Stamp } from '../../app/ports/clock';
import { type AccountWrite } from '../../app/ports/account-write';
import { serviceChange } from '../../domain/tier-history';
import { type Query } from './query';

/** What an account is owed follows from since when it has a tier, and this tier (section 8). */
const COME_INTO_SERVICE = `
  INSERT INTO account_engagement (account_id, served_since, tier_since)
  SELECT account_id, $2::date, $2::date FROM unnest($1::bigint[]) AS came(account_id)
  ON CONFLICT ON CONSTRAINT pk_account_engagement
  DO UPDATE SET served_since = excluded.served_since, tier_since = excluded.tier_since`;

const CHANGE_SERVICE = `UPDATE account_engagement SET tier_since = $2::date WHERE account_id = ANY($1::bigint[])`;

/** Sends since when each account is served, and served as it is. */
export function keepService(
  query: Query,
  writes: readonly AccountWrite[],
  idOf: (write: AccountWrite) => string,
  { today }: Stamp,
): void {
  const idsOf = (change: ReturnType<typeof serviceChange>): string[] =>
    writes.filter(({ entries }) => serviceChange(entries) === change).map(idOf);
  const [came, changed] = [idsOf('CAME'), idsOf('CHANGED')];
  if (came.length > 0) void query(COME_INTO_SERVICE, [came, today]);
  if (changed.length > 0) void query(CHANGE_SERVICE, [changed, today]);
}
