import { type Question, type Variables } from './question';

/** One request over HTTP. */
export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A server that answers the questions over the same data. */
export interface Contender {
  readonly name: string;
  readonly url: string;
  /** Null for a question that it does not answer. */
  requestFor(question: Question, variables: Variables): Request | null;
  /** What a body says, in the words that all contenders have in common. Throws where it is an error. */
  read(question: Question, body: unknown): unknown;
  stop(): Promise<void>;
}

/** Asks once, beside the load. Throws where there is no answer. */
export async function ask(contender: Contender, question: Question, variables: Variables): Promise<unknown> {
  const request = contender.requestFor(question, variables);
  if (request === null) throw new Error(`${contender.name} does not answer ${question}`);
  const { method, path, headers, body } = request;
  const response = await fetch(`${contender.url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`status ${response.status}: ${text.slice(0, 500)}`);
  return contender.read(question, JSON.parse(text));
}
