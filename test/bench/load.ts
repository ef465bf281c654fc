import { type Request } from './contender';

/** What a server is pressed with. */
export interface Pressure {
  readonly url: string;
  /** Asked in turn; each once where they are writes. */
  readonly requests: readonly Request[];
  readonly connections: number;
  /** How long; null: until each request was sent once. */
  readonly seconds: number | null;
}

export interface Pressed {
  readonly perSecond: number;
  /** Milliseconds of each answer. */
  readonly times: readonly number[];
  /** Answers that were none; 0 or what is measured does not count. */
  readonly failures: number;
}

/** Keeps every connection busy with one request after another. */
export type Load = (pressure: Pressure) => Promise<Pressed>;

/** Whether an answer of status 200 says that something went wrong. */
export function isRefusal(body: string): boolean {
  return body.includes('"errors":') || body.includes('"userErrors":[{');
}
