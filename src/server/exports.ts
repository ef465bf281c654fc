import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../app/actor';
import { Interruption } from '../app/ports/interruption';
import { DEFAULT_MAXIMUM_COST } from '../graphql/cost';
import { formatError, isUnexpected, statusOf } from '../graphql/errors';
import { pointsUsedUp, type Throttle } from '../graphql/throttle';
import { type ExportName, EXPORTS, type ExportTables } from './export-tables';
import { EXPORT_FORMATS, type ExportFormat, tableText } from './export-text';
import { HttpError } from './http-errors';

export interface ExportLimits {
  /** How many exports may run at once in this process; each holds one of the connections for reading. */
  readonly atOnce: number;
  /** How long a caller may take nothing of what waits for it, in milliseconds. */
  readonly patience: number;
}

export interface ExportServerParts {
  /** What can be exported; nothing, if absent. */
  readonly exports?: ExportTables;
  /** Whose request it is. Throws 401. */
  readonly actorOf: (request: FastifyRequest) => Promise<Actor>;
  readonly throttle: Throttle;
  readonly exportLimits?: ExportLimits;
}

export const EXPORT_LIMITS: ExportLimits = { atOnce: 3, patience: 60_000 };
/** An export reads the whole book, so it costs as much as the dearest query. */
export const EXPORT_COST = DEFAULT_MAXIMUM_COST;

const BUSY_SECONDS = 5;
const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/jsonl; charset=utf-8',
};

interface ExportFile {
  readonly what: ExportName;
  readonly format: ExportFormat;
}

/**
 * `GET /exports/accounts.csv` and its like: whole tables, streamed as fast as the caller takes them. What is wrong
 * before the first rows are there is answered as JSON; a failure after that breaks the connection off, so that no
 * caller takes a part for the whole.
 */
export function registerExports(
  app: FastifyInstance,
  { exports: tables, actorOf, throttle, exportLimits = EXPORT_LIMITS }: ExportServerParts,
): void {
  if (tables === undefined) return;
  const actors = new WeakMap<FastifyRequest, Actor>();
  let running = 0;

  const onRequest = async (request: FastifyRequest): Promise<void> => {
    actors.set(request, await actorOf(request));
    if (request.method !== 'GET') throw new HttpError(405, 'use GET', 'BAD_REQUEST', { allow: 'GET' });
  };

  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const actor = actors.get(request);
    if (!actor) throw new Error('a request without an actor');
    const file = fileOf((request.params as { readonly file: string }).file);
    if (file === null) throw new HttpError(404, 'there is no such export', 'NOT_FOUND');
    if (running >= exportLimits.atOnce) {
      const message = `${exportLimits.atOnce} exports run already; try again in ${BUSY_SECONDS} s`;
      throw new HttpError(503, message, 'UNAVAILABLE', { 'retry-after': String(BUSY_SECONDS) });
    }
    running += 1;
    const gone = goneSignal(reply);
    let stream: TextStream | null = null;
    try {
      await charge(throttle, actor);
      const query = await tables.query(file.what, parametersOf(request.url));
      const table = await tables.table(actor, file.what, query, gone);
      stream = await TextStream.begin(tableText(table, file.format));
    } catch (error) {
      running -= 1;
      if (!gone.aborted) throw refusalOf(error, request.id);
      // There is nobody left to tell.
      reply.hijack();
      return undefined;
    }
    stream.once('close', () => (running -= 1));
    reply.raw.once('close', () => stream.destroy());
    if (gone.aborted) stream.destroy();
    reply.raw.setTimeout(exportLimits.patience, () => reply.raw.destroy());
    const name = `tierbook-${file.what}-${tables.today()}.${file.format}`;
    void reply.header('content-disposition', `attachment; filename="${name}"`);
    return reply.type(CONTENT_TYPES[file.format]).send(stream);
  };

  app.all('/exports/:file', { onRequest }, answer);
}

function fileOf(name: string): ExportFile | null {
  for (const what of EXPORTS) {
    for (const format of EXPORT_FORMATS) if (name === `${what}.${format}`) return { what, format };
  }
  return null;
}

/** Aborted once the connection of the reply is closed, whoever has closed it. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    gone.abort();
  });
  return gone.signal;
}

/** The parameters behind the question mark. Throws 400 for one that is given twice. */
function parametersOf(url: string): Record<string, string> {
  const search = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
  const given: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of search) {
    if (name in given) {
      throw new HttpError(
        400,
        `the parameter ${JSON.stringify(name.slice(0, 60))} is given twice`,
        'BAD_USER_INPUT',
      );
    }
    given[name] = value;
  }
  return given;
}

/** Takes what an export costs from the bucket of the actor. Throws 429. */
async function charge(throttle: Throttle, actor: Actor): Promise<void> {
  const { taken, retryAfterSeconds: seconds } = await throttle.take(actor.id, EXPORT_COST);
  if (taken) return;
  throw new HttpError(429, pointsUsedUp(seconds), 'THROTTLED', { 'retry-after': String(seconds) });
}

/** The refusal as GraphQL would word it; everything unexpected as it is, to be masked and logged. */
function refusalOf(error: unknown, requestId: string): unknown {
  if (error instanceof HttpError || error instanceof Interruption || isUnexpected(error)) return error;
  const formatted = formatError({ message: '' }, error, requestId);
  const code = formatted.extensions?.code;
  return new HttpError(
    statusOf([formatted], false) ?? 400,
    formatted.message,
    typeof code === 'string' ? code : 'BAD_REQUEST',
  );
}

/** Text that is made no faster than it is taken. */
class TextStream extends Readable {
  private constructor(
    private readonly chunks: AsyncGenerator<string, void, undefined>,
    private first: string | null,
  ) {
    super();
  }

  /** Begins with the first chunk in hand, so that whatever fails at once fails here. */
  static async begin(chunks: AsyncGenerator<string, void, undefined>): Promise<TextStream> {
    const { value } = await chunks.next();
    return new TextStream(chunks, value ?? null);
  }

  override _read(): void {
    this.next().then(
      (chunk) => this.push(chunk),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.chunks.return().then(
      () => {
        done(error);
      },
      () => {
        done(error);
      },
    );
  }

  /** Null at the end. An empty chunk would be taken for a pause. */
  private async next(): Promise<string | null> {
    let chunk = this.first;
    this.first = null;
    while (chunk === null || chunk === '') {
      const { value, done } = await this.chunks.next();
      if (done === true) return null;
      chunk = value;
    }
    return chunk;
  }
}
