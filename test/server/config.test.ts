import { ConfigError, describeConfig, readConfig } from '../../src/server/config';

const FULL = {
  DATABASE_URL: 'postgres://tierbook:hunter2@db.example:5432/tierbook',
  DATABASE_REPLICA_URLS: 'postgres://u:hunter3@r1/tierbook, postgresql://r2:6000/tierbook',
  TIERBOOK_DATA_DIR: '/var/lib/tierbook',
  TIERBOOK_DEMO: '0',
  PORT: '8080',
  HOST: '0.0.0.0',
  BOOTSTRAP_ADMIN_TOKEN: 'sixteen-chars-ok',
  OIDC_ISSUER: 'https://login.example/realm',
  OIDC_AUDIENCE: 'tierbook',
  TRUSTED_DOCUMENTS: '/etc/tierbook/documents.json',
  TRUSTED_DOCUMENTS_ONLY: '1',
  BASE_CURRENCY: 'EUR',
  BUSINESS_TIME_ZONE: 'Europe/Berlin',
  CSM_LOADED_COST: '95000',
  MAXIMUM_COST: '2000',
  THROTTLE_CAPACITY: '40000',
  THROTTLE_RESTORE_RATE: '500',
  REQUEST_TIMEOUT: '20',
  READ_CONNECTIONS: '30',
  WRITE_CONNECTIONS: '15',
  CONNECTION_QUEUE: '60',
  WEBHOOK_PRIVATE_ADDRESSES: '1',
  LOG_LEVEL: 'debug',
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('The configuration', () => {
  it('is complete with nothing set', () => {
    expect(readConfig({})).toEqual({
      databaseUrl: null,
      replicaUrls: [],
      replicaMaxLagSeconds: 10,
      dataDirectory: '.data',
      demo: null,
      host: '127.0.0.1',
      port: 4000,
      bootstrapAdminToken: null,
      oidc: null,
      trustedDocuments: null,
      trustedDocumentsOnly: false,
      baseCurrency: 'USD',
      businessTimeZone: 'UTC',
      csmLoadedCost: 120_000,
      drainNoticeSeconds: 0,
      limits: {
        maximumCost: 5_000,
        throttleCapacity: 1_000_000,
        throttleRestoreRate: 50_000,
        requestTimeout: 30,
        readConnections: 10,
        writeConnections: 10,
        connectionQueue: 500,
      },
      webhookPrivateAddresses: false,
      logLevel: 'info',
    });
  });

  it('takes every variable of the specification', () => {
    expect(readConfig(FULL)).toEqual({
      databaseUrl: FULL.DATABASE_URL,
      replicaUrls: ['postgres://u:hunter3@r1/tierbook', 'postgresql://r2:6000/tierbook'],
      replicaMaxLagSeconds: 10,
      dataDirectory: '/var/lib/tierbook',
      demo: false,
      host: '0.0.0.0',
      port: 8080,
      bootstrapAdminToken: 'sixteen-chars-ok',
      oidc: { issuer: 'https://login.example/realm', audience: 'tierbook' },
      baseCurrency: 'EUR',
      businessTimeZone: 'Europe/Berlin',
      csmLoadedCost: 95_000,
      trustedDocuments: '/etc/tierbook/documents.json',
      trustedDocumentsOnly: true,
      drainNoticeSeconds: 5,
      limits: {
        maximumCost: 2_000,
        throttleCapacity: 40_000,
        throttleRestoreRate: 500,
        requestTimeout: 20,
        readConnections: 30,
        writeConnections: 15,
        connectionQueue: 60,
      },
      webhookPrivateAddresses: true,
      logLevel: 'debug',
    });
  });

  it('takes an empty value for an absent one', () => {
    const empty = Object.fromEntries(Object.keys(FULL).map((name) => [name, ' ']));
    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  it('takes what concerns several servers', () => {
    const { replicaMaxLagSeconds, drainNoticeSeconds } = readConfig({
      DATABASE_URL: 'postgres://h/d',
      DATABASE_REPLICA_MAX_LAG_SECONDS: '30',
      DRAIN_NOTICE_SECONDS: '0',
    });
    expect({ replicaMaxLagSeconds, drainNoticeSeconds }).toEqual({
      replicaMaxLagSeconds: 30,
      drainNoticeSeconds: 0,
    });
  });

  it('does not mind the variables of others', () => {
    expect(problemsOf({ PATH: '/bin', DATABASE_URI: 'x', NODE_ENV: 'test' })).toEqual([]);
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ MAXIMUM_COST: '99' }, /^MAXIMUM_COST must be a whole number from 100 to 1000000, not "99"/],
    [{ THROTTLE_RESTORE_RATE: '0' }, /^THROTTLE_RESTORE_RATE must be a whole number from 1/],
    [{ REQUEST_TIMEOUT: '0.5' }, /^REQUEST_TIMEOUT must be a whole number from 1 to 3600/],
    [{ WRITE_CONNECTIONS: '1' }, /^WRITE_CONNECTIONS must be a whole number from 2/],
    [{ THROTTLE_CAPACITY: '4999' }, /^THROTTLE_CAPACITY must not be below MAXIMUM_COST/],
    [{ DATABASE_URL: 'localhost:5432' }, /^DATABASE_URL must be a URL such as postgres:/],
    [
      { DATABASE_REPLICA_MAX_LAG_SECONDS: '0' },
      /^DATABASE_REPLICA_MAX_LAG_SECONDS must be a whole number from 1/,
    ],
    [{ DRAIN_NOTICE_SECONDS: 'soon' }, /^DRAIN_NOTICE_SECONDS must be a whole number from 0/],
    [{ DATABASE_URL: 'mysql://localhost/x' }, /^DATABASE_URL must be a URL/],
    [{ DATABASE_URL: 'postgres://localhost' }, /^DATABASE_URL must name a database/],
    [
      { DATABASE_URL: FULL.DATABASE_URL, DATABASE_REPLICA_URLS: 'postgres://a/b,,' },
      /^DATABASE_REPLICA_URLS must be/,
    ],
    [{ DATABASE_REPLICA_URLS: 'postgres://a/b' }, /^DATABASE_REPLICA_URLS is set without DATABASE_URL/],
    [{ TIERBOOK_DEMO: 'yes' }, /^TIERBOOK_DEMO must be 0 or 1, not "yes"$/],
    [{ TIERBOOK_DATA_DIR: 'a\0b' }, /^TIERBOOK_DATA_DIR must be a path/],
    [{ PORT: '65536' }, /^PORT must be a whole number from 0 to 65535, not "65536"$/],
    [{ PORT: '-1' }, /^PORT /],
    [{ PORT: '80.5' }, /^PORT /],
    [{ PORT: '0x50' }, /^PORT /],
    [{ HOST: 'http://x' }, /^HOST must be a host name/],
    [
      { BOOTSTRAP_ADMIN_TOKEN: 'fifteen-chars-x' },
      /^BOOTSTRAP_ADMIN_TOKEN must have at least 16 characters$/,
    ],
    [{ BOOTSTRAP_ADMIN_TOKEN: 'with a space in it' }, /^BOOTSTRAP_ADMIN_TOKEN must hold printable/],
    [{ OIDC_ISSUER: 'https://x' }, /^OIDC_ISSUER and OIDC_AUDIENCE go together/],
    [{ OIDC_AUDIENCE: 'x' }, /^OIDC_ISSUER and OIDC_AUDIENCE go together/],
    [
      { OIDC_ISSUER: 'http://login.example', OIDC_AUDIENCE: 'x' },
      /^OIDC_ISSUER must be a URL that starts with https/,
    ],
    [
      { OIDC_ISSUER: 'http://10.0.0.1/realm', OIDC_AUDIENCE: 'x' },
      /^OIDC_ISSUER must be a URL that starts with https/,
    ],
    [
      { OIDC_ISSUER: 'http://localhost.example/realm', OIDC_AUDIENCE: 'x' },
      /^OIDC_ISSUER must be a URL that starts with https/,
    ],
    [
      { OIDC_ISSUER: 'https://me:hunter2@login.example', OIDC_AUDIENCE: 'x' },
      /^OIDC_ISSUER must be a URL without user, query and fragment$/,
    ],
    [
      { OIDC_ISSUER: 'https://login.example/?realm=a', OIDC_AUDIENCE: 'x' },
      /^OIDC_ISSUER must be a URL without user, query and fragment$/,
    ],
    [{ TRUSTED_DOCUMENTS: 'a\0b' }, /^TRUSTED_DOCUMENTS must be a path of a file$/],
    [
      { TRUSTED_DOCUMENTS_ONLY: 'yes', OIDC_ISSUER: 'https://x', OIDC_AUDIENCE: 'x' },
      /^TRUSTED_DOCUMENTS_ONLY must be 0 or 1, not "yes"$/,
    ],
    [
      { TRUSTED_DOCUMENTS_ONLY: '1' },
      /^TRUSTED_DOCUMENTS_ONLY is about people, and without OIDC_ISSUER there are none/,
    ],
    [
      { BASE_CURRENCY: 'EURO' },
      /^BASE_CURRENCY must be a currency code of ISO 4217, such as USD, not "EURO"$/,
    ],
    [{ BASE_CURRENCY: 'usd' }, /^BASE_CURRENCY /],
    [{ BUSINESS_TIME_ZONE: 'Berlin' }, /^BUSINESS_TIME_ZONE must be a time zone of the IANA database/],
    [{ BUSINESS_TIME_ZONE: '+01:00' }, /^BUSINESS_TIME_ZONE /],
    [{ CSM_LOADED_COST: '120k' }, /^CSM_LOADED_COST must be a whole number/],
    [{ CSM_LOADED_COST: '-5' }, /^CSM_LOADED_COST /],
    [{ WEBHOOK_PRIVATE_ADDRESSES: 'yes' }, /^WEBHOOK_PRIVATE_ADDRESSES must be 0 or 1, not "yes"$/],
    [{ LOG_LEVEL: 'verbose' }, /^LOG_LEVEL must be one of fatal, error/],
    [{ TIERBOOK_DATADIR: 'x' }, /^TIERBOOK_DATADIR is not a setting of Tierbook/],
    [{ TIERBOOK_PORT: '' }, /^TIERBOOK_PORT is not a setting of Tierbook/],
  ])('refuses %p in one line', (env, line) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(line);
    expect(problems[0]).not.toContain('\n');
  });

  it.each(['http://localhost:8080/realm', 'http://127.0.0.1:9/realm', 'http://[::1]:9/realm'])(
    'takes the issuer %p of this machine without https',
    (issuer) => {
      expect(readConfig({ OIDC_ISSUER: issuer, OIDC_AUDIENCE: 'x' }).oidc).toEqual({ issuer, audience: 'x' });
    },
  );

  it('names every problem at once', () => {
    const problems = problemsOf({ PORT: 'x', LOG_LEVEL: 'x', TIERBOOK_X: '1', TIERBOOK_A: '1' });
    expect(problems.map((line) => line.split(' ')[0])).toEqual([
      'PORT',
      'LOG_LEVEL',
      'TIERBOOK_A',
      'TIERBOOK_X',
    ]);
  });

  it('never repeats a secret, neither in problems nor in logs', () => {
    const problems = problemsOf({ DATABASE_URL: 'mysql://u:hunter2@x/y', BOOTSTRAP_ADMIN_TOKEN: 'hunter2' });
    expect(problems).toHaveLength(2);
    expect(problems.join()).not.toContain('hunter2');
    const described = JSON.stringify(describeConfig(readConfig(FULL)));
    expect(described).not.toMatch(/hunter|sixteen-chars-ok/);
    expect(described).toContain('postgres://db.example:5432/tierbook');
    expect(describeConfig(readConfig({}))).toMatchObject({
      database: 'embedded',
      bootstrapAdminToken: 'absent',
    });
  });
});
