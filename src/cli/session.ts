import { ConfigError } from '../server/config';

/** What a command has of the process it runs in. */
export interface Session {
  readonly env: NodeJS.ProcessEnv;
  /** What was asked for; everything else goes to `stderr`. */
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Aborted when the process is asked to stop; the reason is the name of the signal. */
  readonly signal: AbortSignal;
}

export const EXIT = { DONE: 0, FAILED: 1, SOME_REJECTED: 2, INTERRUPTED: 130, TERMINATED: 143 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Something is wrong with how a command was called, or with the world around it; the message says what to do. */
export class CommandError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
  }
}

export function print(stream: NodeJS.WritableStream, lines: readonly string[]): void {
  for (const line of lines) stream.write(`${line}\n`);
}

/** Says in one line what went wrong; each problem of the configuration has its own. */
export function describeError(error: unknown): string[] {
  if (error instanceof ConfigError) return [...error.problems];
  return [reasonOf(error)];
}

const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the database does not answer; check DATABASE_URL and that PostgreSQL runs',
  ENOTFOUND: 'the host of the database is not known; check DATABASE_URL',
  ETIMEDOUT: 'the database does not answer in time; check DATABASE_URL',
  '28P01': 'the database refuses the user or the password of DATABASE_URL',
  '28000': 'the database refuses the user of DATABASE_URL',
  '3D000': 'the database of DATABASE_URL does not exist; create it first',
  '57P01': 'the database ended the connection',
  '53100': 'the disk of the database is full',
};

/** The reason of a failure without line breaks; failures of the connection say what to look at. */
export function reasonOf(error: unknown): string {
  const { code, message } = innermost(error);
  const advice = code === undefined ? undefined : ADVICE[code];
  const text = [message, code].find((part) => part !== undefined && part !== '') ?? String(error);
  return (advice === undefined ? text : `${advice} (${text})`).replace(/\s+/g, ' ').trim();
}

function innermost(error: unknown): { code?: string | undefined; message?: string | undefined } {
  // Node gives one error for all the addresses of a host, without a message of its own.
  if (error instanceof AggregateError && error.message === '') return innermost(error.errors[0]);
  return error instanceof Error ? error : { message: String(error) };
}
