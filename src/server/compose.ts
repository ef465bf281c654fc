import { type FastifyInstance } from 'fastify';
import { type Actor, authorise } from '../app/actor';
import { type Reads } from '../app/ports/reads';
import { type GraphqlContext } from '../graphql/context';
import { createSchema } from '../graphql/schema';
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
import { createAuthentication } from './authentication';
import { type Book } from './book';
import { type Config } from './config';
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
  /** Told of every attempt to send a webhook by a worker in this process. */
  readonly webhookAttempted: Metrics['noteWebhook'];
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
  const reads: Reads = {
    accounts: new SqlAccountReads(reader, tierKeys),
    adjustments: new SqlAdjustmentReads(reader),
    analytics: new SqlAnalyticReads(reader, models, clock),
    capacity: new SqlCapacityReads(reader),
    csms: new SqlCsmReads(reader),
    dailyRuns: new SqlDailyRunReads(reader),
    economics: new SqlEconomicsReads(reader),
    digitalPrograms: new SqlDigitalProgramReads(reader),
    engagement: new SqlEngagementReads(reader, models),
    history: new SqlHistoryReads(reader),
    interventions: new SqlInterventionReads(reader),
    models,
    movements: new SqlMovementReads(reader),
    overrides: new SqlOverrideReads(reader),
    pendingDowngrades: new SqlPendingDowngradeReads(reader),
    pools: new SqlPoolReads(reader),
    portfolios: new SqlPortfolioReads(reader),
    renewalNotices: new SqlRenewalNoticeReads(reader),
    scorecards: new SqlScorecardReads(reader),
    segmentChanges: new SqlSegmentChangeReads(reader),
    segments: new SqlSegmentReads(reader, models, clock),
    tierReviews: new SqlTierReviewReads(reader, tierKeys),
    tieringHealth: new SqlTieringHealthReads(reader),
    touches: new SqlTouchReads(reader),
  };
  const metrics = new Metrics({
    pools: book.pools,
    figures: () => operationFigures(reader, clock.today()),
    logger,
  });
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
    contextFor: (actor, requestId) => ({
      actor: { ...actor, requestId },
      requestId,
      reads: readsFor(actor, reads),
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
      webhooks: book.webhooks,
      clock,
    }),
    ready: () => book.check(),
    metrics,
    explorerTabs: explorerTabs(),
    logger,
  });
  return {
    http,
    webhookAttempted: metrics.noteWebhook,
    close: async () => {
      await http.close();
      await tokenUse.settle();
      await models.close();
    },
  };
}

/** What the actor may read; nobody gets the reads in another way. Throws FORBIDDEN. */
function readsFor(actor: Actor, reads: Reads): Reads {
  authorise(actor, 'READ');
  return reads;
}
