import { type Owner } from '../../domain/portfolio';
import { type LOAD_COLUMNS, LOADS_ARE_KEPT } from '../load-figures';
import { type SqlReader } from './database-reader';
import { type Parameters } from './parameters';

/** What of a row says whether it is one. */
interface Counted {
  /** Null where nothing is looked after. */
  readonly accounts: number | null;
}

/**
 * What follows FROM for the present loads as `alike`, with `by`, `accounts` and `arr`, to be read by readKept. What has
 * been written since they were added up is added here, in the same statement.
 *
 * @param owners null for the loads of everybody, and of nobody
 */
export function keptLoads(
  by: readonly (typeof LOAD_COLUMNS)[number][],
  owners: readonly Owner[] | null,
  parameters: Parameters,
): string {
  const grouped = by.join(', ');
  const conditions = owners === null ? ['true'] : ownedBy(owners, parameters);
  const loads = ['load_figure', 'load_delta'].flatMap((table) =>
    conditions.map(
      (condition) =>
        `SELECT ${grouped}, accounts, arr FROM ${table} WHERE ${LOADS_ARE_KEPT} AND ${condition}`,
    ),
  );
  return `(SELECT ${LOADS_ARE_KEPT} AS are_kept) kept
    LEFT JOIN (
      SELECT ${grouped}, sum(accounts)::int AS accounts, round(sum(arr), 2)::text AS arr
      FROM (${loads.join(' UNION ALL ')}) every GROUP BY ${grouped} HAVING sum(accounts) <> 0
    ) alike ON kept.are_kept`;
}

/** The rows of a statement over keptLoads; null where the loads are not kept, and the accounts have to be looked at. */
export async function readKept<Row>(
  reader: SqlReader,
  select: string,
  from: string,
  { values }: Parameters,
): Promise<Row[] | null> {
  const rows = await reader.rows<Row & Counted & { readonly areKept: boolean }>(
    `SELECT kept.are_kept AS "areKept", alike.accounts, alike.arr, ${select} FROM ${from}`,
    values,
  );
  // Where they are kept there is a row for nothing, too.
  return rows[0]?.areKept === true ? rows.filter(({ accounts }) => accounts !== null) : null;
}

/** An account of a pool has no CSM, so that one index finds either. */
function ownedBy(owners: readonly Owner[], parameters: Parameters): string[] {
  const ids = (kind: Owner['kind']): string => {
    const named = owners.flatMap((owner) => (owner.kind === kind ? owner.externalId : []));
    return `ANY(ARRAY(SELECT id FROM ${kind.toLowerCase()} WHERE external_id = ANY(${parameters.bind(named)}::text[])))`;
  };
  return [`csm_id = ${ids('CSM')}`, `csm_id IS NULL AND pool_id = ${ids('POOL')}`];
}
