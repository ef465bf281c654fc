import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { CreateTierbook1764000000000 } from '../../migrations/1764000000000-create-tierbook';
import { AddCsmsAndIdempotencyKeys1764100000000 } from '../../migrations/1764100000000-add-csms-and-idempotency-keys';
import { AddLastUseOfTokens1764700000000 } from '../../migrations/1764700000000-add-last-use-of-tokens';
import { AccountRow } from './rows/account.row';
import { ApiTokenRow } from './rows/api-token.row';
import { ArrMovementRow } from './rows/arr-movement.row';
import { CsmEmploymentRow } from './rows/csm-employment.row';
import { CsmLeaveRow } from './rows/csm-leave.row';
import { CsmRow } from './rows/csm.row';
import { FactChangeRow } from './rows/fact-change.row';
import { IdempotencyKeyRow } from './rows/idempotency-key.row';
import { PendingDowngradeRow } from './rows/pending-downgrade.row';
import { PoolMembershipRow } from './rows/pool-membership.row';
import { PoolRow } from './rows/pool.row';
import { PortfolioAssignmentRow } from './rows/portfolio-assignment.row';
import { ScorecardRow } from './rows/scorecard.row';
import { SubscriptionLineRow } from './rows/subscription-line.row';
import { TierHistoryRow } from './rows/tier-history.row';
import { TieringModelRow } from './rows/tiering-model.row';

/** The name by which Tierbook's own connections can be told apart in `pg_stat_activity`. */
export const APPLICATION_NAME = 'tierbook';

/**
 * TypeORM's view of the database. The schema comes from the migrations alone (`synchronize` is off
 * everywhere); the rows only say what they made.
 *
 * @param url postgres://user:password@host:port/database
 * @param poolSize the most connections that transactions may hold at once
 */
export function createDataSource(url: string, poolSize = 10): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    poolSize,
    applicationName: APPLICATION_NAME,
    synchronize: false,
    migrationsRun: false,
    migrationsTableName: 'migration',
    entities: [
      AccountRow,
      ApiTokenRow,
      ArrMovementRow,
      CsmEmploymentRow,
      CsmLeaveRow,
      CsmRow,
      FactChangeRow,
      IdempotencyKeyRow,
      PendingDowngradeRow,
      PoolMembershipRow,
      PoolRow,
      PortfolioAssignmentRow,
      ScorecardRow,
      SubscriptionLineRow,
      TierHistoryRow,
      TieringModelRow,
    ],
    migrations: [
      CreateTierbook1764000000000,
      AddCsmsAndIdempotencyKeys1764100000000,
      AddLastUseOfTokens1764700000000,
    ],
    extra: { options: '-c timezone=UTC -c statement_timeout=0' },
  });
}
