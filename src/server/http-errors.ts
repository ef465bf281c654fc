import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
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

/** Answers every error of a route as JSON: refusals as they are, everything else masked and logged. */
export function answerError(
  error: FastifyError | HttpError | Interruption,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  if (error instanceof HttpError) {
    void reply.code(error.statusCode).headers({ ...error.headers });
    void reply.type(JSON_TYPE).send(errorBody(error.code, error.message));
    return;
  }
  if (error instanceof Interruption) {
    if (error.code === 'OVERLOADED') void reply.header('retry-after', RETRY_AFTER_OVERLOAD);
    void reply.code(statusOfInterruption(error)).type(JSON_TYPE).send(errorBody(error.code, error.message));
    return;
  }
  const status = error.statusCode ?? 500;
  const known = FASTIFY_REFUSALS[error.code];
  if (known !== undefined || (status >= 400 && status < 500)) {
    const message = known ?? STATUS_CODES[status] ?? 'the request is refused';
    void reply.code(status).type(JSON_TYPE).send(errorBody('BAD_REQUEST', message));
    return;
  }
  request.log.error({ err: error }, 'a request failed');
  const masked = formatError({ message: '' }, null, request.id);
  void reply.code(500).type(JSON_TYPE).send(errorBody('INTERNAL_SERVER_ERROR', masked.message));
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
  const reason = STATUS_CODES[status] ?? '';
  const body = errorBody('BAD_REQUEST', reason);
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
}

/** The caller's own request id where it is short and plain, otherwise a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(given) ? given : randomUUID();
}
