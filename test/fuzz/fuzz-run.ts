import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type GraphQLSchema } from 'graphql';
import { type Known, RandomOperations } from './random-operation';

export interface FuzzTarget {
  /** http://127.0.0.1:port/graphql */
  readonly url: string;
  readonly token: string;
  /** Bytes that the server holds after its garbage is collected; absent where nobody can tell. */
  readonly heap?: () => Promise<number>;
}

export interface FuzzOptions {
  readonly operations: number;
  readonly seed: number;
  /** Told now and then how many are done. */
  readonly progress?: (done: number, heap: number | null) => void;
}

export interface FuzzOutcome {
  readonly statuses: Readonly<Record<string, number>>;
  readonly codes: Readonly<Record<string, number>>;
  /** What went wrong, and with which operation. */
  readonly faults: readonly Fault[];
  /** Bytes at several moments. */
  readonly heaps: readonly number[];
  readonly seconds: number;
}

export interface Fault {
  readonly what: string;
  readonly query: string;
  readonly variables: string;
  readonly answer: string;
}

/** Few enough that hardly anything is refused for want of room: plans are made one at a time. */
const AT_ONCE = 6;
/** How often an operation that is told to come again does so. */
const MOST_TRIES = 30;
const HEAPS = 20;
const MOST_FAULTS = 25;
const MOST_KNOWN = 64;

/** What no message may hold: SQL, the database's own words, places in the program, names of columns and tables. */
const LEAKS =
  /\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|JOIN|LATERAL)\b|relation "|column "|syntax error at|violates|pg_|node_modules|\/(src|dist|work|home)\/|\.[jt]s:\d|\n\s+at |duplicate key|invalid input syntax|invalid byte sequence|TypeError|Cannot read prop|\b[a-z]{2,}_[a-z]+\b/;

/** Sends random operations and looks at every answer. */
export async function fuzz(
  schema: GraphQLSchema,
  target: FuzzTarget,
  options: FuzzOptions,
): Promise<FuzzOutcome> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const known: Known = { ids: ['QWNjb3VudDox'], cursors: ['x'], externalIds: ['ACC-1'] };
  const statuses: Record<string, number> = {};
  const codes: Record<string, number> = {};
  const faults: Fault[] = [];
  const heaps: number[] = [];
  const begun = performance.now();
  const operations = new RandomOperations(schema, known, options.seed);
  const heapEvery = Math.max(1, Math.floor(options.operations / HEAPS));

  let [sent, done] = [0, 0];
  const client = async (): Promise<void> => {
    while (sent < options.operations && faults.length < MOST_FAULTS) {
      sent += 1;
      const operation = operations.next();
      const answer = await answerTo(agent, target, JSON.stringify(operation));
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      const what = faultOf(answer, codes);
      if (what !== null) {
        const { query, variables } = operation;
        faults.push({
          what,
          query,
          variables: JSON.stringify(variables),
          answer: answer.text.slice(0, 2_000),
        });
      }
      learn(known, answer.text);
      done += 1;
      if (done % heapEvery === 0) {
        const heap = (await target.heap?.()) ?? null;
        if (heap !== null) heaps.push(heap);
        options.progress?.(done, heap);
      }
    }
  };
  // Each goes on by itself, so that nobody waits for a slow one.
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  agent.destroy();
  return { statuses, codes, faults, heaps, seconds: (performance.now() - begun) / 1_000 };
}

/** The answer, once there is room for the operation. */
async function answerTo(agent: Agent, target: FuzzTarget, body: string): Promise<Answer> {
  let answer = await post(agent, target, body);
  for (let tries = 1; tries < MOST_TRIES && comesAgain(answer); tries += 1) {
    await pause(answer.retryAfter * 1_000);
    answer = await post(agent, target, body);
  }
  return answer;
}

/** Whether the server has no room now, and says when to come again. */
function comesAgain({ status, retryAfter, text }: Answer): boolean {
  return status === 503 && retryAfter > 0 && text.includes('"OVERLOADED"');
}

interface Answer {
  readonly status: number;
  /** Seconds; 0 where the server names none. */
  readonly retryAfter: number;
  readonly type: string;
  readonly text: string;
}

function post(agent: Agent, { url, token }: FuzzTarget, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: Number(response.headers['retry-after'] ?? 0),
          type: response.headers['content-type'] ?? '',
          text: Buffer.concat(chunks).toString('utf8'),
        });
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function faultOf({ status, type, text }: Answer, codes: Record<string, number>): string | null {
  if (status >= 500) return `status ${String(status)}`;
  if (!/^application\/(graphql-response\+)?json/.test(type)) return `content type ${type}`;
  let answer: { data?: unknown; errors?: { message: string; extensions?: { code?: string } }[] };
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    return 'no JSON';
  }
  for (const { extensions } of answer.errors ?? []) {
    const code = extensions?.code ?? 'without a code';
    codes[code] = (codes[code] ?? 0) + 1;
    if (code === 'INTERNAL_SERVER_ERROR' || code === 'without a code') return `an error ${code}`;
  }
  const leak = messagesIn(answer).find((message) => LEAKS.test(message));
  return leak === undefined ? null : `a message that tells too much: ${leak}`;
}

/** The messages of errors and of refusals, wherever they are. */
function messagesIn(answer: { data?: unknown; errors?: { message: string }[] }): string[] {
  const found = (answer.errors ?? []).map(({ message }) => message);
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    else if (typeof value === 'object' && value !== null) {
      const { code, message } = value as { code?: unknown; message?: unknown };
      if (typeof code === 'string' && typeof message === 'string') found.push(message);
      Object.values(value).forEach(look);
    }
  };
  look(answer.data);
  // What a message quotes is what was sent.
  return found.map((message) => message.replace(/"(?:[^"\\]|\\.)*"/g, '""'));
}

/** Remembers what the server has told, so that the next operations reach it. */
function learn(known: Known, text: string): void {
  const keep = (list: string[], pattern: RegExp): void => {
    for (const [, value = ''] of text.matchAll(pattern)) {
      if (list.includes(value)) continue;
      list.push(value);
      if (list.length > MOST_KNOWN) list.shift();
    }
  };
  keep(known.ids, /"id":"([A-Za-z0-9_=-]{4,60})"/g);
  keep(known.cursors, /"(?:cursor|endCursor|startCursor)":"([^"\\]{4,400})"/g);
  keep(known.externalIds, /"externalId":"([^"\\]{1,60})"/g);
}
