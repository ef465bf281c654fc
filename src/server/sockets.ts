import { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Actor } from '../app/actor';
import { codedError } from '../graphql/errors';
import type {
  Results,
  Subscriber,
  SubscriptionRequest,
  SubscriptionRunner,
} from '../graphql/subscription-runner';
import { type Authenticate, bearerToken } from './authentication';
import { endWith, errorAnswer, HttpError, requestIdOf } from './http-errors';
import type { Logger } from './log';
import { CLOSE, type Closing, SocketSession } from './socket-session';

export interface SocketLimits {
  /** Open sockets of this process. */
  readonly sockets: number;
  /** Open sockets of one actor. */
  readonly socketsOfActor: number;
  /** Subscriptions that run on one socket. */
  readonly subscriptions: number;
  /** Bytes of a message from a client. */
  readonly messageBytes: number;
  /** Bytes that wait for a client that does not read. */
  readonly bufferedBytes: number;
  /** Milliseconds within which a client has to say who it is. */
  readonly initWithin: number;
  /** Milliseconds between pings; a client that leaves two of them unanswered is gone. */
  readonly pingEvery: number;
  /** Milliseconds for which a token that was checked is trusted. */
  readonly recheckEvery: number;
  /** Milliseconds that clients have to say goodbye when the server stops. */
  readonly closeWithin: number;
}

export const SOCKET_LIMITS: SocketLimits = {
  sockets: 2_000,
  socketsOfActor: 200,
  subscriptions: 50,
  messageBytes: 128 * 1_024,
  bufferedBytes: 1_024 * 1_024,
  initWithin: 10_000,
  pingEvery: 15_000,
  recheckEvery: 3_000,
  closeWithin: 2_000,
};

/** What is open as of now. */
export interface SocketUse {
  readonly sockets: number;
  readonly subscriptions: number;
}

export interface SocketParts<C extends { readonly actor: Actor; readonly requestId: string }> {
  readonly runner: SubscriptionRunner<C>;
  readonly authenticate: Authenticate;
  readonly contextFor: (actor: Actor, requestId: string) => C;
  /** Throws where the actor may not ask for this document. */
  readonly mayAsk: (query: string, actor: Actor) => void;
  readonly noteDelivery: () => void;
  readonly logger: Logger;
  readonly limits?: Partial<SocketLimits> | undefined;
}

const PATH = '/graphql';
/** A process that is busy for a moment has not lost its clients. */
const UNANSWERED_PINGS = 2;

/**
 * Requests that ask for an upgrade to anything but a WebSocket, such as the "h2c" of Java's client, stay ordinary
 * requests; Node would take all of them for upgrades as soon as somebody listens for one.
 */
export class UpgradableRequest extends IncomingMessage {
  private asked = false;

  get upgrade(): boolean {
    return this.asked && (this.method === 'CONNECT' || isWebSocket(this));
  }

  set upgrade(asked: boolean) {
    this.asked = asked;
  }
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** What is known of a socket. */
interface Extra {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly close: (closing: Closing) => void;
  session: SocketSession | null;
  actorId: string | null;
  /** How many subscriptions run. */
  running: () => number;
  /** How many are being begun. */
  beginning: number;
}

type Protocol = ReturnType<typeof makeServer<Record<string, unknown>, Extra>>;
type ProtocolOptions = Parameters<typeof makeServer<Record<string, unknown>, Extra>>[0];

/**
 * Subscriptions over WebSockets, by the protocol graphql-transport-ws, on the server's own port. There are no cookies:
 * whoever connects shows a token, so a page of another origin gains nothing and origins are not looked at.
 */
export class SubscriptionSockets<C extends { readonly actor: Actor; readonly requestId: string }> {
  private readonly limits: SocketLimits;
  private readonly sockets: WebSocketServer;
  private readonly extras = new Map<WebSocket, Extra>();
  private readonly begun = new WeakMap<ExecutionArgs, Results>();
  private closing = false;

  constructor(private readonly parts: SocketParts<C>) {
    this.limits = { ...SOCKET_LIMITS, ...parts.limits };
    this.sockets = new WebSocketServer({
      noServer: true,
      maxPayload: this.limits.messageBytes,
      perMessageDeflate: false,
      handleProtocols: (protocols) => handleProtocols(protocols),
    });
  }

  /** Takes the upgrades of the server, and closes what is open before the server closes. */
  serve(app: FastifyInstance): void {
    const protocol = this.protocol();
    app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      this.admit(request).then(
        () => {
          this.sockets.handleUpgrade(request, socket, head, (opened) => {
            this.open(opened, request, protocol);
          });
        },
        (error: unknown) => {
          this.refuse(socket, request, error);
        },
      );
    });
    app.addHook('preClose', () => this.close());
  }

  use(): SocketUse {
    const running = [...this.extras.values()].map((extra) => extra.running());
    return { sockets: this.extras.size, subscriptions: running.reduce((sum, n) => sum + n, 0) };
  }

  /** Tells clients to connect again elsewhere; those that do not answer are cut off. */
  private async close(): Promise<void> {
    this.closing = true;
    for (const { close } of this.extras.values()) close({ code: CLOSE.RESTART, reason: 'the server stops' });
    const timer = setTimeout(() => {
      for (const socket of this.extras.keys()) socket.terminate();
    }, this.limits.closeWithin);
    await new Promise<void>((resolve) => {
      this.sockets.close(() => {
        resolve();
      });
    });
    clearTimeout(timer);
  }

  /** Throws HttpError for an upgrade that is refused. */
  private async admit(request: IncomingMessage): Promise<void> {
    if (request.url?.split('?', 1)[0] !== PATH)
      throw new HttpError(404, `WebSockets are at ${PATH}`, 'NOT_FOUND');
    if (this.closing) throw new HttpError(503, 'the server stops', 'UNAVAILABLE');
    if (this.extras.size >= this.limits.sockets)
      throw new HttpError(503, 'too many sockets are open', 'UNAVAILABLE');
    const { authorization } = request.headers;
    if (authorization === undefined) return;
    const token = bearerToken(authorization);
    if (token === null || (await this.parts.authenticate(token)) === null)
      throw new HttpError(401, 'the token is not valid (any more)', 'UNAUTHENTICATED');
  }

  private refuse(socket: Duplex, request: IncomingMessage, error: unknown): void {
    const reqId = requestIdOf(request);
    const answer = errorAnswer(error, reqId);
    if (!answer.isExpected) this.parts.logger.error({ err: error, reqId }, 'an upgrade failed');
    endWith(socket, answer);
  }

  private open(socket: WebSocket, request: IncomingMessage, protocol: Protocol): void {
    const { logger } = this.parts;
    const extra: Extra = {
      request,
      requestId: requestIdOf(request),
      close: ({ code, reason }) => {
        socket.close(code, reason.slice(0, 120));
      },
      session: null,
      actorId: null,
      running: () => 0,
      beginning: 0,
    };
    this.extras.set(socket, extra);
    // Too long a message, broken frames, a connection that is lost: `close` follows.
    socket.on('error', (error) => {
      logger.debug({ err: error, reqId: extra.requestId }, 'a socket failed');
    });
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => sendTo(socket, text),
        close: (code, reason) => {
          socket.close(code, reason);
        },
        onMessage: (take) => {
          socket.on('message', (data) => {
            if (this.isFlooded(socket)) return;
            take(textOf(data)).catch((error: unknown) => {
              logger.error({ err: error, reqId: extra.requestId }, 'a message on a socket failed');
              socket.close(CLOSE.INTERNAL, 'Internal server error');
            });
          });
        },
      },
      extra,
    );
    socket.on('ping', () => this.isFlooded(socket));
    const stopPinging = this.ping(socket, extra);
    socket.once('close', (code, reason) => {
      stopPinging();
      this.extras.delete(socket);
      logger.info({ reqId: extra.requestId, actor: extra.actorId, code }, 'a socket was closed');
      void closed(code, String(reason));
    });
  }

  /** A client that sends and does not read would have its answers pile up. */
  private isFlooded(socket: WebSocket): boolean {
    if (socket.bufferedAmount <= this.limits.bufferedBytes) return false;
    socket.terminate();
    return true;
  }

  private ping(socket: WebSocket, extra: Extra): () => void {
    let unanswered = 0;
    socket.on('pong', () => {
      unanswered = 0;
    });
    const timer = setInterval(() => {
      if (unanswered >= UNANSWERED_PINGS) {
        socket.terminate();
        return;
      }
      unanswered += 1;
      socket.ping();
      void extra.session?.actorNow();
    }, this.limits.pingEvery);
    timer.unref();
    return () => {
      clearInterval(timer);
    };
  }

  private protocol(): Protocol {
    const { runner, noteDelivery } = this.parts;
    return makeServer<Record<string, unknown>, Extra>({
      connectionInitWaitTimeout: this.limits.initWithin,
      onConnect: (context) => this.connect(context),
      onSubscribe: async ({ extra }, _id, request) => {
        extra.beginning += 1;
        try {
          return await this.begin(request, extra);
        } finally {
          extra.beginning -= 1;
        }
      },
      subscribe: (args) => {
        const results = this.begun.get(args);
        if (results === undefined) throw new Error('a subscription runs that has not begun');
        return results;
      },
      onError: ({ extra }, _id, _payload, errors) => runner.shown(errors, extra.requestId),
      onNext: ({ extra }, _id, _payload, _args, { data = null, errors }) => {
        noteDelivery();
        return { data, ...(errors && { errors: runner.shown(errors, extra.requestId) }) };
      },
    });
  }

  /** Whether the client may stay; says why not. */
  private async connect(context: Parameters<NonNullable<ProtocolOptions['onConnect']>>[0]): Promise<boolean> {
    const { connectionParams: params = {}, extra } = context;
    const given = params.authorization ?? params.Authorization ?? extra.request.headers.authorization;
    const token = bearerToken(given);
    if (token === null) {
      const reason = 'send a token: connection_init with { "authorization": "Bearer ..." }';
      extra.close({ code: CLOSE.UNAUTHORIZED, reason });
      return false;
    }
    const session = new SocketSession(token, this.parts.authenticate, this.limits.recheckEvery, extra.close);
    const actor = await session.actorNow();
    if (actor === null) return false;
    const own = [...this.extras.values()].filter(({ actorId }) => actorId === actor.id);
    if (own.length >= this.limits.socketsOfActor) {
      extra.close({ code: CLOSE.TOO_MANY, reason: `at most ${this.limits.socketsOfActor} sockets at once` });
      return false;
    }
    Object.assign(extra, { session, actorId: actor.id });
    extra.running = () => Object.keys(context.subscriptions).length;
    return true;
  }

  private async begin(
    { query, operationName, variables }: SubscriptionRequest,
    { session, requestId, running, beginning }: Extra,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const most = this.limits.subscriptions;
    // What runs counts what is being begun, but for what was given up meanwhile.
    if (Math.max(running(), beginning) > most)
      return [codedError('BAD_REQUEST', `at most ${most} subscriptions can run on one socket`)];
    const actor = (await session?.actorNow()) ?? null;
    if (session === null || actor === null) return [codedError('UNAUTHENTICATED', 'the token is not valid')];
    try {
      this.parts.mayAsk(query, actor);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      return [new GraphQLError(error.message, { extensions: { code: error.code } })];
    }
    const subscriber: Subscriber<C> = {
      requestId,
      actor: async () => session.actorNow(),
      contextFor: (who) => this.parts.contextFor(who, requestId),
    };
    const begun = await this.parts.runner.begin({ query, operationName, variables }, actor, subscriber);
    if (!('args' in begun)) return begun;
    this.begun.set(begun.args, begun.results);
    return begun.args;
  }
}

/** Answers as soon as the text has left this process, so that whoever waits goes at the pace of the client. */
function sendTo(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) {
      resolve();
      return;
    }
    // Where that fails, `close` follows.
    socket.send(text, () => {
      resolve();
    });
  });
}

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : '';
}
