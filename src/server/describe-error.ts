import { ConfigError } from './config';

/** Says in one line what went wrong; each problem of the configuration has its own. */
export function describeError(error: unknown): string[] {
  if (error instanceof ConfigError) return [...error.problems];
  return [reasonOf(error)];
}

const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; stop what uses it, or set PORT',
  EADDRNOTAVAIL: 'this machine has no such address; check HOST',
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
