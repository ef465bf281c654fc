const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything that a deployment decides, read once from the environment (spec section 14). */
export interface Config {
  /** Null: Tierbook runs its own PostgreSQL in the data directory. */
  readonly databaseUrl: string | null;
  readonly replicaUrls: readonly string[];
  /** A replica that is further behind the primary does not serve. */
  readonly replicaMaxLagSeconds: number;
  readonly dataDirectory: string;
  /** Whether the demo book goes into an empty embedded database; null where nobody said so. */
  readonly demo: boolean | null;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly bootstrapAdminToken: string | null;
  readonly oidc: { readonly issuer: string; readonly audience: string } | null;
  /** A JSON file of documents that may be asked for by their ids; null for none but the examples. */
  readonly trustedDocuments: string | null;
  /** Whether people may ask for known documents alone. */
  readonly trustedDocumentsOnly: boolean;
  /** ISO 4217. */
  readonly baseCurrency: string;
  /** The IANA time zone in which a business day begins. */
  readonly businessTimeZone: string;
  /** What a CSM with FTE 1.0 costs a year, in whole units of the base currency. */
  readonly csmLoadedCost: number;
  /** How long the server says that it is not ready any more before it takes no new requests. */
  readonly drainNoticeSeconds: number;
  readonly limits: Limits;
  /** Whether webhooks may go to http:// and to addresses within a network. */
  readonly webhookPrivateAddresses: boolean;
  readonly logLevel: LogLevel;
}

/** What the API lets happen at most. */
export interface Limits {
  /** Points of one operation. */
  readonly maximumCost: number;
  /** Points of an actor's bucket. */
  readonly throttleCapacity: number;
  /** Points that come back to it in a second. */
  readonly throttleRestoreRate: number;
  /** Seconds from a request to its answer. */
  readonly requestTimeout: number;
  /** Connections of this process to the database, for reads and for transactions. */
  readonly readConnections: number;
  readonly writeConnections: number;
  /** Callers that wait for a connection of either kind; whoever comes later is refused at once. */
  readonly connectionQueue: number;
}

export const DEFAULT_LIMITS: Limits = {
  maximumCost: 5_000,
  throttleCapacity: 1_000_000,
  throttleRestoreRate: 50_000,
  requestTimeout: 30,
  readConnections: 10,
  writeConnections: 10,
  connectionQueue: 500,
};

/** The environment holds values that Tierbook does not know or cannot read; the message has a line for each. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

const KNOWN_WITH_PREFIX: ReadonlySet<string> = new Set(['TIERBOOK_DATA_DIR', 'TIERBOOK_DEMO']);
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const MIN_TOKEN_LENGTH = 16;
const MAX_LOADED_COST = 1_000_000_000;
const MAX_SECONDS = 3_600;

/**
 * Reads the configuration. An empty value counts as absent.
 * Throws ConfigError with one line for every malformed value and every unknown name that starts with TIERBOOK_.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const reader = new Reader(env);
  const config: Config = {
    databaseUrl: reader.read('DATABASE_URL', databaseUrl) ?? null,
    replicaUrls:
      reader.read('DATABASE_REPLICA_URLS', (text) => text.split(',').map((url) => databaseUrl(url.trim()))) ??
      [],
    replicaMaxLagSeconds:
      reader.read('DATABASE_REPLICA_MAX_LAG_SECONDS', (text) => wholeNumber(text, 1, MAX_SECONDS)) ?? 10,
    dataDirectory: reader.read('TIERBOOK_DATA_DIR', (text) => path(text, 'directory')) ?? '.data',
    demo: reader.read('TIERBOOK_DEMO', zeroOrOne) ?? null,
    host: reader.read('HOST', host) ?? '127.0.0.1',
    port: reader.read('PORT', (text) => wholeNumber(text, 0, 65_535)) ?? 4000,
    bootstrapAdminToken: reader.read('BOOTSTRAP_ADMIN_TOKEN', token) ?? null,
    oidc: oidc(reader),
    trustedDocuments: reader.read('TRUSTED_DOCUMENTS', (text) => path(text, 'file')) ?? null,
    trustedDocumentsOnly: reader.read('TRUSTED_DOCUMENTS_ONLY', zeroOrOne) ?? false,
    baseCurrency: reader.read('BASE_CURRENCY', currency) ?? 'USD',
    businessTimeZone: reader.read('BUSINESS_TIME_ZONE', timeZone) ?? 'UTC',
    csmLoadedCost: reader.read('CSM_LOADED_COST', (text) => wholeNumber(text, 0, MAX_LOADED_COST)) ?? 120_000,
    drainNoticeSeconds:
      reader.read('DRAIN_NOTICE_SECONDS', (text) => wholeNumber(text, 0, MAX_SECONDS)) ??
      // With the embedded database nobody balances, and a Ctrl-C should not take long.
      (reader.has('DATABASE_URL') ? 5 : 0),
    limits: limits(reader),
    webhookPrivateAddresses: reader.read('WEBHOOK_PRIVATE_ADDRESSES', zeroOrOne) ?? false,
    logLevel: reader.read('LOG_LEVEL', logLevel) ?? 'info',
  };
  if (config.replicaUrls.length > 0 && config.databaseUrl === null) {
    reader.problems.push('DATABASE_REPLICA_URLS is set without DATABASE_URL; set both, or neither');
  }
  if (config.trustedDocumentsOnly && !reader.has('OIDC_ISSUER')) {
    reader.problems.push(
      'TRUSTED_DOCUMENTS_ONLY is about people, and without OIDC_ISSUER there are none; set both, or neither',
    );
  }
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith('TIERBOOK_') && !KNOWN_WITH_PREFIX.has(name),
  );
  const problems = [
    ...reader.problems,
    ...unknown
      .sort()
      .map((name) => `${name} is not a setting of Tierbook; known are ${[...KNOWN_WITH_PREFIX].join(', ')}`),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** The configuration for logs: without tokens, users and passwords. */
export function describeConfig(config: Config): Readonly<Record<string, unknown>> {
  const { databaseUrl: database, replicaUrls, bootstrapAdminToken, ...rest } = config;
  return {
    ...rest,
    database: database === null ? 'embedded' : withoutCredentials(database),
    replicas: replicaUrls.map(withoutCredentials),
    bootstrapAdminToken: bootstrapAdminToken === null ? 'absent' : 'set',
  };
}

class Reader {
  readonly problems: string[] = [];

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  has(name: string): boolean {
    return (this.env[name] ?? '').trim() !== '';
  }

  /** Parses the value if there is one; a refusal is noted under the variable's name, never with a secret value. */
  read<T>(name: string, parse: (text: string) => T): T | undefined {
    if (!this.has(name)) return undefined;
    try {
      return parse((this.env[name] ?? '').trim());
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.problems.push(`${name} ${error.message}`);
      return undefined;
    }
  }
}

class Refusal extends Error {}

function refuse(rule: string, value?: string): never {
  throw new Refusal(value === undefined ? rule : `${rule}, not ${JSON.stringify(value.slice(0, 60))}`);
}

// The value may hold a password, so no message repeats it.
function databaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')) {
    return refuse('must be a URL such as postgres://user:password@host:5432/database');
  }
  if (url.pathname.length < 2) return refuse('must name a database, as in postgres://host:5432/tierbook');
  return text;
}

function withoutCredentials(text: string): string {
  const url = new URL(text);
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function path(text: string, kind: 'directory' | 'file'): string {
  return text.includes('\0') ? refuse(`must be a path of a ${kind}`) : text;
}

function zeroOrOne(text: string): boolean {
  if (text !== '0' && text !== '1') return refuse('must be 0 or 1', text);
  return text === '1';
}

function host(text: string): string {
  return /^[A-Za-z0-9.:_-]+$/.test(text) ? text : refuse('must be a host name or an IP address', text);
}

function wholeNumber(text: string, least: number, most: number): number {
  const value = /^\d{1,12}$/.test(text) ? Number(text) : NaN;
  return value >= least && value <= most
    ? value
    : refuse(`must be a whole number from ${least} to ${most}`, text);
}

function token(text: string): string {
  if (text.length < MIN_TOKEN_LENGTH) return refuse(`must have at least ${MIN_TOKEN_LENGTH} characters`);
  return /^[\x21-\x7e]+$/.test(text)
    ? text
    : refuse('must hold printable ASCII characters without spaces only');
}

function limits(reader: Reader): Limits {
  const read = (name: string, standard: number, least: number, most: number): number =>
    reader.read(name, (text) => wholeNumber(text, least, most)) ?? standard;
  const found: Limits = {
    maximumCost: read('MAXIMUM_COST', DEFAULT_LIMITS.maximumCost, 100, 1_000_000),
    throttleCapacity: read('THROTTLE_CAPACITY', DEFAULT_LIMITS.throttleCapacity, 100, 1_000_000_000),
    throttleRestoreRate: read('THROTTLE_RESTORE_RATE', DEFAULT_LIMITS.throttleRestoreRate, 1, 100_000_000),
    requestTimeout: read('REQUEST_TIMEOUT', DEFAULT_LIMITS.requestTimeout, 1, 3_600),
    readConnections: read('READ_CONNECTIONS', DEFAULT_LIMITS.readConnections, 1, 1_000),
    writeConnections: read('WRITE_CONNECTIONS', DEFAULT_LIMITS.writeConnections, 2, 1_000),
    connectionQueue: read('CONNECTION_QUEUE', DEFAULT_LIMITS.connectionQueue, 1, 100_000),
  };
  if (found.throttleCapacity < found.maximumCost) {
    reader.problems.push(
      'THROTTLE_CAPACITY must not be below MAXIMUM_COST, or the dearest operation could never run',
    );
  }
  return found;
}

function oidc(reader: Reader): Config['oidc'] {
  const issuer = reader.read('OIDC_ISSUER', issuerUrl);
  const audience = reader.read('OIDC_AUDIENCE', (text) => text);
  if (reader.has('OIDC_ISSUER') !== reader.has('OIDC_AUDIENCE')) {
    reader.problems.push('OIDC_ISSUER and OIDC_AUDIENCE go together; set both, or neither');
  }
  return issuer !== undefined && audience !== undefined ? { issuer, audience } : null;
}

function issuerUrl(text: string): string {
  if (!isSecureUrl(text)) return refuse('must be a URL that starts with https://', text);
  const { username, password, search, hash } = new URL(text);
  return [username, password, search, hash].every((part) => part === '')
    ? text
    : refuse('must be a URL without user, query and fragment');
}

/** Whether nobody between here and there can change what is said: https, or plain http on this machine. */
export function isSecureUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

function currency(text: string): string {
  return Intl.supportedValuesOf('currency').includes(text)
    ? text
    : refuse('must be a currency code of ISO 4217, such as USD', text);
}

function timeZone(text: string): string {
  try {
    const { timeZone: known } = new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions();
    // Offsets such as +01:00 are understood by Intl, but PostgreSQL reads their sign the other way round.
    return /^[+-]/.test(known)
      ? refuse('must be a time zone of the IANA database, such as Europe/Berlin', text)
      : text;
  } catch {
    return refuse('must be a time zone of the IANA database, such as Europe/Berlin', text);
  }
}

function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  return level ?? refuse(`must be one of ${LOG_LEVELS.join(', ')}`, text);
}
