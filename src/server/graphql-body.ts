import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { OperationTypeNode } from 'graphql';
import type { GraphQLError } from 'graphql';
import { codedError } from '../graphql/errors';

/** A refusal of a request before GraphQL sees it. */
export interface HttpRefusal {
  readonly status: number;
  readonly message: string;
}

/** Enough for a mutation with 500 accounts. */
export const DEFAULT_BODY_LIMIT = 1_000_000;
/** Characters of a document. */
export const MAX_QUERY_LENGTH = 50_000;
const MAX_BODY_OF_QUERY = 100_000;
const MAX_EXTENSIONS = 4_000;
const MAX_OPERATION_NAME = 200;
/** Bodies above this size must consist of variables for the most part. */
const SMALL_BODY = 64_000;
const BODY_KEYS: ReadonlySet<string> = new Set([
  'query',
  'documentId',
  'variables',
  'operationName',
  'extensions',
]);
const FORM_TYPES: ReadonlySet<string> = new Set([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
]);

/** Why a POST is refused by its headers alone, before its body is read; null lets it pass. */
export function refusalOfHeaders(headers: IncomingHttpHeaders): HttpRefusal | null {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return { status: 415, message: 'send the body as it is, without a content-encoding' };
  }
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (type === '' || FORM_TYPES.has(type)) {
    return {
      status: 400,
      message: 'refused as a possible cross-site request; send content-type: application/json',
    };
  }
  if (type !== 'application/json') return { status: 415, message: 'send content-type: application/json' };
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
    return { status: 415, message: 'send the body in UTF-8' };
  }
  return null;
}

type Body = Readonly<Record<string, unknown>>;

/** The parsed body of a POST, or why it is refused. */
export function readBody(bytes: Buffer): Body | HttpRefusal {
  if (!isUtf8(bytes)) return { status: 400, message: 'the body is not UTF-8' };
  const text = bytes.toString('utf8');
  let body: unknown;
  try {
    body = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    return { status: 400, message: 'the body is not JSON' };
  }
  if (Array.isArray(body))
    return { status: 400, message: 'send one operation a request; batches are not taken' };
  if (!isObject(body)) return { status: 400, message: 'the body must be a JSON object with a query' };
  const refusal = refusalOfBody(body, bytes.length);
  if (refusal) return refusal;
  sizes.set(body, bytes.length);
  return body;
}

/** Whether `readBody` refused. */
export function isRefusal(result: Body | HttpRefusal): result is HttpRefusal {
  return typeof result.status === 'number';
}

/** The body with the text of its document in the place of an identifier. */
export function withQuery(body: object, query: string): Body {
  const whole: Record<string, unknown> = { ...body, query };
  delete whole.documentId;
  sizes.set(whole, sizes.get(body) ?? 0);
  return whole;
}

// Bodies of this process that have been read, with their size in bytes.
const sizes = new WeakMap<object, number>();

/** Only mutations carry bulk. */
export function refusalOfSize(body: unknown, operation: OperationTypeNode): GraphQLError | null {
  const size = isObject(body) ? (sizes.get(body) ?? 0) : 0;
  if (operation === OperationTypeNode.MUTATION || size <= MAX_BODY_OF_QUERY) return null;
  return codedError('BAD_REQUEST', `a query may have at most ${MAX_BODY_OF_QUERY} bytes with its variables`, {
    http: { status: 413 },
  });
}

function refusalOfBody(body: Body, size: number): HttpRefusal | null {
  const unknown = Object.keys(body).find((key) => !BODY_KEYS.has(key));
  if (unknown !== undefined) {
    return { status: 400, message: `the body has the unknown key ${JSON.stringify(unknown.slice(0, 60))}` };
  }
  const { documentId = null, variables, operationName, extensions } = body;
  const query = documentId === null ? body.query : (body.query ?? null);
  if (query !== null && (typeof query !== 'string' || query.trim() === '')) {
    return { status: 400, message: 'the body needs a query, or the documentId of one' };
  }
  if (variables !== undefined && variables !== null && !isObject(variables)) {
    return { status: 400, message: 'variables must be an object' };
  }
  if (extensions !== undefined && JSON.stringify(extensions).length > MAX_EXTENSIONS) {
    return { status: 413, message: `extensions have more than ${MAX_EXTENSIONS} characters` };
  }
  if (typeof operationName === 'string' && operationName.length > MAX_OPERATION_NAME) {
    return { status: 400, message: 'the operationName is too long' };
  }
  const length = query?.length ?? 0;
  if (length > MAX_QUERY_LENGTH) {
    return { status: 413, message: `the query has more than ${MAX_QUERY_LENGTH} characters` };
  }
  // Padding: indentation and escapes make a text a few times longer than its content, not more.
  if (size > SMALL_BODY && JSON.stringify(variables ?? null).length * 6 < size - length) {
    return { status: 413, message: 'the body is large without variables that explain it' };
  }
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
