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
  BASE_CURRENCY: 'EUR',
  BUSINESS_TIME_ZONE: 'Europe/Berlin',
  CSM_LOADED_COST: '95000',
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
      dataDirectory: '.data',
      demo: null,
      host: '127.0.0.1',
      port: 4000,
      bootstrapAdminToken: null,
      oidc: null,
      baseCurrency: 'USD',
      businessTimeZone: 'UTC',
      csmLoadedCost: 120_000,
      webhookPrivateAddresses: false,
      logLevel: 'info',
    });
  });

  it('takes every variable of the specification', () => {
    expect(readConfig(FULL)).toEqual({
      databaseUrl: FULL.DATABASE_URL,
      replicaUrls: ['postgres://u:hunter3@r1/tierbook', 'postgresql://r2:6000/tierbook'],
      dataDirectory: '/var/lib/tierbook',
      demo: false,
      host: '0.0.0.0',
      port: 8080,
      bootstrapAdminToken: 'sixteen-chars-ok',
      oidc: { issuer: 'https://login.example/realm', audience: 'tierbook' },
      baseCurrency: 'EUR',
      businessTimeZone: 'Europe/Berlin',
      csmLoadedCost: 95_000,
      webhookPrivateAddresses: true,
      logLevel: 'debug',
    });
  });

  it('takes an empty value for an absent one', () => {
    const empty = Object.fromEntries(Object.keys(FULL).map((name) => [name, ' ']));
    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  it('does not mind the variables of others', () => {
    expect(problemsOf({ PATH: '/bin', DATABASE_URI: 'x', NODE_ENV: 'test' })).toEqual([]);
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ DATABASE_URL: 'localhost:5432' }, /^DATABASE_URL must be a URL such as postgres:/],
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
