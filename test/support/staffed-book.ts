import { type Actor, COMMAND_LINE } from '../../src/app/actor';
import { CsmService } from '../../src/app/csm.service';
import {
  type AccountAssignment,
  type AssignmentResult,
  PortfolioService,
} from '../../src/app/portfolio.service';
import { SINCE_EVER, type Fte, FULL_TIME } from '../../src/domain/csm';
import { type TestClock } from './clock';
import { type TestDatabase } from './database';
import { day } from './facts';
import { LivingBook } from './living-book';

export interface WrittenCsm {
  readonly from?: string;
  readonly to?: string | null;
  readonly fte?: number;
  readonly pool?: string;
  readonly regions?: readonly string[];
}

/** A book with people who look after its accounts. */
export class StaffedBook extends LivingBook {
  readonly csms: CsmService;
  readonly portfolios: PortfolioService;

  constructor(database: TestDatabase, clock: TestClock) {
    super(database, clock);
    this.csms = new CsmService(this.unitOfWork, clock);
    this.portfolios = new PortfolioService(this.unitOfWork, clock);
  }

  /** Employs people, and makes the pools that they are in; whatever is refused fails the test. */
  async staff(people: Readonly<Record<string, WrittenCsm>>): Promise<void> {
    const pools = [...new Set(Object.values(people).flatMap(({ pool }) => pool ?? []))];
    await this.csms.upsertPools(
      COMMAND_LINE,
      pools.map((externalId) => ({ externalId, name: externalId })),
    );
    const results = await this.csms.upsertCsms(
      COMMAND_LINE,
      Object.entries(people).map(([externalId, { from, to, fte, pool, regions }]) => {
        const term = { from: from ? day(from) : SINCE_EVER, to: to ? day(to) : null };
        return {
          externalId,
          values: {
            name: externalId,
            employment: [{ ...term, fte: (fte ?? FULL_TIME) as Fte }],
            pools: pool === undefined ? undefined : [{ pool, ...term }],
            regions,
          },
        };
      }),
    );
    const refused = results.flatMap(({ errors }) => errors.map(({ message }) => message));
    if (refused.length > 0) throw new Error(refused.join('\n'));
  }

  assign(
    assignments: Readonly<Record<string, Omit<AccountAssignment, 'account'>>>,
    actor: Actor = COMMAND_LINE,
  ): Promise<readonly AssignmentResult[]> {
    return this.portfolios.assignAccounts(
      actor,
      Object.entries(assignments).map(([externalId, rest]) => ({ account: { externalId }, ...rest })),
    );
  }

  /** "A anna 2026-01-01/2026-03-01 CEO" for every assignment, by account and first day. */
  async owners(): Promise<string[]> {
    const rows = await this.database.query<{ row: string }>(
      `SELECT a.external_id || ' ' || coalesce(c.external_id, p.external_id) || ' ' || o.from_on || '/' ||
         coalesce(o.to_on::text, '') || coalesce(' ' || o.executive_sponsor, '') AS row
       FROM portfolio_assignment o JOIN account a ON a.id = o.account_id LEFT JOIN csm c ON c.id = o.csm_id
       LEFT JOIN pool p ON p.id = o.pool_id ORDER BY a.external_id, o.from_on, o.id`,
    );
    return rows.map(({ row }) => row);
  }

  async idOf(table: 'account' | 'csm', externalId: string): Promise<string> {
    const [row] = await this.database.query<{ id: string }>(
      `SELECT id::text FROM ${table} WHERE external_id = $1`,
      [externalId],
    );
    if (row === undefined) throw new Error(`there is no ${table} ${externalId}`);
    return row.id;
  }
}

/** "ASSIGNED" or "REFUSED COVERAGE_RULE pool" for each result. */
export function outcomes(results: readonly AssignmentResult[]): string[] {
  return results.map(({ outcome, errors }) =>
    [outcome, ...errors.map(({ code, field }) => `${code} ${field.join('.')}`)].join(' '),
  );
}
