import 'reflect-metadata';
import { type Pool } from 'pg';
import { DataSource } from 'typeorm';
import { CreateTierbook1764000000000 } from '../../migrations/1764000000000-create-tierbook';
import { AddCsmsAndIdempotencyKeys1764100000000 } from '../../migrations/1764100000000-add-csms-and-idempotency-keys';
import { AddOverridesAndAdjustments1764200000000 } from '../../migrations/1764200000000-add-overrides-and-adjustments';
import { AddTierReviews1764300000000 } from '../../migrations/1764300000000-add-tier-reviews';
import { AddDailyRuns1764500000000 } from '../../migrations/1764500000000-add-daily-runs';
import { AddModelDrafts1764400000000 } from '../../migrations/1764400000000-add-model-drafts';
import { AddSegments1764600000000 } from '../../migrations/1764600000000-add-segments';
import { AddLastUseOfTokens1764700000000 } from '../../migrations/1764700000000-add-last-use-of-tokens';
import { AddInterventionsAndDigitalPrograms1765000000000 } from '../../migrations/1765000000000-add-interventions-and-digital-programs';
import { AddAudit1765400000000 } from '../../migrations/1765400000000-add-audit';
import { AddEvents1765500000000 } from '../../migrations/1765500000000-add-events';
import { AddAnalyticsViews1765100000000 } from '../../migrations/1765100000000-add-analytics-views';
import { AddThrottleBuckets1765200000000 } from '../../migrations/1765200000000-add-throttle-buckets';
import { AddWebhooks1765600000000 } from '../../migrations/1765600000000-add-webhooks';
import { AddWebhookUses1765900000000 } from '../../migrations/1765900000000-add-webhook-uses';
import { IndexOwners1766020000000 } from '../../migrations/1766020000000-index-owners';
import { IndexReviewQueue1766030000000 } from '../../migrations/1766030000000-index-review-queue';
import { QuickenRescoring1766040000000 } from '../../migrations/1766040000000-quicken-rescoring';
import { AddLoadFigures1766070000000 } from '../../migrations/1766070000000-add-load-figures';
import { QuickenImports1766060000000 } from '../../migrations/1766060000000-quicken-imports';
import { QuickenEventsOfReviews1766051000000 } from '../../migrations/1766051000000-quicken-events-of-reviews';
import { KeepQuietDays1766050000000 } from '../../migrations/1766050000000-keep-quiet-days';
import { AddBookFigures1765700000000 } from '../../migrations/1765700000000-add-book-figures';
import { AddPastBookFigures1765710000000 } from '../../migrations/1765710000000-add-past-book-figures';
import { QuickenAuditOfNewAccounts1766010000000 } from '../../migrations/1766010000000-quicken-audit-of-new-accounts';
import { QuickenWrites1765800000000 } from '../../migrations/1765800000000-quicken-writes';
import { type PoolUse, useOf } from './connections';
import { AddEngagement1764900000000 } from '../../migrations/1764900000000-add-engagement';
import { AccountEngagementRow } from './rows/account-engagement.row';
import { AccountRow } from './rows/account.row';
import { ApiTokenRow } from './rows/api-token.row';
import { ArrMovementRow } from './rows/arr-movement.row';
import { AuditEntryRow } from './rows/audit-entry.row';
import { BookBandingRow } from './rows/book-banding.row';
import { BookDeltaRow } from './rows/book-delta.row';
import { BookFigureRow } from './rows/book-figure.row';
import { BookRestatementRow } from './rows/book-restatement.row';
import { LoadDeltaRow } from './rows/load-delta.row';
import { LoadFigureRow } from './rows/load-figure.row';
import { LoadKeepingRow } from './rows/load-keeping.row';
import { PastBookRow } from './rows/past-book.row';
import { PastBookFigureRow } from './rows/past-book-figure.row';
import { CsmEmploymentRow } from './rows/csm-employment.row';
import { CsmLeaveRow } from './rows/csm-leave.row';
import { CsmRow } from './rows/csm.row';
import { DailyRunRow } from './rows/daily-run.row';
import { DailyStepRow } from './rows/daily-step.row';
import { DigitalProgramRow } from './rows/digital-program.row';
import { EventRow } from './rows/event.row';
import { FactChangeRow } from './rows/fact-change.row';
import { IdempotencyKeyRow } from './rows/idempotency-key.row';
import { InterventionRow } from './rows/intervention.row';
import { PendingDowngradeRow } from './rows/pending-downgrade.row';
import { PoolMembershipRow } from './rows/pool-membership.row';
import { PoolRow } from './rows/pool.row';
import { PortfolioAssignmentRow } from './rows/portfolio-assignment.row';
import { RenewalNoticeRow } from './rows/renewal-notice.row';
import { ScorecardRow } from './rows/scorecard.row';
import { ServiceAdjustmentRow } from './rows/service-adjustment.row';
import { SegmentRow } from './rows/segment.row';
import { SegmentChangeRow } from './rows/segment-change.row';
import { SegmentGoalRow } from './rows/segment-goal.row';
import { SegmentMemberRow } from './rows/segment-member.row';
import { SubscriptionLineRow } from './rows/subscription-line.row';
import { SupportMonthRow } from './rows/support-month.row';
import { ThrottleBucketRow } from './rows/throttle-bucket.row';
import { TierHistoryRow } from './rows/tier-history.row';
import { TierOverrideRow } from './rows/tier-override.row';
import { TierReviewRow } from './rows/tier-review.row';
import { TieringModelRow } from './rows/tiering-model.row';
import { TouchRow } from './rows/touch.row';
import { WebhookDeliveryRow } from './rows/webhook-delivery.row';
import { WebhookEndpointRow } from './rows/webhook-endpoint.row';

/** The name by which Tierbook's own connections can be told apart in `pg_stat_activity`. */
export const APPLICATION_NAME = 'tierbook';

/** A connection plans each statement once, so one that nobody needs for a while is better kept than made anew. */
const IDLE_TIMEOUT_MS = 300_000;

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
      AccountEngagementRow,
      AccountRow,
      ApiTokenRow,
      ArrMovementRow,
      AuditEntryRow,
      BookBandingRow,
      BookDeltaRow,
      BookFigureRow,
      BookRestatementRow,
      LoadDeltaRow,
      LoadFigureRow,
      LoadKeepingRow,
      PastBookRow,
      PastBookFigureRow,
      CsmEmploymentRow,
      CsmLeaveRow,
      CsmRow,
      DailyRunRow,
      DailyStepRow,
      DigitalProgramRow,
      EventRow,
      FactChangeRow,
      IdempotencyKeyRow,
      InterventionRow,
      PendingDowngradeRow,
      PoolMembershipRow,
      PoolRow,
      PortfolioAssignmentRow,
      RenewalNoticeRow,
      ScorecardRow,
      ServiceAdjustmentRow,
      SegmentChangeRow,
      SegmentGoalRow,
      SegmentMemberRow,
      SegmentRow,
      SubscriptionLineRow,
      SupportMonthRow,
      ThrottleBucketRow,
      TierHistoryRow,
      TierOverrideRow,
      TierReviewRow,
      TieringModelRow,
      TouchRow,
      WebhookDeliveryRow,
      WebhookEndpointRow,
    ],
    migrations: [
      CreateTierbook1764000000000,
      AddCsmsAndIdempotencyKeys1764100000000,
      AddOverridesAndAdjustments1764200000000,
      AddTierReviews1764300000000,
      AddDailyRuns1764500000000,
      AddModelDrafts1764400000000,
      AddSegments1764600000000,
      AddLastUseOfTokens1764700000000,
      AddInterventionsAndDigitalPrograms1765000000000,
      AddEngagement1764900000000,
      AddAudit1765400000000,
      AddEvents1765500000000,
      AddAnalyticsViews1765100000000,
      AddThrottleBuckets1765200000000,
      AddWebhooks1765600000000,
      AddBookFigures1765700000000,
      AddPastBookFigures1765710000000,
      QuickenWrites1765800000000,
      AddWebhookUses1765900000000,
      QuickenAuditOfNewAccounts1766010000000,
      IndexOwners1766020000000,
      IndexReviewQueue1766030000000,
      QuickenRescoring1766040000000,
      KeepQuietDays1766050000000,
      QuickenEventsOfReviews1766051000000,
      QuickenImports1766060000000,
      AddLoadFigures1766070000000,
    ],
    // See Transaction for what the pipeline is good for.
    extra: {
      options: '-c timezone=UTC -c statement_timeout=0',
      pipeline: true,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      // A process that has nothing else to do need not wait for that.
      allowExitOnIdle: true,
    },
  });
}

/** How the connections for transactions are used as of now. */
export function writePoolUse(dataSource: DataSource): PoolUse {
  return useOf(writePool(dataSource));
}

/** The pool of the connections for transactions. */
export function writePool(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { readonly master: Pool }).master;
}
