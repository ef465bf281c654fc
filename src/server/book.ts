import { AccountService } from '../app/account.service';
import { AuditService } from '../app/audit.service';
import { AssignmentPlanService } from '../app/assignment-plan.service';
import { BookFigureService } from '../app/book-figure.service';
import { CsmService } from '../app/csm.service';
import { DailyRunService } from '../app/daily-run.service';
import { dailySteps } from '../app/daily-steps';
import { DigitalProgramService } from '../app/digital-program.service';
import { InterventionService } from '../app/intervention.service';
import { ModelDraftService } from '../app/model-draft.service';
import { OverrideService } from '../app/override.service';
import { PortfolioService } from '../app/portfolio.service';
import { type Clock } from '../app/ports/clock';
import { type UnitOfWork } from '../app/ports/stores';
import { PublicationService } from '../app/publication.service';
import { RecalculationService } from '../app/recalculation.service';
import { SegmentService } from '../app/segment.service';
import { ServiceAdjustmentService } from '../app/service-adjustment.service';
import { TierReviewService } from '../app/tier-review.service';
import { TieringModelService } from '../app/tiering-model.service';
import { TokenService } from '../app/token.service';
import { WebhookDeliveryService } from '../app/webhook-delivery.service';
import { WebhookService } from '../app/webhook.service';
import { type Money, units } from '../domain/money';
import { APPLICATION_NAME, createDataSource, writePoolUse } from '../persistence/data-source';
import { DatabaseListener } from '../persistence/database-listener';
import { TouchService } from '../app/touch.service';
import { openEmbeddedPostgres } from '../persistence/embedded-postgres';
import { EventBell } from '../persistence/event-bell';
import { SqlExclusive } from '../persistence/exclusive';
import { isMigrated, migrate } from '../persistence/migrate';
import { SqlAuditReads } from '../persistence/reads/audit.reads';
import { type PoolUse } from '../persistence/connections';
import { DatabaseReader } from '../persistence/reads/database-reader';
import { SqlTokenListReads } from '../persistence/reads/token-list.reads';
import { WorkScope } from '../persistence/work-scope';
import { StatementCanceller } from '../persistence/statement-canceller';
import { SqlWebhookReads } from '../persistence/reads/webhook.reads';
import { TypeOrmUnitOfWork } from '../persistence/unit-of-work';
import { HighsSolver } from '../solver/highs-solver';
import { webhookAddresses } from '../webhooks/public-address';
import { SystemClock } from './clock';
import { type Config, type Limits } from './config';
import { LONG_WORK_FACTOR } from './request-bounds';
import { secrets } from './secrets';

/** The book of a deployment: its database, brought up to date, and everything that works on it. */
export interface Book {
  /** postgres://…, with the password. */
  readonly url: string;
  /** Whether the database is the embedded one, and whether this process runs it. */
  readonly embedded: 'owned' | 'joined' | null;
  readonly clock: Clock;
  readonly businessTimeZone: string;
  readonly unitOfWork: UnitOfWork;
  readonly reader: DatabaseReader;
  readonly limits: Limits;
  /** Hears what other processes tell, once it is opened. */
  readonly listener: DatabaseListener;
  readonly accounts: AccountService;
  readonly adjustments: ServiceAdjustmentService;
  readonly assignmentPlans: AssignmentPlanService;
  readonly bookFigures: BookFigureService;
  readonly csms: CsmService;
  readonly dailyRuns: DailyRunService;
  /** What a CSM with an FTE of 1.0 costs a year. */
  readonly loadedCost: Money;
  readonly digitalPrograms: DigitalProgramService;
  readonly interventions: InterventionService;
  readonly modelDrafts: ModelDraftService;
  readonly models: TieringModelService;
  readonly overrides: OverrideService;
  readonly portfolios: PortfolioService;
  readonly publication: PublicationService;
  readonly recalculation: RecalculationService;
  readonly segments: SegmentService;
  readonly tierReviews: TierReviewService;
  readonly audit: AuditService;
  readonly tokens: TokenService;
  /** How the connections of each pool are used as of now. */
  readonly pools: Readonly<Record<'read' | 'write', () => PoolUse>>;
  readonly touches: TouchService;
  readonly webhookDeliveries: WebhookDeliveryService;
  readonly webhooks: WebhookService;
  /** The migrations that opening it has run. */
  readonly migrated: readonly string[];
  /** Whether the database answers and has every migration. */
  check(): Promise<{ ready: boolean; checks: Record<string, string> }>;
  /** Has PostgreSQL look at how much there is of what, which it does by itself only after a while. */
  readonly analyse: () => Promise<void>;
  /** Has it use the room again that deltas have left which were added to the figures of the book. */
  readonly tidyFigures: () => Promise<void>;
  /** Lets go of the database, and stops it where this process runs it. */
  close(): Promise<void>;
}

const PROBE_TIME_LIMIT_MS = 5_000;

/**
 * Opens the book that the configuration names: connects (or starts the embedded PostgreSQL, or joins the one of a
 * running server), runs outstanding migrations and publishes the built-in model where there is none.
 *
 * @param purpose a second server on one embedded database is refused, a command joins it
 * @param log one line for people
 * @param clock the machine's, unless a test says otherwise
 */
export async function openBook(
  config: Config,
  purpose: 'server' | 'command',
  log: (line: string) => void,
  clock: Clock = new SystemClock(config.businessTimeZone),
): Promise<Book> {
  const embedded =
    config.databaseUrl === null
      ? await openEmbeddedPostgres({ dataDir: config.dataDirectory, purpose, log })
      : null;
  const url = embedded?.url ?? config.databaseUrl ?? '';
  const { readConnections, writeConnections, connectionQueue: mostWaiting } = config.limits;
  const dataSource = createDataSource(url, writeConnections);
  const reader = new DatabaseReader({
    url,
    max: readConnections,
    applicationName: APPLICATION_NAME,
    mostWaiting,
  });
  const canceller = new StatementCanceller(url, APPLICATION_NAME);
  const listener = new DatabaseListener({ url, applicationName: APPLICATION_NAME });
  const bell = new EventBell((sql) => reader.rows(sql, [], { onePlan: true }));
  // Of its own, so that a busy book is not taken for a dead one.
  const probe = new DatabaseReader({ url, max: 1, applicationName: APPLICATION_NAME });
  const close = async (): Promise<void> => {
    await listener.close();
    await bell.settle();
    await probe.close();
    await canceller.close();
    await reader.close();
    if (dataSource.isInitialized) await dataSource.destroy();
    await embedded?.stop();
  };
  try {
    await dataSource.initialize();
    const migrated = await migrate(dataSource, { log });
    const committed = bell.ring;
    const unitOfWork = new TypeOrmUnitOfWork(dataSource, { committed });
    // What people and scripts wait for; commands, imports and scheduled work take the time that they need.
    const boundedBy = (timeLimit: number, areSmall: boolean): UnitOfWork =>
      purpose === 'command'
        ? unitOfWork
        : new TypeOrmUnitOfWork(dataSource, {
            bounds: { timeLimit, mostWaiting, canceller, areSmall },
            committed,
          });
    const small = boundedBy(config.limits.requestTimeout * 1_000, true);
    const usual = boundedBy(config.limits.requestTimeout * 1_000, false);
    const long = boundedBy(config.limits.requestTimeout * 1_000 * LONG_WORK_FACTOR, false);
    const models = new TieringModelService(unitOfWork, clock);
    await models.ensurePublished();
    const exclusive = new SqlExclusive(dataSource);
    return {
      url,
      embedded: embedded === null ? null : embedded.owner ? 'owned' : 'joined',
      clock,
      businessTimeZone: config.businessTimeZone,
      unitOfWork,
      reader,
      limits: config.limits,
      listener,
      accounts: new AccountService(small, clock, config.baseCurrency),
      adjustments: new ServiceAdjustmentService(small, clock),
      assignmentPlans: new AssignmentPlanService(long, clock, new HighsSolver(), secrets),
      bookFigures: new BookFigureService(unitOfWork, clock),
      csms: new CsmService(usual, clock),
      dailyRuns: new DailyRunService(unitOfWork, exclusive, clock, dailySteps(unitOfWork, clock)),
      loadedCost: units(config.csmLoadedCost),
      digitalPrograms: new DigitalProgramService(small, clock),
      interventions: new InterventionService(small, clock),
      modelDrafts: new ModelDraftService(long, clock),
      models,
      overrides: new OverrideService(small, clock),
      portfolios: new PortfolioService(small, clock),
      publication: new PublicationService(long, clock),
      recalculation: new RecalculationService(unitOfWork, clock),
      segments: new SegmentService(usual, clock),
      tierReviews: new TierReviewService(small, clock),
      touches: new TouchService(small, clock),
      audit: new AuditService(new SqlAuditReads(reader)),
      tokens: new TokenService(usual, clock, secrets, new SqlTokenListReads(reader)),
      webhookDeliveries: new WebhookDeliveryService(unitOfWork, clock, Math.random),
      webhooks: new WebhookService(
        usual,
        clock,
        secrets,
        webhookAddresses(config.webhookPrivateAddresses),
        new SqlWebhookReads(reader),
      ),
      pools: { read: () => reader.use(), write: () => writePoolUse(dataSource) },
      migrated,
      check: async () => {
        const scope = new WorkScope(PROBE_TIME_LIMIT_MS);
        try {
          const upToDate = await isMigrated(dataSource, probe.within(scope));
          return { ready: upToDate, checks: { database: 'ok', migrations: upToDate ? 'ok' : 'outstanding' } };
        } catch {
          return { ready: false, checks: { database: 'does not answer', migrations: 'unknown' } };
        } finally {
          scope.close();
        }
      },
      analyse: async () => {
        await dataSource.query('ANALYZE');
      },
      tidyFigures: async () => {
        await dataSource.query('VACUUM book_delta, book_figure, book_restatement, load_delta, load_figure');
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
