import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { OperationOutcome } from '../graphql/operation-plugin';
import type { WebhookAttemptOutcome } from '../jobs/webhook-dispatcher';
import type { PoolUse } from '../persistence/connections';
import type { ReplicaState } from '../persistence/replicas/replica';
import type { OperationFigures } from '../persistence/reads/operation.reads';
import type { Logger } from './log';
import type { SocketUse } from './sockets';

export interface MetricSources {
  readonly pools: Readonly<Record<string, () => PoolUse>>;
  /** Of the API's code. */
  readonly version: string;
  readonly replicas: () => readonly ReplicaState[];
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
  private readonly throttleShared = new Gauge({
    name: 'tierbook_throttle_shared',
    help: 'Whether points are counted for all processes together (1), or by this one alone since the database cannot be asked (0).',
    registers: [this.registry],
  });
  private readonly deliveries = new Counter({
    name: 'tierbook_graphql_deliveries_total',
    help: 'Answers that subscriptions have given.',
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
    const { version } = sources;
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'tierbook_build_info',
      help: '1, labelled with the versions of Tierbook and of Node that run.',
      labelNames: ['version', 'node'] as const,
      registers: [this.registry],
    }).set({ version, node: process.versions.node }, 1);
    this.throttleShared.set(1);
    this.watchPools();
    this.watchReplicas();
    this.watchBook();
  }

  /** Notes what became of an operation. */
  readonly noteOperation = ({ kind, code, cost }: OperationOutcome): void => {
    this.operations.inc({ kind, code });
    this.cost.observe({ kind }, cost);
  };

  /** Notes whether points are counted for all processes together. */
  readonly noteThrottle = (isShared: boolean): void => {
    this.throttleShared.set(isShared ? 1 : 0);
  };

  /** Notes an answer of a subscription. */
  readonly noteDelivery = (): void => {
    this.deliveries.inc();
  };

  /** Shows what is open on WebSockets. */
  watchSockets(use: () => SocketUse): void {
    for (const what of ['sockets', 'subscriptions'] as const) {
      const gauge = new Gauge({
        name: `tierbook_open_${what}`,
        help: `Open ${what === 'sockets' ? 'WebSockets' : 'subscriptions on WebSockets'} of this process.`,
        registers: [this.registry],
        collect: () => {
          gauge.set(use()[what]);
        },
      });
    }
  }

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

  private watchReplicas(): void {
    const { replicas } = this.sources;
    const each = (name: string, help: string, value: (state: ReplicaState) => number | null): void => {
      const gauge = new Gauge({
        name: `tierbook_replica_${name}`,
        help,
        labelNames: ['replica'] as const,
        registers: [this.registry],
        collect: () => {
          gauge.reset();
          for (const state of replicas()) {
            const figure = value(state);
            if (figure !== null) gauge.set({ replica: state.name }, figure);
          }
        },
      });
    };
    each('in_service', '1 while the replica may be read from, else 0.', ({ inService }) => Number(inService));
    each(
      'lag_seconds',
      'How old the oldest change is that the replica has not replayed; absent until it has said where it stands.',
      ({ lagSeconds }) => lagSeconds,
    );
    const failures = new Counter({
      name: 'tierbook_replica_failures_total',
      help: 'Questions that failed on the replica and were asked of the primary.',
      labelNames: ['replica'] as const,
      registers: [this.registry],
      collect: () => {
        failures.reset();
        for (const state of replicas()) failures.inc({ replica: state.name }, state.failures);
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
    const oldest = new Gauge({
      name: 'tierbook_queue_oldest_job_seconds',
      help: 'How long the job that is due the longest has waited; 0 where none is due.',
      labelNames: [] as const,
      registers: [this.registry],
      collect: async () => {
        const figures = await this.figures();
        if (figures === null) oldest.remove();
        else oldest.set(figures.oldestJobSeconds);
      },
    });
    const deltas = new Gauge({
      name: 'tierbook_book_deltas',
      help: 'Changes that breakdowns and loads add to the figures of the book, since nobody has added them yet.',
      labelNames: [] as const,
      registers: [this.registry],
      collect: async () => {
        const figures = await this.figures();
        if (figures === null) deltas.remove();
        else deltas.set(figures.deltas);
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
