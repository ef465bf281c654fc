import {
  type PendingDowngradeFilter,
  type PendingDowngradeReads,
  type PendingDowngradeView,
  type Window,
} from '../../app/ports/reads';
import { compileAccountFilter } from './account-filter';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';

const COLUMNS = `p.account_id::text AS "accountId", p.held_tier AS "heldTier", p.target_tier AS "targetTier",
  p.detected_on AS "detectedOn", p.grace_until AS "graceUntil", p.reason, p.extended,
  jsonb_build_array(p.grace_until::text, p.account_id::text) AS cursor`;

const SOONEST_FIRST: readonly SortKey[] = [
  { expression: 'p.grace_until', type: 'date', descending: false },
  { expression: 'p.account_id', type: 'bigint', descending: false },
];

export class SqlPendingDowngradeReads implements PendingDowngradeReads {
  constructor(private readonly database: DatabaseReader) {}

  async page(where: PendingDowngradeFilter, window: Window): Promise<PendingDowngradeView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(SOONEST_FIRST, window, (value) => parameters.bind(value));
    return this.database.rows<PendingDowngradeView>(
      `SELECT ${COLUMNS} FROM pending_downgrade p WHERE ${compile(where, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(where: PendingDowngradeFilter): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM pending_downgrade p WHERE ${compile(where, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async byAccountIds(accountIds: readonly string[]): Promise<PendingDowngradeView[]> {
    return this.database.byKey<PendingDowngradeView>(
      `SELECT ${COLUMNS} FROM pending_downgrade p WHERE p.account_id = ANY($1::bigint[])`,
      [accountIds],
    );
  }
}

function compile(where: PendingDowngradeFilter, parameters: Parameters): string {
  const conditions = ['true'];
  const add = (value: unknown, condition: (placeholder: string) => string): void => {
    if (value !== null && value !== undefined) conditions.push(condition(parameters.bind(value)));
  };
  add(where.heldTier, (value) => `p.held_tier = ${value}::text`);
  add(where.targetTier, (value) => `p.target_tier = ${value}::text`);
  add(where.reason, (value) => `p.reason = ${value}::text`);
  add(where.dueFrom, (value) => `p.grace_until >= ${value}::date`);
  add(where.dueTo, (value) => `p.grace_until <= ${value}::date`);
  if (where.account) {
    conditions.push(
      `EXISTS (SELECT FROM account a WHERE a.id = p.account_id AND ${compileAccountFilter(where.account, parameters)})`,
    );
  }
  return conditions.join(' AND ');
}
