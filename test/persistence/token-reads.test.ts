import { createHash } from 'node:crypto';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { SqlTokenReads } from '../../src/persistence/reads/token.reads';
import { createTestDatabase, type TestDatabase } from '../support/database';

const NOW = '2026-03-02T12:00:00.000Z';

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

describe('tokens that are asked for at the same time', () => {
  let database: TestDatabase;
  let reader: DatabaseReader;
  let statements: number;
  let tokens: SqlTokenReads;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query(
      `INSERT INTO api_token (name, role, prefix, token_hash, expires_at, revoked_at) VALUES
         ('valid', 'VIEWER', 'a', $1, NULL, NULL), ('other', 'MANAGER', 'b', $2, '2026-03-02T12:00:00.001Z', NULL),
         ('expired', 'ADMIN', 'c', $3, '2026-03-02T12:00:00Z', NULL), ('revoked', 'ADMIN', 'd', $4, NULL, now())`,
      ['valid', 'other', 'expired', 'revoked'].map(hashOf),
    );
    reader = new DatabaseReader({ url: database.url, max: 2, applicationName: 'test' });
  });
  beforeEach(() => {
    statements = 0;
    const counting = Object.create(reader) as DatabaseReader;
    counting.rows = (sql, parameters) => {
      statements += 1;
      return reader.rows(sql, parameters);
    };
    tokens = new SqlTokenReads(counting);
  });
  afterAll(async () => {
    await reader.close();
    await database.drop();
  });

  test('get each its own answer, by one statement after the one that runs already', async () => {
    const asked = ['valid', 'other', 'expired', 'revoked', 'nobody', 'valid'];
    const many = Array.from({ length: 60 }, (_, index) => asked[index % asked.length] ?? '');
    const found = await Promise.all(many.map((text) => tokens.usableByHash(hashOf(text), NOW)));
    expect(found.map((token) => token?.name ?? null)).toEqual(
      many.map((text) => (text === 'valid' || text === 'other' ? text : null)),
    );
    expect(statements).toBe(2);
  });

  test('expire by the time of whoever asks', async () => {
    const later = '2026-03-02T12:00:00.001Z';
    const found = await Promise.all(
      [NOW, later, NOW].map((now) => tokens.usableByHash(hashOf('other'), now)),
    );
    expect(found.map((token) => token?.role ?? null)).toEqual(['MANAGER', null, 'MANAGER']);
  });

  test('are known no more once they are revoked, whoever is being answered', async () => {
    const before = tokens.usableByHash(hashOf('valid'), NOW);
    await database.query(`UPDATE api_token SET revoked_at = now() WHERE name = 'valid'`);
    const after = tokens.usableByHash(hashOf('valid'), NOW);
    await before;
    expect(await after).toBeNull();
    await database.query(`UPDATE api_token SET revoked_at = NULL WHERE name = 'valid'`);
  });

  test('fail together, and the next ones are asked for anew', async () => {
    const broken = Object.create(reader) as DatabaseReader;
    let calls = 0;
    broken.rows = (sql, parameters) => {
      calls += 1;
      return calls === 2 ? Promise.reject(new Error('gone')) : reader.rows(sql, parameters);
    };
    const failing = new SqlTokenReads(broken);
    const results = await Promise.allSettled(
      ['valid', 'valid', 'other'].map((text) => failing.usableByHash(hashOf(text), NOW)),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await failing.usableByHash(hashOf('other'), NOW)).toMatchObject({ name: 'other' });
  });
});
