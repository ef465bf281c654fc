import { type FastifyInstance } from 'fastify';
import { type Actor, authorise } from '../app/actor';
import { type Reads } from '../app/ports/reads';
import { type GraphqlContext } from '../graphql/context';
import { createSchema } from '../graphql/schema';
import { SharedBuckets } from '../graphql/shared-buckets';
import { IcuCustomerWords } from '../messages/icu-customer-words';
import { APPLICATION_NAME } from '../persistence/data-source';
import { SqlAccountReads } from '../persistence/reads/account.reads';
import { SqlAnalyticReads } from '../persistence/reads/analytic.reads';
import { SqlCapacityReads } from '../persistence/reads/capacity.reads';
import { SqlCsmIdentityReads } from '../persistence/reads/csm-identity.reads';
import { SqlCsmReads } from '../persistence/reads/csm.reads';
import { SqlDailyRunReads } from '../persistence/reads/daily-run.reads';
import { SqlEconomicsReads } from '../persistence/reads/economics.reads';
import { SqlDigitalProgramReads } from '../persistence/reads/digital-program.reads';
import { SqlEngagementReads } from '../persistence/reads/engagement.reads';
import { SqlHistoryReads } from '../persistence/reads/history.reads';
import { SqlInterventionReads } from '../persistence/reads/intervention.reads';
import { ModelCatalog } from '../persistence/reads/model-catalog';
import { operationFigures } from '../persistence/reads/operation.reads';
import { SqlMovementReads } from '../persistence/reads/movement.reads';
import { SqlOverrideReads } from '../persistence/reads/override.reads';
import { SqlPendingDowngradeReads } from '../persistence/reads/pending-downgrade.reads';
import { SqlPoolReads } from '../persistence/reads/pool.reads';
import { SqlPortfolioReads } from '../persistence/reads/portfolio.reads';
import { SqlRenewalNoticeReads } from '../persistence/reads/renewal-notice.reads';
import { SqlScorecardReads } from '../persistence/reads/scorecard.reads';
import { SqlSegmentChangeReads } from '../persistence/reads/segment-change.reads';
import { SqlSegmentReads } from '../persistence/reads/segment.reads';
import { SqlAdjustmentReads } from '../persistence/reads/service-adjustment.reads';
import { SqlTierReviewReads } from '../persistence/reads/tier-review.reads';
import { SqlTieringHealthReads } from '../persistence/reads/tiering-health.reads';
import { SqlTokenReads } from '../persistence/reads/token.reads';
import { SqlTouchReads } from '../persistence/reads/touch.reads';
import { DatabaseReader } from '../persistence/reads/database-reader';
import { SqlPointStore } from '../persistence/sql-point-store';
import { createAuthentication } from './authentication';
import { type Book } from './book';
import { type Config } from './config';
import { reasonOf } from './describe-error';
import { createHttpServer } from './http';
import { type Logger } from './log';
import { Metrics } from './metrics';
import { recognisePeople } from './oidc/people';
import { explorerTabs } from './operations';
import { secrets } from './secrets';
import { TokenUse } from './token-use';

/** A token that is valid only while this process runs. */
export interface RunToken {
  readonly text: string;
  readonly actor: Actor;
}

/** The server of a book, ready to listen. */
export interface Application {
  readonly http: FastifyInstance;
  /** Finishes the requests that run, and lets go of everything but the book. */
  close(): Promise<void>;
}

export interface ComposeOptions {
  /** The identity provider of people; null where tokens are all there is. */
  readonly oidc?: Config['oidc'];
  /** Milliseconds from any fixed moment, by which what the provider said is kept. */
  readonly elapsed?: () => number;
}

/** Wires the book to the API. */
export async function compose(
  book: Book,
  tokens: readonly RunToken[],
  logger: Logger,
  { oidc = null, elapsed }: ComposeOptions = {},
): Promise<Application> {
  const { reader, clock, url } = book;
  const models = new ModelCatalog({
    database: reader,
    url,
    applicationName: APPLICATION_NAME,
    timeZone: book.businessTimeZone,
  });
  await models.open();
  const tierKeys = async (): Promise<string[]> => (await models.published()).tiers.map(({ key }) => key);
  const tokenUse = new TokenUse((id) => book.tokens.noteUse(id), clock, logger);
  const readsOf = (database: DatabaseReader): Reads => ({
    accounts: new SqlAccountReads(database, tierKeys),
    adjustments: new SqlAdjustmentReads(database),
    analytics: new SqlAnalyticReads(database, models, clock),
    capacity: new SqlCapacityReads(database),
    csms: new SqlCsmReads(database),
    dailyRuns: new SqlDailyRunReads(database),
    economics: new SqlEconomicsReads(database),
    digitalPrograms: new SqlDigitalProgramReads(database),
    engagement: new SqlEngagementReads(database, models),
    history: new SqlHistoryReads(database),
    interventions: new SqlInterventionReads(database),
    models,
    movements: new SqlMovementReads(database),
    overrides: new SqlOverrideReads(database),
    pendingDowngrades: new SqlPendingDowngradeReads(database),
    pools: new SqlPoolReads(database),
    portfolios: new SqlPortfolioReads(database),
    renewalNotices: new SqlRenewalNoticeReads(database),
    scorecards: new SqlScorecardReads(database),
    segmentChanges: new SqlSegmentChangeReads(database),
    segments: new SqlSegmentReads(database, models, clock),
    tierReviews: new SqlTierReviewReads(database, tierKeys),
    tieringHealth: new SqlTieringHealthReads(database),
    touches: new SqlTouchReads(database),
  });
  const metrics = new Metrics({
    pools: book.pools,
    figures: () => operationFigures(reader, clock.today()),
    logger,
  });
  const { throttleCapacity: capacity, throttleRestoreRate: restoreRate } = book.limits;
  // Of its own, so that counting does not wait for what is counted.
  const counting = new DatabaseReader({ url, max: 2, applicationName: APPLICATION_NAME });
  const throttle = new SharedBuckets(
    new SqlPointStore(counting, { capacity, restoreRate }),
    { capacity, restoreRate },
    {
      note: (isShared, error) => {
        metrics.noteThrottle(isShared);
        if (isShared) logger.info('points are counted for all processes together again');
        else logger.warn({ reason: reasonOf(error) }, 'points are counted by this process alone for now');
      },
    },
  );
  throttle.start();
  const words = new IcuCustomerWords();
  const http = await createHttpServer<GraphqlContext>({
    schema: createSchema(),
    authenticate: createAuthentication({
      tokens: new SqlTokenReads(reader),
      secrets,
      clock,
      ofThisRun: tokens,
      people:
        oidc === null
          ? null
          : recognisePeople({ oidc, csms: new SqlCsmIdentityReads(reader), clock, logger, elapsed }),
      used: tokenUse.note,
    }),
    contextFor: (actor, requestId, scope) => ({
      actor,
      requestId,
      reads: readsFor(actor, readsOf(reader.within(scope))),
      accounts: book.accounts,
      adjustments: book.adjustments,
      tokens: book.tokens,
      assignmentPlans: book.assignmentPlans,
      csms: book.csms,
      loadedCost: book.loadedCost,
      digitalPrograms: book.digitalPrograms,
      interventions: book.interventions,
      modelDrafts: book.modelDrafts,
      overrides: book.overrides,
      portfolios: book.portfolios,
      publication: book.publication,
      segments: book.segments,
      tierReviews: book.tierReviews,
      words,
      touches: book.touches,
      clock,
    }),
    ready: () => book.check(),
    metrics,
    throttle,
    maximumCost: book.limits.maximumCost,
    timeLimit: book.limits.requestTimeout * 1_000,
    explorerTabs: explorerTabs(),
    logger,
  });
  return {
    http,
    close: async () => {
      await http.close();
      await tokenUse.settle();
      await throttle.close();
      await counting.close();
      await models.close();
    },
  };
}

/** What the actor may read; nobody gets the reads in another way. Throws FORBIDDEN. */
function readsFor(actor: Actor, reads: Reads): Reads {
  authorise(actor, 'READ');
  return reads;
}
