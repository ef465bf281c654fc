import { types } from 'node:util';
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from './config';

export type { Logger };

const SECRETS = ['authorization', 'token', 'bearerToken', 'password', 'secret', 'databaseUrl', 'cookie'];

/** The server's log: one JSON object a line, without secrets, times in ISO 8601. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    timestamp: stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => describeFailure(error) },
    redact: {
      paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.headers.${name}`]),
      censor: '[redacted]',
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

interface Failure {
  readonly type: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly column?: string;
  readonly routine?: string;
  readonly cause?: Failure;
}

const TOLD_OF_A_FAILURE = ['code', 'constraint', 'table', 'column', 'routine'] as const;
const MOST_CAUSES = 4;
/** In a URL within a message: the user and the password. */
const CREDENTIALS = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi;

/**
 * What the log tells of an error: no other field of it, since drivers put their statements, with the values in them,
 * rows and whole URLs there.
 */
function describeFailure(error: unknown, depth = 0): Failure {
  if (!types.isNativeError(error)) return { type: typeof error, message: withoutPasswords(String(error)) };
  const fields = error as unknown as Readonly<Record<string, unknown>>;
  const told = TOLD_OF_A_FAILURE.flatMap((name) => {
    const value = fields[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const cause = error.cause ?? fields.driverError;
  return {
    type: error.name,
    message: withoutPasswords(error.message),
    ...(error.stack === undefined ? {} : { stack: withoutPasswords(error.stack) }),
    ...Object.fromEntries(told),
    ...(cause === undefined || depth >= MOST_CAUSES ? {} : { cause: describeFailure(cause, depth + 1) }),
  };
}

function withoutPasswords(text: string): string {
  return text.replace(CREDENTIALS, '$1');
}
