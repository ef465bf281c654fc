import { type EntityManager } from 'typeorm';
import { type PortfolioStore } from '../../app/ports/portfolio';

export class SqlPortfolioStore implements PortfolioStore {
  constructor(private readonly manager: EntityManager) {}

  async ownedBy(csmId: string, accountIds: readonly string[], today: string): Promise<ReadonlySet<string>> {
    const rows: { account_id: string }[] = await this.manager.query(
      `SELECT account_id::text FROM portfolio_assignment
       WHERE csm_id = $1 AND account_id = ANY($2::bigint[]) AND from_on <= $3 AND (to_on IS NULL OR to_on > $3)`,
      [csmId, accountIds, today],
    );
    return new Set(rows.map((row) => row.account_id));
  }
}
