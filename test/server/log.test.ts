import { PassThrough } from 'node:stream';
import { Client } from 'pg';
import request from 'supertest';
import { createLogger } from '../../src/server/log';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { until } from '../support/until';

function listening(): { readonly sink: PassThrough; readonly lines: () => string } {
  let text = '';
  const sink = new PassThrough();
  sink.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { sink, lines: () => text };
}

describe('what a log tells of an error', () => {
  const told = (error: unknown): Record<string, unknown> => {
    const { sink, lines } = listening();
    createLogger('trace', sink).error({ err: error }, 'it failed');
    return (JSON.parse(lines()) as { err: Record<string, unknown> }).err;
  };

  test('is its kind, message, place and code, and the same of its cause', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    expect(told(new TypeError('no connection', { cause }))).toEqual({
      type: 'TypeError',
      message: 'no connection',
      stack: expect.stringContaining('log.test.ts') as string,
      cause: { type: 'Error', message: 'refused', code: 'ECONNREFUSED', stack: expect.any(String) as string },
    });
  });

  test.each([
    ['the values of a statement', { parameters: ['hunter2'], query: `SELECT 'hunter2'` }],
    ['a row', { detail: 'Failing row contains (hunter2).', where: 'hunter2' }],
    ['a URL', { input: 'postgres://u:hunter2@h/d' }],
    ['headers', { request: { headers: { authorization: 'Bearer hunter2' } } }],
  ])('is never %s', (_, fields) => {
    expect(JSON.stringify(told(Object.assign(new Error('it failed'), fields)))).not.toContain('hunter2');
  });

  test('leaves user and password out of a URL in a message', () => {
    const { message, stack } = told(new Error('postgres://anna:hunter2@db:5432/book does not answer'));
    expect(message).toBe('postgres://db:5432/book does not answer');
    expect(stack).not.toContain('hunter2');
  });

  test.each([
    ['text', 'just words'],
    ['nothing', null],
  ])('is also said of %s that was thrown', (_, thrown) => {
    expect(told(thrown)).toMatchObject({ message: String(thrown) });
  });
});

describe('the log of a server at its most talkative', () => {
  const { sink, lines } = listening();
  let api: TestApi;

  beforeAll(async () => {
    api = await startApi(fixedClock('2026-03-02'), { logger: createLogger('trace', sink) });
  });
  afterAll(async () => {
    await api.close();
  });

  test('has each request with its id, and neither tokens nor headers nor variables nor passwords', async () => {
    const password = new URL(api.database.url).password;
    const secret = 'variable-that-nobody-logs';
    const upsert = `mutation ($name: String!) { upsertAccounts(input: { accounts: [{ externalId: $name, name: $name }] })
      { results { outcome userErrors { message } } } }`;
    const made = await api.send<{ upsertAccounts: { results: unknown[] } }>('ADMIN', upsert, {
      name: secret,
    });
    expect(made.data.upsertAccounts.results).toEqual([{ outcome: 'CREATED', userErrors: [] }]);
    await api.sendWith('tb_an-unknown-token-that-is-secret', '{ viewer { name } }');
    await request(api.application.http.server)
      .get(
        `/graphql?query=${encodeURIComponent('{ viewer { name } }')}&variables=%7B%22a%22%3A%22${secret}%22%7D`,
      )
      .set('authorization', 'Bearer tb_another-secret-token')
      .set('x-request-id', 'the-id-of-a-request');

    // An error of the database with a statement and its values in it.
    await api.database.query('ALTER TABLE account RENAME TO account_hidden');
    const failed = await api.send('ADMIN', upsert, { name: `${secret}-2` });
    expect(failed.errors.map(({ extensions }) => extensions.code)).toEqual(['INTERNAL_SERVER_ERROR']);
    await api.send('ADMIN', 'query ($id: String!) { account(externalId: $id) { name } }', { id: secret });
    await api.database.query('ALTER TABLE account_hidden RENAME TO account');

    // The database breaks connections while it is asked.
    const cutter = new Client({ connectionString: api.database.url });
    await cutter.connect();
    await cutter.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await cutter.end();
    await until(
      'the server reads again',
      async () => (await api.send('VIEWER', '{ viewer { name } }')).status === 200,
    );

    expect(lines()).toContain('"reqId":"the-id-of-a-request"');
    expect(lines()).toContain('a resolver failed');
    for (const line of lines().trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
    for (const hidden of [
      secret,
      'Bearer',
      'test-token-of-the',
      'an-unknown-token-that-is-secret',
      'another-secret-token',
      ...(password === '' ? [] : [password]),
    ]) {
      expect(lines()).not.toContain(hidden);
    }
  });
});
