import { type FastifyInstance } from 'fastify';
import { type GraphQLSchema } from 'graphql';
import { type Actor, authorise } from '../app/actor';
import { PastBookService } from '../app/past-book.service';
import { EventFeed } from '../app/event-feed';
import { type Clock } from '../app/ports/clock';
import { type PastBook } from '../app/ports/past-books';
import { type Reads } from '../app/ports/reads';
import { type GraphqlContext } from '../graphql/context';
import { createSchema } from '../graphql/schema';
import { SharedBuckets } from '../graphql/shared-buckets';
import { IcuCustomerWords } from '../messages/icu-customer-words';
import { APPLICATION_NAME } from '../persistence/data-source';
import { EVENT_CHANNEL } from '../persistence/event-bell';
import { ReplicaSet } from '../persistence/replicas/replica-set';
import { SqlAccountReads } from '../persistence/reads/account.reads';
import { SqlAnalyticReads } from '../persistence/reads/analytic.reads';
import { SqlCapacityReads } from '../persistence/reads/capacity.reads';
import { SqlCsmIdentityReads } from '../persistence/reads/csm-identity.reads';
import { SqlCsmReads } from '../persistence/reads/csm.reads';
import { SqlDailyRunReads } from '../persistence/reads/daily-run.reads';
import { SqlEconomicsReads } from '../persistence/reads/economics.reads';
import { SqlDigitalProgramReads } from '../persistence/reads/digital-program.reads';
import { SqlEngagementReads } from '../persistence/reads/engagement.reads';
import { SqlEventReads } from '../persistence/reads/event.reads';
import { SqlHistoryReads } from '../persistence/reads/history.reads';
import { SqlInterventionReads } from '../persistence/reads/intervention.reads';
import { KnownAccountIds } from '../persistence/reads/known-account-ids';
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
import { readManifest } from './document-manifest';
import { ExportTables } from './export-tables';
import { createHttpServer } from './http';
import { type Logger } from './log';
import { Metrics } from './metrics';
import { projectVersion } from './project';
import { ReadSources } from './read-sources';
import { recognisePeople } from './oidc/people';
import { explorerTabs } from './operations';
import { secrets } from './secrets';
import { type SocketLimits } from './sockets';
import { TokenUse } from './token-use';
import { TrustedDocuments } from './trusted-documents';

/** A token that is valid only while this process runs. */
export interface RunToken {
  readonly text: string;
  readonly actor: Actor;
}

/** The server of a book, ready to listen. */
export interface Application {
  readonly http: FastifyInstance;
  /** Says from now on that it is not ready, and goes on answering until it is closed. */
  drain(): void;
  /** Told of every attempt to send a webhook by a worker in this process. */
  readonly webhookAttempted: Metrics['noteWebhook'];
  /** Finishes the requests that run, and lets go of everything but the book. */
  close(): Promise<void>;
}

export interface ComposeOptions {
  /** The schema that is served, where it is built already, as by who starts many servers in one process. */
  readonly schema?: GraphQLSchema;
  /** The identity provider of people; null where tokens are all there is. */
  readonly oidc?: Config['oidc'];
  /** The replicas that may be read from, and how many seconds behind the primary they may be. */
  readonly replicas?: Pick<Config, 'replicaUrls' | 'replicaMaxLagSeconds'>;
  /** Milliseconds from any fixed moment, by which what the provider said is kept. */
  readonly elapsed?: () => number;
  /** A manifest of documents that can be asked for by their ids; null for none but the examples. */
  readonly trustedDocuments?: Config['trustedDocuments'];
  /** Whether people may ask for known documents alone. */
  readonly trustedDocumentsOnly?: boolean;
  /** Limits of WebSockets that are not the usual ones. */
  readonly sockets?: Partial<SocketLimits>;
}

const NO_REPLICAS = { replicaUrls: [], replicaMaxLagSeconds: 0 };

/** Wires the book to the API. */
export async function compose(
  book: Book,
  tokens: readonly RunToken[],
  logger: Logger,
  {
    schema = createSchema(),
    oidc = null,
    elapsed,
    sockets,
    replicas: { replicaUrls, replicaMaxLagSeconds } = NO_REPLICAS,
    trustedDocuments = null,
    trustedDocumentsOnly = false,
  }: ComposeOptions = {},
): Promise<Application> {
  // First, so that a manifest that does not do leaves nothing open.
  const manifest = trustedDocuments === null ? [] : readManifest(trustedDocuments, schema);
  const examples = explorerTabs();
  let isDraining = false;
  const { reader, clock, listener, url } = book;
  const models = new ModelCatalog({ database: reader, listener, timeZone: book.businessTimeZone });
  await listener.open();
  const tokenUse = new TokenUse((id) => book.tokens.noteUse(id), clock, logger);
  const replicas =
    replicaUrls.length === 0
      ? null
      : new ReplicaSet({
          primary: reader,
          primaryUrl: url,
          replicaUrls,
          max: book.limits.readConnections,
          mostWaiting: book.limits.connectionQueue,
          applicationName: APPLICATION_NAME,
          maximumLagMs: replicaMaxLagSeconds * 1_000,
          log: logger,
        });
  await replicas?.start();
  const sources = new ReadSources(replicas, reader);
  const feed = new EventFeed({
    reads: new SqlEventReads(reader),
    failed: (error) => {
      logger.warn({ err: error }, 'new events could not be read');
    },
  });
  const stopListening = listener.on(EVENT_CHANNEL, () => {
    feed.wake();
  });
  const metrics = new Metrics({
    pools: { ...book.pools, ...replicas?.pools() },
    version: projectVersion(),
    replicas: () => replicas?.states() ?? [],
    figures: () => operationFigures(reader, clock.today()),
    logger,
  });
  const { throttleCapacity: capacity, throttleRestoreRate: restoreRate } = book.limits;
  // Of its own, so that neither points nor tokens wait for what they let through.
  const admission = new DatabaseReader({ url, max: 2, applicationName: APPLICATION_NAME });
  const throttle = new SharedBuckets(
    new SqlPointStore(admission, { capacity, restoreRate }),
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
  const pastBooks = new PastBookService(book.unitOfWork, clock, (error) => {
    logger.warn({ err: error }, 'the figures of a past day could not be kept');
  });
  const shared = { models, clock, accountIds: new KnownAccountIds(), missed: pastBooks.wish };
  const words = new IcuCustomerWords();
  const http = await createHttpServer<GraphqlContext>({
    schema,
    ...createAuthentication({
      tokens: new SqlTokenReads(admission, book.limits.connectionQueue),
      secrets,
      clock,
      ofThisRun: tokens,
      people:
        oidc === null
          ? null
          : recognisePeople({ oidc, csms: new SqlCsmIdentityReads(reader), clock, logger, elapsed }),
      used: tokenUse.note,
    }),
    contextFor: (actor, requestId, wish, scope) => ({
      actor: { ...actor, requestId },
      requestId,
      reads: readsFor(actor, readsBy(sources.choose(actor, wish).within(scope), shared)),
      feed,
      accounts: book.accounts,
      adjustments: book.adjustments,
      audit: book.audit,
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
    ...(replicas === null ? {} : { wrote: ({ id }: Actor) => replicas.wrote(id) }),
    ready: async () => readiness(await book.check(), replicas, isDraining),
    isDraining: () => isDraining,
    metrics,
    throttle,
    maximumCost: book.limits.maximumCost,
    timeLimit: book.limits.requestTimeout * 1_000,
    explorerTabs: examples,
    documents: new TrustedDocuments(
      [...examples.map(({ query }) => [null, query] as const), ...manifest],
      trustedDocumentsOnly,
    ),
    sockets,
    exports: new ExportTables({
      reader,
      reads: readsBy(reader, shared),
      clock,
      schema: () => schema,
    }),
    logger,
  });
  return {
    http,
    webhookAttempted: metrics.noteWebhook,
    drain: () => {
      isDraining = true;
    },
    close: async () => {
      isDraining = true;
      await http.close();
      stopListening();
      await feed.settle();
      await pastBooks.close();
      await tokenUse.settle();
      await throttle.close();
      await admission.close();
      await replicas?.close();
    },
  };
}

/** Whether requests should come here. Replicas do not decide: without any the primary answers. */
function readiness(
  { ready, checks }: Awaited<ReturnType<Book['check']>>,
  replicas: ReplicaSet | null,
  isDraining: boolean,
): { ready: boolean; checks: Record<string, string> } {
  const states = replicas?.states() ?? [];
  const serving = states.filter(({ inService }) => inService).length;
  return {
    ready: ready && !isDraining,
    checks: {
      ...checks,
      ...(states.length > 0 ? { replicas: `${serving} of ${states.length} in service` } : {}),
      ...(isDraining ? { server: 'stopping' } : {}),
    },
  };
}

/** Everything that can be read, by one reader. */
/** What all reads of one database share. */
interface SharedByReads {
  readonly models: ModelCatalog;
  readonly clock: Clock;
  readonly accountIds: KnownAccountIds;
  /** Told of every figure of a past day that has to be counted. */
  readonly missed: (book: PastBook) => void;
}

function readsBy(reader: DatabaseReader, { models, clock, accountIds, missed }: SharedByReads): Reads {
  const tierKeys = async (): Promise<string[]> => (await models.published()).tiers.map(({ key }) => key);
  return {
    accounts: new SqlAccountReads(reader, tierKeys, accountIds),
    adjustments: new SqlAdjustmentReads(reader),
    analytics: new SqlAnalyticReads(reader, models, clock, missed),
    capacity: new SqlCapacityReads(reader),
    csms: new SqlCsmReads(reader),
    dailyRuns: new SqlDailyRunReads(reader),
    economics: new SqlEconomicsReads(reader),
    digitalPrograms: new SqlDigitalProgramReads(reader),
    engagement: new SqlEngagementReads(reader, models),
    events: new SqlEventReads(reader),
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
}

/** What the actor may read; nobody gets the reads in another way. Throws FORBIDDEN. */
function readsFor(actor: Actor, reads: Reads): Reads {
  authorise(actor, 'READ');
  return reads;
}
