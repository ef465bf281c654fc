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
import { readRequest } from './document-request';
import { parseWalPosition, type WalPosition } from '../persistence/replicas/wal-position';
import { type WorkScope } from '../persistence/work-scope';
import { type Presume } from './authentication';
import { actorOf, type Caller, presumedCaller, toldOnceConfirmed, unauthenticated } from './caller';
import { type ExplorerTab, registerExplorer } from './explorer';
import type { ExportTables } from './export-tables';
import { registerExports } from './exports';
import { DEFAULT_BODY_LIMIT, isRefusal, readBody, refusalOfHeaders, refusalOfSize } from './graphql-body';
import { answerClientError, answerError, answerNotFound, HttpError, requestIdOf } from './http-errors';
import type { Logger } from './log';
import type { Metrics } from './metrics';
import { RequestBounds } from './request-bounds';
import { type SocketLimits, SubscriptionSockets, UpgradableRequest } from './sockets';
import { TrustedDocuments } from './trusted-documents';

/** What a request says about where it may read. */
export interface ReadWish {
  /** Its document holds a mutation. */
  readonly writes: boolean;
  /** What the client has changed before, from the header of an earlier answer; null where it says nothing. */
  readonly after: WalPosition | null;
}

/** Where events are read: a replica may not know them yet. */
const ON_PRIMARY: ReadWish = { writes: true, after: null };

export interface HttpServerParts<C extends { readonly actor: Actor; readonly requestId: string }> {
  readonly schema: GraphQLSchema;
  /** Who the token belongs to; null for one that is unknown, expired or revoked. */
  readonly authenticate: (bearerToken: string) => Promise<Actor | null>;
  /** Whose token it seems to be, while that is looked up; none is presumed to be anybody's if left out. */
  readonly presume?: Presume;
  /** What resolvers get; `scope` is the time of the request, null for what lives longer than one. */
  readonly contextFor: (actor: Actor, requestId: string, wish: ReadWish, scope: WorkScope | null) => C;
  /** Told when a document with mutations has run; gives what the client may send with later requests, or null. */
  readonly wrote?: (actor: Actor) => Promise<string | null>;
  /** Whether the server is about to close, so that clients should come back by another connection. */
  readonly isDraining?: () => boolean;
  readonly ready: () => Promise<{ ready: boolean; checks: Record<string, string> }>;
  readonly metrics: Metrics;
  readonly explorerTabs: readonly ExplorerTab[];
  /** What can be asked for by its id; nothing if left out. */
  readonly documents?: TrustedDocuments;
  /** What can be exported; nothing, if absent. */
  readonly exports?: ExportTables;
  readonly logger: Logger;
  readonly maximumCost?: number | undefined;
  /** Milliseconds from a request to its answer; what works through the whole book may take ten times as long. */
  readonly timeLimit?: number | undefined;
  /** Bytes of a request's body. */
  readonly bodyLimit?: number;
  /** The size of each actor's bucket, or a throttle of one's own. */
  readonly throttle?: BucketSize | Throttle;
  /** Limits of WebSockets that are not the usual ones. */
  readonly sockets?: Partial<SocketLimits> | undefined;
}

/** How long a request may take to arrive. */
const REQUEST_TIMEOUT_MS = 60_000;
const DRAIN_TIMEOUT_MS = 10_000;
/** Carries up to where a client has changed something, so that replicas answer it only once they know that. */
const SESSION_HEADER = 'x-tierbook-session';
/** Whoever writes a mutation has to write this word; whoever only mentions it reads from the primary, too. */
const MUTATION = /\bmutation\b/;

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
      ...(parts.isDraining?.() === true ? { connection: 'close' } : {}),
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
  const throttle = throttleOf(parts.throttle);
  registerExports(app, { ...parts, throttle, actorOf: (request) => actorOf(request, parts.authenticate) });
  await registerGraphQL(app, { ...parts, throttle });
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

interface Answer {
  /** Who it is for. */
  readonly actor: Actor;
  readonly body: string;
  readonly headers: HeaderMap;
  readonly status: number;
}

async function registerGraphQL<C extends { readonly actor: Actor; readonly requestId: string }>(
  app: FastifyInstance,
  parts: HttpServerParts<C> & { readonly throttle: Throttle },
): Promise<void> {
  const gate = new DocumentGate();
  const documents = parts.documents ?? new TrustedDocuments([]);
  const bounds = new RequestBounds(parts.timeLimit);
  const mask = maskOf(parts.logger);
  const limits = {
    throttle: parts.throttle,
    maximumCost: parts.maximumCost,
    refusalOfSize,
    noteOperation: parts.metrics.noteOperation,
    noteStart: bounds.noteStart,
  };
  const apollo = await startApollo(parts, mask, limits);
  const sockets = new SubscriptionSockets({
    ...parts,
    contextFor: (actor, requestId) => parts.contextFor(actor, requestId, ON_PRIMARY, null),
    mayAsk: (query, actor) => void documents.find(undefined, query, actor),
    runner: new SubscriptionRunner<C>(parts.schema, gate, mask, limits),
    noteDelivery: parts.metrics.noteDelivery,
    limits: parts.sockets,
  });
  sockets.serve(app);
  parts.metrics.watchSockets(() => sockets.use());
  const callers = new WeakMap<FastifyRequest, Caller>();

  const refuseStrangers = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const scope = bounds.begin(request, reply);
    callers.set(
      request,
      presumedCaller(request, parts.presume) ?? {
        actor: await scope.bound(actorOf(request, parts.authenticate)),
        confirmed: null,
      },
    );
    refuseByHead(request);
  };

  const answerAs = async (
    actor: Actor,
    confirmed: Caller['confirmed'],
    request: FastifyRequest,
    scope: WorkScope,
  ): Promise<Answer> => {
    const search = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
    const { method } = request;
    const read = readRequest({ method, search, body: request.body }, documents, actor);
    const refusal = read.document?.isTrusted === false ? gate.refusalOf(read.document.text) : null;
    if (refusal) throw new HttpError(400, refusal.message, 'QUERY_TOO_COMPLEX');
    const writes = MUTATION.test(read.document?.text ?? '');
    // Nobody changes anything who only seems to be somebody.
    if (writes) actor = (await confirmed) ?? actor;
    const context = parts.contextFor(actor, request.id, { writes, after: positionOf(request) }, scope);
    bounds.share(scope, context);
    const httpGraphQLRequest = { method, headers: headerMap(request), search: read.search, body: read.body };
    const { body, headers, status } = await scope.bound(
      apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: () => Promise.resolve(context) }),
    );
    const session = writes ? await parts.wrote?.(actor) : null;
    if (typeof session === 'string') headers.set(SESSION_HEADER, session);
    // Nothing here is delivered in increments.
    return { actor, body: body.kind === 'complete' ? body.string : '', headers, status: status ?? 200 };
  };

  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<string> => {
    const caller = callers.get(request);
    const scope = bounds.of(request);
    if (!caller || !scope) throw unauthenticated(false);
    const { body, headers, status } = await toldOnceConfirmed(caller, scope, (actor, confirmed) =>
      answerAs(actor, confirmed, request, scope),
    );
    for (const [name, value] of headers) void reply.header(name, value);
    void reply.code(status);
    return body;
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
  limits: OperationLimits<C>,
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

function positionOf({ headers }: FastifyRequest): WalPosition | null {
  const text = headers[SESSION_HEADER];
  if (text === undefined) return null;
  const position = typeof text === 'string' ? parseWalPosition(text) : null;
  if (position === null) throw new HttpError(400, `${SESSION_HEADER} must be what an earlier answer gave`);
  return position;
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
