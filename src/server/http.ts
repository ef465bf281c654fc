import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Actor } from '../app/actor';
import { jitPlugin } from '../graphql/jit';
import { DOCUMENT_LIMITS, DocumentGate } from '../graphql/limits';
import { ErrorMask, type OperationLimits, operationPlugin } from '../graphql/operation-plugin';
import { SubscriptionRunner } from '../graphql/subscription-runner';
import { type BucketSize, DEFAULT_BUCKET, LeakyBuckets, type Throttle } from '../graphql/throttle';
import { bearerToken } from './authentication';
import { type ExplorerTab, registerExplorer } from './explorer';
import { DEFAULT_BODY_LIMIT, isRefusal, readBody, refusalOfHeaders, refusalOfSize } from './graphql-body';
import { answerClientError, answerError, answerNotFound, HttpError, requestIdOf } from './http-errors';
import type { Logger } from './log';
import type { Metrics } from './metrics';
import { type SocketLimits, SubscriptionSockets, UpgradableRequest } from './sockets';

export interface HttpServerParts<C extends { readonly actor: Actor; readonly requestId: string }> {
  readonly schema: GraphQLSchema;
  /** Who the token belongs to; null for one that is unknown, expired or revoked. */
  readonly authenticate: (bearerToken: string) => Promise<Actor | null>;
  readonly contextFor: (actor: Actor, requestId: string) => C;
  readonly ready: () => Promise<{ ready: boolean; checks: Record<string, string> }>;
  readonly metrics: Metrics;
  readonly explorerTabs: readonly ExplorerTab[];
  readonly logger: Logger;
  readonly maximumCost?: number;
  /** Bytes of a request's body. */
  readonly bodyLimit?: number;
  /** The size of each actor's bucket, or a throttle of one's own. */
  readonly throttle?: BucketSize | Throttle;
  /** Limits of WebSockets that are not the usual ones. */
  readonly sockets?: Partial<SocketLimits> | undefined;
}

const REQUEST_TIMEOUT_MS = 60_000;
const DRAIN_TIMEOUT_MS = 10_000;

/**
 * The server behind its port: health, explorer, and GraphQL for whoever has a token. It does not listen yet.
 * `close()` takes no new requests, lets running ones finish for up to 10 s, then stops Apollo.
 */
export async function createHttpServer<C extends { readonly actor: Actor; readonly requestId: string }>(
  parts: HttpServerParts<C>,
): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = parts.logger;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: parts.bodyLimit ?? DEFAULT_BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    exposeHeadRoutes: false,
    http: { IncomingMessage: UpgradableRequest },
    genReqId: requestIdOf,
    clientErrorHandler: answerClientError,
    frameworkErrors: answerError,
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    logResponse(request, reply);
    done();
  });

  parts.metrics.watch(app);
  registerHealth(app, parts);
  registerMetrics(app, parts);
  registerExplorer(app, parts.explorerTabs);
  await registerGraphQL(app, parts);
  drainOnClose(app);
  return app;
}

function registerHealth(app: FastifyInstance, parts: Pick<HttpServerParts<never>, 'ready' | 'logger'>): void {
  app.get('/healthz', (_request, reply) => {
    void reply.send({ status: 'ok' });
  });
  app.get('/readyz', async (request, reply) => {
    const state = await parts.ready().catch((error: unknown) => {
      request.log.error({ err: error }, 'the readiness check failed');
      return { ready: false, checks: { readiness: 'failed' } };
    });
    return reply
      .code(state.ready ? 200 : 503)
      .send({ status: state.ready ? 'ready' : 'not ready', checks: state.checks });
  });
}

/** What the server measures tells of the book, too, so it needs a token as everything else does. */
function registerMetrics(
  app: FastifyInstance,
  { authenticate, metrics }: Pick<HttpServerParts<never>, 'authenticate' | 'metrics'>,
): void {
  const onRequest = async (request: FastifyRequest): Promise<void> => {
    await actorOf(request, authenticate);
  };
  app.get('/metrics', { onRequest }, async (_request, reply) => {
    const { body, contentType } = await metrics.text();
    return reply.type(contentType).send(body);
  });
}

/** Whose request it is. Throws 401. */
async function actorOf(
  request: FastifyRequest,
  authenticate: HttpServerParts<never>['authenticate'],
): Promise<Actor> {
  const token = bearerToken(request.headers.authorization);
  const actor = token === null ? null : await authenticate(token);
  if (!actor) throw unauthenticated(token !== null);
  return actor;
}

async function registerGraphQL<C extends { readonly actor: Actor; readonly requestId: string }>(
  app: FastifyInstance,
  parts: HttpServerParts<C>,
): Promise<void> {
  const gate = new DocumentGate();
  const mask = maskOf(parts.logger);
  const limits = {
    throttle: throttleOf(parts.throttle),
    maximumCost: parts.maximumCost,
    refusalOfSize,
    noteOperation: parts.metrics.noteOperation,
  };
  const apollo = await startApollo(parts, mask, limits);
  const sockets = new SubscriptionSockets({
    ...parts,
    runner: new SubscriptionRunner<C>(parts.schema, gate, mask, limits),
    noteDelivery: parts.metrics.noteDelivery,
    limits: parts.sockets,
  });
  sockets.serve(app);
  parts.metrics.watchSockets(() => sockets.use());
  const actors = new WeakMap<FastifyRequest, Actor>();

  const refuseStrangers = async (request: FastifyRequest): Promise<void> => {
    actors.set(request, await actorOf(request, parts.authenticate));
    refuseByHead(request);
  };

  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<string> => {
    const actor = actors.get(request);
    if (!actor) throw unauthenticated(false);
    const search = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
    const query = request.method === 'GET' ? new URLSearchParams(search).get('query') : queryOf(request.body);
    const refusal = typeof query === 'string' ? gate.refusalOf(query) : null;
    if (refusal) throw new HttpError(400, refusal.message, 'QUERY_TOO_COMPLEX');
    const context = parts.contextFor(actor, request.id);
    const { body, headers, status } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method, headers: headerMap(request), search, body: request.body },
      context: () => Promise.resolve(context),
    });
    for (const [name, value] of headers) void reply.header(name, value);
    void reply.code(status ?? 200);
    // Nothing here is delivered in increments.
    return body.kind === 'complete' ? body.string : '';
  };

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => {
      const body = readBody(bytes as Buffer);
      if (isRefusal(body)) done(new HttpError(body.status, body.message));
      else done(null, body);
    });
    scope.all('/graphql', { onRequest: refuseStrangers }, answer);
    await Promise.resolve();
  });
  app.addHook('onClose', () => apollo.stop());
}

async function startApollo<C extends { readonly actor: Actor; readonly requestId: string }>(
  parts: HttpServerParts<C>,
  mask: ErrorMask,
  limits: OperationLimits,
): Promise<ApolloServer<C>> {
  const plugins: ApolloServerPlugin<C>[] = [
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginInlineTraceDisabled(),
    ApolloServerPluginLandingPageDisabled(),
    ApolloServerPluginSchemaReportingDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
    operationPlugin<C>(parts.schema, mask, limits),
    jitPlugin<C>(parts.schema, mask),
  ];
  const apollo = new ApolloServer<C>({
    schema: parts.schema,
    plugins,
    introspection: true,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: mask.format,
    parseOptions: { maxLexicalTokens: DOCUMENT_LIMITS.tokens },
    nodeEnv: 'production',
    logger: parts.logger,
  });
  await apollo.start();
  return apollo;
}

function maskOf(logger: Logger): ErrorMask {
  return new ErrorMask((error, requestId) => {
    logger.error(
      { err: error.originalError ?? error, path: error.path, reqId: requestId },
      'a resolver failed',
    );
  });
}

function throttleOf(given: BucketSize | Throttle | undefined): Throttle {
  return given && 'take' in given ? given : new LeakyBuckets(given ?? DEFAULT_BUCKET);
}

function refuseByHead(request: FastifyRequest): void {
  if (request.method !== 'GET' && request.method !== 'POST') {
    throw new HttpError(405, 'use POST, or GET for queries', 'BAD_REQUEST', { allow: 'GET, POST' });
  }
  const refusal = request.method === 'POST' ? refusalOfHeaders(request.headers) : null;
  if (refusal) throw new HttpError(refusal.status, refusal.message);
}

function queryOf(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) throw new HttpError(400, 'the body needs a query');
  return 'query' in body ? body.query : undefined;
}

function unauthenticated(hadToken: boolean): HttpError {
  const message = hadToken ? 'the token is not valid (any more)' : 'send a token: authorization: Bearer ...';
  const challenge = `Bearer realm="tierbook"${hadToken ? ', error="invalid_token"' : ''}`;
  return new HttpError(401, message, 'UNAUTHENTICATED', { 'www-authenticate': challenge });
}

function headerMap(request: FastifyRequest): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

// The path only: the query string may hold variables.
function logResponse(request: FastifyRequest, reply: FastifyReply): void {
  const isProbe = ['/healthz', '/readyz', '/metrics'].includes(request.url);
  const level = isProbe ? 'debug' : 'info';
  const [path] = request.url.split('?', 1);
  request.log[level](
    { method: request.method, path, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 },
    'answered',
  );
}

// Node closes the connections that are idle when the closing begins, not those that become idle during it.
function drainOnClose(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    const timer = setTimeout(() => {
      app.server.closeAllConnections();
    }, DRAIN_TIMEOUT_MS);
    app.server.once('close', () => {
      clearTimeout(timer);
    });
    done();
  });
  app.addHook('onResponse', (_request, _reply, done) => {
    if (closing)
      setImmediate(() => {
        app.server.closeIdleConnections();
      });
    done();
  });
}
