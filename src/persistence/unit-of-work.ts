import { type DataSource, type EntityManager } from 'typeorm';
import { type Stamp } from '../app/ports/clock';
import { type Stores, type UnitOfWork } from '../app/ports/stores';
import { constraintError, isWorthRetrying } from './constraint-errors';
import { SqlAccountStore } from './stores/account.store';
import { SqlAssignmentPlanStore } from './stores/assignment-plan.store';
import { SqlBookFigureStore } from './stores/book-figure.store';
import { SqlCsmStore } from './stores/csm.store';
import { SqlDailyRunStore } from './stores/daily-run.store';
import { SqlDigitalProgramStore } from './stores/digital-program.store';
import { SqlEventStore } from './stores/event.store';
import { SqlIdempotencyStore } from './stores/idempotency.store';
import { SqlInterventionStore } from './stores/intervention.store';
import { SqlLoadFigureStore } from './stores/load-figure.store';
import { SqlModelDraftStore } from './stores/model-draft.store';
import { SqlModelStore } from './stores/model.store';
import { SqlOverrideStore } from './stores/override.store';
import { SqlPastBookStore } from './stores/past-book.store';
import { SqlPortfolioStore } from './stores/portfolio.store';
import { SqlPreparedPublicationStore } from './stores/prepared-publication.store';
import { SqlRenewalNoticeStore } from './stores/renewal-notice.store';
import { SqlSegmentStore } from './stores/segment.store';
import { SqlAdjustmentStore } from './stores/service-adjustment.store';
import { SqlSubscriptionStore } from './stores/subscription.store';
import { SqlSupportStore } from './stores/support.store';
import { SqlTierReviewStore } from './stores/tier-review.store';
import { SqlTokenStore } from './stores/token.store';
import { SqlTouchStore } from './stores/touch.store';
import { type LocalSettings } from './transaction';
import { type TransactionBounds, Transactions } from './transactions';
import { SqlWebhookStore } from './stores/webhook.store';

const MOST_TRIES = 4;

export interface UnitOfWorkOptions {
  /** Null: transactions take the time that they need. */
  readonly bounds?: TransactionBounds | null;
  /** Called after each transaction that may have written something. */
  readonly committed?: () => void;
}

/** Transactions over TypeORM's connection; see the port for what it promises. */
export class TypeOrmUnitOfWork implements UnitOfWork {
  private readonly transactions: Transactions;
  private readonly committed: () => void;

  constructor(dataSource: DataSource, { bounds = null, committed = nothing }: UnitOfWorkOptions = {}) {
    this.transactions = new Transactions(dataSource, bounds);
    this.committed = committed;
  }

  async run<T>(stamp: Stamp, work: (stores: Stores) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        const result = await this.transactions.run((manager) => work(storesOf(manager)), {
          settings: signed(stamp),
        });
        this.committed();
        return result;
      } catch (error) {
        if (tries >= MOST_TRIES || !isWorthRetrying(error)) throw constraintError(error) ?? error;
      }
    }
  }

  async rehearse<T>(stamp: Stamp, work: (stores: Stores) => Promise<T>): Promise<T> {
    try {
      return await this.transactions.rehearse((manager) => work(storesOf(manager)), signed(stamp));
    } catch (error) {
      throw constraintError(error) ?? error;
    }
  }

  async observe<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    return this.transactions.run((manager) => work(storesOf(manager)), {
      isolation: 'REPEATABLE READ',
      settings: { transaction_read_only: 'on' },
    });
  }
}

/** Says who writes in a transaction, for the triggers that audit it. */
function signed({ actorId, actorName, now, today, requestId }: Stamp): LocalSettings {
  return { 'tierbook.stamp': JSON.stringify({ actorId, actorName, at: now, today, requestId }) };
}

function storesOf(manager: EntityManager): Stores {
  return {
    accounts: new SqlAccountStore(manager),
    assignmentPlans: new SqlAssignmentPlanStore(manager),
    bookFigures: new SqlBookFigureStore(manager),
    csms: new SqlCsmStore(manager),
    adjustments: new SqlAdjustmentStore(manager),
    dailyRuns: new SqlDailyRunStore(manager),
    digitalPrograms: new SqlDigitalProgramStore(manager),
    events: new SqlEventStore(manager),
    idempotency: new SqlIdempotencyStore(manager),
    interventions: new SqlInterventionStore(manager),
    loadFigures: new SqlLoadFigureStore(manager),
    modelDrafts: new SqlModelDraftStore(manager),
    models: new SqlModelStore(manager),
    overrides: new SqlOverrideStore(manager),
    pastBooks: new SqlPastBookStore(manager),
    portfolios: new SqlPortfolioStore(manager),
    preparedPublications: new SqlPreparedPublicationStore(manager),
    renewalNotices: new SqlRenewalNoticeStore(manager),
    segments: new SqlSegmentStore(manager),
    subscriptions: new SqlSubscriptionStore(manager),
    support: new SqlSupportStore(manager),
    tierReviews: new SqlTierReviewStore(manager),
    tokens: new SqlTokenStore(manager),
    touches: new SqlTouchStore(manager),
    webhooks: new SqlWebhookStore(manager),
  };
}

function nothing(): void {
  // Nobody wants to know.
}
