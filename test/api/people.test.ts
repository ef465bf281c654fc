import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, type KeyLike, SignJWT } from 'jose';
import { createLogger } from '../../src/server/log';
import { type Answer, startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { OidcProvider, type TokenChanges } from '../support/oidc-provider';

const VIEWER = '{ viewer { actorId name role csm { externalId } } }';
const DISCOVERY = '/realm/.well-known/openid-configuration';
const MINUTE = 60_000;
/** Claims that must stay between the provider and Tierbook. */
const PRIVATE = { sub: 'subject-5309', name: 'Ada Moss-Quarrel', email: 'ada.moss@secret.example' };

interface Viewer {
  readonly viewer: {
    readonly actorId: string;
    readonly name: string;
    readonly role: string;
    readonly csm: { readonly externalId: string } | null;
  };
}

describe('people who come with an access token of the identity provider', () => {
  const clock = fixedClock('2026-03-02');
  const provider = new OidcProvider(clock);
  const log = new PassThrough();
  const sent: string[] = [];
  let logs = '';
  let elapsed = 0;
  let stranger: KeyLike;
  let api: TestApi;

  beforeAll(async () => {
    log.on('data', (chunk: Buffer) => (logs += chunk.toString()));
    await provider.start();
    await provider.addKey('first');
    await provider.addKey('rsa', 'RS256');
    ({ privateKey: stranger } = await generateKeyPair('ES256'));
    api = await startApi(clock, {
      oidc: { issuer: provider.issuer, audience: provider.audience },
      elapsed: () => elapsed,
      logger: createLogger('trace', log),
    });
    await api.database.query(
      `INSERT INTO csm (external_id, name, email) VALUES ('CSM-1', 'Ada', 'Ada.Moss@secret.example'),
       ('CSM-2', 'Ben', 'both@secret.example'), ('CSM-3', 'Cy', 'BOTH@secret.example')`,
    );
  });
  afterAll(async () => {
    await api.close();
    await provider.stop();
  });
  // So that no test depends on when the one before it asked the provider.
  beforeEach(() => {
    elapsed += 61 * MINUTE;
  });

  /** Asks who one is, and looks that nothing of the token gets out. */
  async function askWith(token: string, query = VIEWER): Promise<Answer<Viewer>> {
    sent.push(token);
    const answer = await api.sendWith<Viewer>(token, query);
    if (answer.status !== 200) {
      const text = JSON.stringify([answer.errors, answer.headers]);
      for (const secret of longEnough([token, ...Object.values(PRIVATE)])) expect(text).not.toContain(secret);
    }
    return answer;
  }
  const ask = async (changes?: TokenChanges): Promise<Answer<Viewer>> =>
    askWith(await provider.token(changes));
  const outcome = async (answer: Promise<Answer<Viewer>>): Promise<[number, string]> => {
    const { status, errors } = await answer;
    return [status, errors[0]?.extensions.code ?? 'OK'];
  };

  test('are known by subject, name and role', async () => {
    const { status, data } = await ask({ claims: { ...PRIVATE, tierbook_role: 'MANAGER' } });
    expect({ status, viewer: data.viewer }).toEqual({
      status: 200,
      viewer: {
        actorId: 'person:subject-5309',
        name: 'Ada Moss-Quarrel',
        role: 'MANAGER',
        csm: null,
      },
    });
  });

  test.each<[string, Record<string, unknown>, string | null]>([
    ['by the external id', { tierbook_csm: 'CSM-2' }, 'CSM-2'],
    ['by an e-mail that was verified', { email: 'ADA.moss@secret.example', email_verified: true }, 'CSM-1'],
    ['not by one that was not', { email: 'ada.moss@secret.example' }, null],
    ['not by one that two CSMs have', { email: 'both@secret.example', email_verified: true }, null],
    ['not by one that nobody has', { email: 'no@secret.example', email_verified: true }, null],
    [
      'not by e-mail where the external id is unknown',
      { tierbook_csm: 'CSM-9', email: 'ada.moss@secret.example', email_verified: true },
      null,
    ],
    ['not by the id of the database', { tierbook_csm: '1' }, null],
  ])('are the CSM whom the provider names %s', async (_title, claims, csmExternalId) => {
    const { data } = await ask({ claims: { tierbook_role: 'CSM', ...claims } });
    expect(data.viewer).toMatchObject({
      role: 'CSM',
      csm: csmExternalId === null ? null : { externalId: csmExternalId },
    });
  });

  test('become another CSM within a minute', async () => {
    const claims = { tierbook_role: 'CSM', tierbook_csm: 'CSM-4' };
    expect((await ask({ claims })).data.viewer.csm).toBeNull();
    await api.database.query(`INSERT INTO csm (external_id, name) VALUES ('CSM-4', 'Di')`);
    expect((await ask({ claims })).data.viewer.csm).toBeNull();
    elapsed += MINUTE;
    expect((await ask({ claims })).data.viewer.csm).toEqual({ externalId: 'CSM-4' });
  });

  test('may what their role may, and are told so without their name', async () => {
    const answer = await askWith(
      await provider.token({ claims: { ...PRIVATE, tierbook_role: 'MANAGER' } }),
      'mutation { revokeApiToken(input: { id: "x" }) { userErrors { code } } }',
    );
    expect(answer.status).toBe(403);
    expect(answer.errors).toMatchObject([
      { message: 'this needs the role ADMIN or above; yours is MANAGER', extensions: { code: 'FORBIDDEN' } },
    ]);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['no role', { tierbook_role: undefined }, /gives you no role here.*tierbook_role.*tierbook:VIEWER/],
    ['roles of others', { tierbook_role: undefined, roles: ['ADMIN'] }, /gives you no role here/],
    [
      'a role that nobody knows',
      { tierbook_role: 'SUPREME-LEADER' },
      /known are VIEWER, CSM, MANAGER, ADMIN$/,
    ],
  ])('get nothing with %s', async (_title, claims, message) => {
    const { status, errors, headers } = await ask({ claims });
    expect(status).toBe(403);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(errors[0]?.message).toMatch(message);
    expect(errors[0]?.message).not.toContain('SUPREME');
    expect(headers['www-authenticate']).toContain('insufficient_scope');
  });

  test.each<[string, TokenChanges]>([
    [
      'issued a moment ahead of our clock',
      { claims: { nbf: clockSeconds() + 60, iat: clockSeconds() + 60 } },
    ],
    ['expired for less than a minute', { claims: { exp: clockSeconds() - 59 } }],
    ['for several audiences', { claims: { aud: ['other', 'tierbook-api'] } }],
    ['without a type', { header: { typ: undefined } }],
    ['of the type JWT', { header: { typ: 'JWT' } }],
    ['of the type in full', { header: { typ: 'application/at+jwt' } }],
    ['signed with RSA', { by: 'rsa' }],
    ['that names no key', { header: { kid: undefined } }],
  ])('are let in with a token %s', async (_title, changes) => {
    expect(await outcome(ask(changes))).toEqual([200, 'OK']);
  });

  test.each<[string, TokenChanges]>([
    ['for another audience', { claims: { aud: 'crm' } }],
    ['for an audience that only begins alike', { claims: { aud: 'tierbook-api.evil' } }],
    ['without an audience', { claims: { aud: undefined } }],
    ['of another issuer', { claims: { iss: 'https://login.evil.example' } }],
    ['of an issuer with one more slash', { claims: { iss: `http://127.0.0.1/realm/` } }],
    ['without an issuer', { claims: { iss: undefined } }],
    ['without a subject', { claims: { sub: undefined } }],
    ['with an empty subject', { claims: { sub: ' ' } }],
    ['with a subject that is no text', { claims: { sub: 17 } }],
    ['with a subject that no database takes', { claims: { sub: 'u\0' } }],
    ['with a subject that is too long', { claims: { sub: 'u'.repeat(256) } }],
    ['that expired a minute ago', { claims: { exp: clockSeconds() - 60 } }],
    ['that never expires', { claims: { exp: undefined } }],
    ['whose end is no moment', { claims: { exp: '2099-01-01' } }],
    ['that is not valid yet', { claims: { nbf: clockSeconds() + 61 } }],
    ['of another type', { header: { typ: 'logout+jwt' } }],
    ['whose type is no text', { header: { typ: ['at+jwt'] } }],
    ['with extensions that must be understood', { header: { crit: ['urn:x'], 'urn:x': 1 } }],
    ['that names a key of another kind', { header: { kid: 'rsa' } }],
    ['that names an unknown key', { header: { kid: 'nobody' } }],
    ['that is longer than 8,192 characters', { claims: { pad: 'x'.repeat(7_000) } }],
  ])('are not let in with a token %s', async (_title, changes) => {
    expect(await outcome(ask(changes))).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('are not let in with a token that another key signed', async () => {
    expect(await outcome(ask({ forgedWith: stranger }))).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('are not let in with a token that nobody signed, or that was signed with the public key as a secret', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const payload = part(provider.claims({ tierbook_role: 'ADMIN' }));
    const good = await provider.token();
    const signature = good.split('.')[2] ?? '';
    const unsigned = [
      `${part({ alg: 'none' })}.${payload}.`,
      `${part({ alg: 'none' })}.${payload}.${signature}`,
      `${part({ alg: 'NONE', kid: 'first' })}.${payload}.`,
      `${part({ alg: 'ES256', kid: 'first' })}.${payload}.`,
      `${part({ alg: 'ES256', kid: 'first' })}.${payload}.${signature}`,
      `${part({ alg: 'ES256', kid: 'first' })}.${payload}.${Buffer.alloc(64).toString('base64url')}`,
    ];
    for (const token of unsigned) expect(await outcome(askWith(token))).toEqual([401, 'UNAUTHENTICATED']);
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      for (const id of ['first', 'rsa']) {
        const secret = Buffer.from(provider.pemOf(id));
        const token = await new SignJWT(provider.claims({ tierbook_role: 'ADMIN' }))
          .setProtectedHeader({ alg, kid: id })
          .sign(secret);
        expect(await outcome(askWith(token))).toEqual([401, 'UNAUTHENTICATED']);
      }
    }
  });

  test('bring no keys of their own', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const before = provider.asked.length;
    for (const header of [{ jwk }, { jku: `${provider.issuer}/mine` }, { x5u: `${provider.issuer}/mine` }]) {
      expect(await outcome(ask({ header, forgedWith: privateKey }))).toEqual([401, 'UNAUTHENTICATED']);
    }
    expect(provider.asked.slice(before)).not.toContain('/realm/mine');
  });

  test('are asked about once, and not for each request', async () => {
    const before = provider.asked.length;
    await Promise.all(Array.from({ length: 5 }, () => ask()));
    await ask();
    expect(provider.asked.slice(before)).toEqual([DISCOVERY, '/realm/keys']);
  });

  test('are not what the provider is asked about where no key could make it right', async () => {
    const before = provider.asked.length;
    await askWith(`${Buffer.from('{"alg":"HS256"}').toString('base64url')}.e30.AAAA`);
    await askWith('no.token.atall');
    await ask({ header: { typ: 'dpop+jwt' } });
    expect(provider.asked.slice(before)).toEqual([]);
  });

  test('are let in by a new key without a restart, and no longer by the old one', async () => {
    expect(await outcome(ask())).toEqual([200, 'OK']);
    await provider.addKey('second');
    const old = await provider.token({ by: 'first' });
    // The provider was asked a moment ago, and anybody can invent a key.
    expect(await outcome(ask({ by: 'second' }))).toEqual([401, 'UNAUTHENTICATED']);
    elapsed += MINUTE / 2;
    expect(await outcome(ask({ by: 'second' }))).toEqual([200, 'OK']);
    expect(await outcome(askWith(old))).toEqual([200, 'OK']);
    // Two keys of one kind, and a token that names neither.
    expect(await outcome(ask({ by: 'first', header: { kid: undefined } }))).toEqual([200, 'OK']);
    expect(await outcome(ask({ by: 'second', header: { kid: undefined } }))).toEqual([200, 'OK']);
    expect(await outcome(ask({ forgedWith: stranger, header: { kid: undefined } }))).toEqual([
      401,
      'UNAUTHENTICATED',
    ]);

    provider.withdrawKey('first');
    expect(await outcome(askWith(old))).toEqual([200, 'OK']);
    elapsed += 10 * MINUTE;
    expect(await outcome(askWith(old))).toEqual([401, 'UNAUTHENTICATED']);
    expect(await outcome(ask({ by: 'second' }))).toEqual([200, 'OK']);
  });

  test('wait while the provider is down, without anybody being let in, and scripts do not', async () => {
    const token = await provider.token();
    await provider.stop();
    logs = '';
    const { status, errors, headers } = await askWith(token);
    expect(status).toBe(503);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    expect(headers['retry-after']).toBe('5');
    expect(await outcome(askWith(token))).toEqual([503, 'UNAVAILABLE']);
    // One line for operators; while the provider is left alone there is no other.
    expect(logs.match(/the identity provider cannot be asked: [^"]*/g)).toEqual([
      `the identity provider cannot be asked: ${provider.issuer}/.well-known/openid-configuration cannot be read (ECONNREFUSED)`,
    ]);
    expect((await api.send('VIEWER', VIEWER)).status).toBe(200);

    await provider.start();
    expect(await outcome(askWith(token))).toEqual([503, 'UNAVAILABLE']);
    elapsed += 5_000;
    expect(await outcome(askWith(token))).toEqual([200, 'OK']);
  });

  test('are let in by keys that are known for up to an hour of the provider being down', async () => {
    const token = await provider.token();
    expect(await outcome(askWith(token))).toEqual([200, 'OK']);
    await provider.stop();
    elapsed += 59 * MINUTE;
    expect(await outcome(askWith(token))).toEqual([200, 'OK']);
    expect(await outcome(ask({ header: { kid: 'nobody' } }))).toEqual([503, 'UNAVAILABLE']);
    elapsed += MINUTE;
    expect(await outcome(askWith(token))).toEqual([503, 'UNAVAILABLE']);
    await provider.start();
  });

  const json =
    (value: object): Parameters<typeof provider.instead.set>[1] =>
    (response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    };
  test.each<[string, string, Parameters<typeof provider.instead.set>[1], RegExp]>([
    [
      'calls itself something else',
      DISCOVERY,
      json({ issuer: 'https://x.example' }),
      /calls itself \\"https:\/\/x.example\\", and OIDC_ISSUER must be exactly that/,
    ],
    ['says nothing', DISCOVERY, json([]), /calls itself null/],
    [
      'sends its keys over plain http',
      DISCOVERY,
      (response) => {
        json({ issuer: provider.issuer, jwks_uri: 'http://keys.example/' })(response);
      },
      /no jwks_uri that starts with https/,
    ],
    [
      'sends us elsewhere',
      '/realm/keys',
      (response) => {
        response.writeHead(302, { location: `${provider.issuer}/other-keys` }).end();
      },
      /answers 302 instead of 200/,
    ],
    ['has no keys', '/realm/keys', json({ keys: 'none' }), /key set of .* is malformed/],
    ['answers a page', '/realm/keys', (response) => void response.end('<html>'), /does not answer with JSON/],
    ['fails', DISCOVERY, (response) => void response.writeHead(500).end(), /answers 500 instead of 200/],
    [
      'answers without an end',
      '/realm/keys',
      (response) => void response.end('[' + ' '.repeat(600_000)),
      /more than 524288 bytes/,
    ],
  ])('wait where the provider %s', async (_title, path, answer, line) => {
    provider.instead.set(path, answer);
    logs = '';
    expect(await outcome(ask())).toEqual([503, 'UNAVAILABLE']);
    expect(logs).toMatch(line);
    expect(provider.asked).not.toContain('/realm/other-keys');
    provider.instead.clear();
    elapsed += 5_000;
    expect(await outcome(ask())).toEqual([200, 'OK']);
  });

  test('wait where the provider publishes a key that cannot be used', async () => {
    provider.instead.set(
      '/realm/keys',
      json({ keys: [{ kty: 'EC', crv: 'P-256', kid: 'broken', x: '!', y: '!' }] }),
    );
    expect(await outcome(ask({ by: 'second', header: { kid: 'broken' } }))).toEqual([503, 'UNAVAILABLE']);
    provider.instead.clear();
  });

  test('are refused, and nothing breaks, whatever they send', async () => {
    const good = await provider.token({ claims: { tierbook_role: 'VIEWER' } });
    const base64url = fc
      .uint8Array({ maxLength: 60 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'));
    const encodedJson = fc
      .jsonValue()
      .map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'));
    const header = fc
      .record(
        {
          alg: fc.oneof(
            fc.constantFrom('ES256', 'RS256', 'none', 'HS256', 'EdDSA', 'PS512', 'ES256K'),
            fc.jsonValue(),
          ),
          kid: fc.oneof(fc.constantFrom('second', 'rsa'), fc.jsonValue()),
          typ: fc.oneof(fc.constantFrom('JWT', 'at+jwt'), fc.jsonValue()),
          crit: fc.jsonValue(),
          b64: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((value) => Buffer.from(JSON.stringify(value)).toString('base64url'));
    const dotted = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
      fc.tuple(...parts).map((texts) => texts.join('.'));
    const [goodHeader = '', goodPayload = '', goodSignature = ''] = good.split('.');
    const garbage = fc.oneof(
      fc.string({
        unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
        minLength: 1,
        maxLength: 200,
      }),
      dotted(base64url, base64url, base64url),
      dotted(header, encodedJson, base64url),
      dotted(header, fc.constant(goodPayload), fc.constant(goodSignature)),
      dotted(fc.constant(goodHeader), encodedJson, fc.constant(goodSignature)),
      dotted(fc.constant(goodHeader), fc.constant(goodPayload), base64url),
      dotted(base64url, base64url, base64url, base64url, base64url),
      fc.nat({ max: good.length - 2 }).map((length) => good.slice(0, length + 1)),
      fc.nat({ max: good.length }).map((at) => `${good.slice(0, at)}.${good.slice(at)}`),
    );
    await fc.assert(
      fc.asyncProperty(garbage, async (token) => {
        expect(await outcome(askWith(token))).toEqual([401, 'UNAUTHENTICATED']);
      }),
      { numRuns: 300 },
    );
  });

  test('are somebody or nobody, whatever the provider says of them', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('\0', '\ud800', 'ADMIN', 'CSM-1'),
    );
    const anything = fc.oneof(text, fc.jsonValue(), fc.array(text, { maxLength: 3 }));
    const claims = fc.record(
      {
        sub: anything,
        tierbook_role: fc.oneof(fc.constantFrom('VIEWER', 'ADMIN'), anything),
        roles: anything,
        tierbook_csm: anything,
        email: anything,
        email_verified: fc.oneof(fc.boolean(), anything),
        name: anything,
        preferred_username: anything,
        aud: fc.oneof(fc.constant('tierbook-api'), anything),
        exp: fc.oneof(fc.constant(clockSeconds() + 60), anything),
        nbf: anything,
        iat: anything,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(claims, async (given) => {
        const { status, data } = await ask({ claims: given });
        expect([200, 401, 403]).toContain(status);
        if (status === 200) expect(['VIEWER', 'ADMIN', 'CSM', 'MANAGER']).toContain(data.viewer.role);
      }),
      { numRuns: 300 },
    );
  });

  test('leave nothing of their tokens and claims in the log', () => {
    const texts = longEnough(sent.flatMap((token) => [token, ...token.split('.')]));
    expect(texts.length).toBeGreaterThan(300);
    expect(logs).toContain('an access token was refused');
    for (const secret of [...new Set(texts), ...Object.values(PRIVATE)]) expect(logs).not.toContain(secret);
  });
});

function clockSeconds(): number {
  return Date.parse(fixedClock('2026-03-02').now()) / 1_000;
}

/** What is shorter may well be part of another word. */
function longEnough(texts: readonly string[]): string[] {
  return texts.filter(({ length }) => length >= 12);
}
