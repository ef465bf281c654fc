import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { OperationOutcome } from '../graphql/operation-plugin';
import type { WebhookAttemptOutcome } from '../jobs/webhook-dispatcher';
import type { PoolUse } from '../persistence/reads/database-reader';
import type { OperationFigures } from '../persistence/reads/operation.reads';
import type { Logger } from './log';

export interface MetricSources {
  readonly pools: Readonly<Record<string, () => PoolUse>>;
  readonly figures: () => Promise<OperationFigures>;
  readonly logger: Logger;
}

const LATENCY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const COST_POINTS = [1, 5, 10, 50, 100, 250, 500, 1_000, 2_500, 5_000];
/** Figures of the book are read at most so often, however many scrape. */
const FIGURES_ARE_KEPT_MS = 15_000;

/** The figures of one process for Prometheus, and of the book that it serves. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = new Counter({
    name: 'tierbook_http_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['route', 'method', 'status'] as const,
    registers: [this.registry],
  });
  private readonly latency = new Histogram({
    name: 'tierbook_http_request_duration_seconds',
    help: 'From the first byte of a request to the end of its answer.',
    labelNames: ['route'] as const,
    buckets: LATENCY_SECONDS,
    registers: [this.registry],
  });
  private readonly operations = new Counter({
    name: 'tierbook_graphql_operations_total',
    help: 'GraphQL operations by kind and by the code of their first error.',
    labelNames: ['kind', 'code'] as const,
    registers: [this.registry],
  });
  private readonly cost = new Histogram({
    name: 'tierbook_graphql_cost_points',
    help: 'What operations cost, in points.',
    labelNames: ['kind'] as const,
    buckets: COST_POINTS,
    registers: [this.registry],
  });
  private readonly webhookAttempts = new Counter({
    name: 'tierbook_webhook_attempts_total',
    help: 'Attempts of this process to send a webhook, by what came of them.',
    labelNames: ['outcome'] as const,
    registers: [this.registry],
  });
  private kept: { readonly figures: Promise<OperationFigures>; readonly at: number } | null = null;

  constructor(private readonly sources: MetricSources) {
    collectDefaultMetrics({ register: this.registry });
    this.watchPools();
    this.watchBook();
  }

  /** Notes what became of an operation. */
  readonly noteOperation = ({ kind, code, cost }: OperationOutcome): void => {
    this.operations.inc({ kind, code });
    this.cost.observe({ kind }, cost);
  };

  /** Notes what came of an attempt to send a webhook. */
  readonly noteWebhook = (outcome: WebhookAttemptOutcome): void => {
    this.webhookAttempts.inc({ outcome });
  };

  /** Counts every answer of the server. */
  watch(app: FastifyInstance): void {
    app.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'unknown';
      this.requests.inc({ route, method: request.method, status: String(reply.statusCode) });
      this.latency.observe({ route }, reply.elapsedTime / 1_000);
      done();
    });
  }

  /** Everything in Prometheus' text format. */
  async text(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }

  private watchPools(): void {
    const { pools } = this.sources;
    const gauge = new Gauge({
      name: 'tierbook_database_connections',
      help: 'Connections of each pool by what they do; waiting counts callers without one.',
      labelNames: ['pool', 'state'] as const,
      registers: [this.registry],
      collect: () => {
        for (const [pool, use] of Object.entries(pools)) {
          const { total, idle, waiting } = use();
          gauge.set({ pool, state: 'busy' }, total - idle);
          gauge.set({ pool, state: 'idle' }, idle);
          gauge.set({ pool, state: 'waiting' }, waiting);
        }
      },
    });
  }

  private watchBook(): void {
    const accounts = new Gauge({
      name: 'tierbook_accounts',
      help: 'Accounts that are not churned, by their effective tier.',
      labelNames: ['tier'] as const,
      registers: [this.registry],
      collect: async () => {
        const figures = await this.figures();
        accounts.reset();
        for (const row of figures?.accounts ?? []) accounts.set({ tier: row.tier ?? 'none' }, row.accounts);
      },
    });
    const behind = new Gauge({
      name: 'tierbook_daily_run_lag_days',
      help: 'Days that the scheduled work is behind; absent before its first run.',
      labelNames: [] as const,
      registers: [this.registry],
      collect: async () => {
        const days = (await this.figures())?.daysBehind ?? null;
        if (days === null) behind.remove();
        else behind.set(days);
      },
    });
    const jobs = new Gauge({
      name: 'tierbook_queue_jobs',
      help: 'Jobs that wait or run.',
      labelNames: ['state'] as const,
      registers: [this.registry],
      collect: async () => {
        const figures = await this.figures();
        jobs.reset();
        for (const row of figures?.jobs ?? []) jobs.set({ state: row.state }, row.jobs);
      },
    });
    const webhooks = new Gauge({
      name: 'tierbook_webhook_deliveries',
      help: 'Webhooks that wait or are being sent (PENDING), and those that were given up (DEAD).',
      labelNames: ['status'] as const,
      registers: [this.registry],
      collect: async () => {
        const figures = await this.figures();
        webhooks.reset();
        for (const row of figures?.webhooks ?? []) webhooks.set({ status: row.status }, row.deliveries);
      },
    });
  }

  /** Null while the database does not answer: the other figures matter all the more then. */
  private async figures(): Promise<OperationFigures | null> {
    const now = Date.now();
    if (this.kept === null || now - this.kept.at >= FIGURES_ARE_KEPT_MS) {
      this.kept = { figures: this.sources.figures(), at: now };
    }
    try {
      return await this.kept.figures;
    } catch (error) {
      this.kept = null;
      this.sources.logger.warn({ err: error }, 'the figures of the book could not be read');
      return null;
    }
  }
}
