import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { randomUUID } from 'node:crypto';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Interruption } from '../app/ports/interruption';
import { formatError, RETRY_AFTER_OVERLOAD, statusOfInterruption } from '../graphql/errors';

/** A refusal at the level of HTTP; its message is for the caller. */
export class HttpError extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
    readonly code = 'BAD_REQUEST',
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'HttpError';
  }
}

export const JSON_TYPE = 'application/json; charset=utf-8';

/** An answer in the shape of GraphQL's errors, which is the only one callers have to read. */
export function errorBody(code: string, message: string): string {
  return `${JSON.stringify({ errors: [{ message, extensions: { code } }] })}\n`;
}

const FASTIFY_REFUSALS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is too large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body does not have the length that content-length says',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'send content-type: application/json',
  FST_ERR_BAD_URL: 'the address is not a valid URL',
};

/** What a caller is answered in place of what was asked for. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** False where it is a fault of ours, to be logged with the request id. */
  readonly isExpected: boolean;
}

/** The answer to an error: a refusal as it is, everything else masked. */
export function errorAnswer(error: unknown, requestId: string): ErrorAnswer {
  if (error instanceof HttpError) {
    const { statusCode: status, code, message, headers } = error;
    return { status, headers, body: errorBody(code, message), isExpected: true };
  }
  if (error instanceof Interruption) {
    const { code, message } = error;
    return {
      status: statusOfInterruption(error),
      headers: code === 'OVERLOADED' ? { 'retry-after': RETRY_AFTER_OVERLOAD } : {},
      body: errorBody(code, message),
      isExpected: true,
    };
  }
  const { statusCode: status = 500, code = '' } = (error ?? {}) as Partial<FastifyError>;
  const known = FASTIFY_REFUSALS[code];
  if (known !== undefined || (status >= 400 && status < 500)) {
    const message = known ?? STATUS_CODES[status] ?? 'the request is refused';
    return { status, headers: {}, body: errorBody('BAD_REQUEST', message), isExpected: true };
  }
  const masked = formatError({ message: '' }, null, requestId);
  const body = errorBody('INTERNAL_SERVER_ERROR', masked.message);
  return { status: 500, headers: {}, body, isExpected: false };
}

/** Answers every error of a route as JSON. */
export function answerError(
  error: FastifyError | HttpError | Interruption,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { status, headers, body, isExpected } = errorAnswer(error, request.id);
  if (!isExpected) request.log.error({ err: error }, 'a request failed');
  void reply.code(status).headers(headers).type(JSON_TYPE).send(body);
}

/** Writes an answer on a bare socket and ends it. */
export function endWith(
  socket: Duplex,
  { status, headers, body }: Pick<ErrorAnswer, 'status' | 'headers' | 'body'>,
): void {
  const lines = Object.entries({
    ...headers,
    'content-type': JSON_TYPE,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}

/** Answers a path or method that no route has. */
export function answerNotFound(_request: FastifyRequest, reply: FastifyReply): void {
  const message = 'there is nothing at this address; GraphQL is at /graphql';
  void reply.code(404).type(JSON_TYPE).send(errorBody('NOT_FOUND', message));
}

/** Answers what is not even HTTP, on the bare socket. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  endWith(socket, { status, headers: {}, body: errorBody('BAD_REQUEST', STATUS_CODES[status] ?? '') });
}

/** The caller's own request id where it is short and plain, otherwise a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(given) ? given : randomUUID();
}
