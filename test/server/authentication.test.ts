import { type Actor, COMMAND_LINE } from '../../src/app/actor';
import { TokenService } from '../../src/app/token.service';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { SqlTokenListReads } from '../../src/persistence/reads/token-list.reads';
import { SqlTokenReads } from '../../src/persistence/reads/token.reads';
import { TypeOrmUnitOfWork } from '../../src/persistence/unit-of-work';
import { type Authenticate, createAuthentication, type Presume } from '../../src/server/authentication';
import { secrets } from '../../src/server/secrets';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';

const OWN: Actor = { kind: 'TOKEN', id: 'bootstrap', name: 'bootstrap', role: 'ADMIN', csmId: null };
const PERSON: Actor = { kind: 'PERSON', id: 'person:1', name: 'Ada', role: 'VIEWER', csmId: null };
/** As an identity provider signs them. */
const SIGNED = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmVk';

describe('a token that is', () => {
  const clock = fixedClock('2026-03-02');
  let database: TestDatabase;
  let reader: DatabaseReader;
  let service: TokenService;
  let authenticate: Authenticate;
  let presume: Presume;
  let used: string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    reader = new DatabaseReader({ url: database.url, max: 2, applicationName: 'tierbook-test' });
    const unitOfWork = new TypeOrmUnitOfWork(database.dataSource);
    service = new TokenService(unitOfWork, clock, secrets, new SqlTokenListReads(reader));
  });
  afterAll(async () => {
    await reader.close();
    await database.drop();
  });
  beforeEach(() => {
    used = [];
    ({ authenticate, presume } = createAuthentication({
      tokens: new SqlTokenReads(reader),
      secrets,
      clock,
      ofThisRun: [{ text: 'of this run', actor: OWN }],
      people: (token) => Promise.resolve(token === SIGNED ? PERSON : null),
      used: ({ name }) => used.push(name),
    }));
  });

  let count = 0;
  const make = async (): Promise<{ text: string; id: string }> => {
    const { text, token } = await service.create(COMMAND_LINE, `token ${(count += 1)}`, 'VIEWER', null);
    return { text, id: token.id };
  };

  test('new is presumed to be nobody’s, and somebody’s once it was looked up', async () => {
    const { text, id } = await make();
    expect(presume(text)).toBeNull();
    const actor = await authenticate(text);
    expect(actor).toMatchObject({ id: `token:${id}`, role: 'VIEWER' });
    const presumed = presume(text);
    expect(presumed?.actor).toBe(actor);
    // The same object says that nothing has changed.
    expect(await presumed?.confirmed).toBe(actor);
    expect(used).toEqual([`token ${count}`, `token ${count}`]);
  });

  test('revoked is confirmed to be nobody’s at once, and presumed no more', async () => {
    const { text, id } = await make();
    await authenticate(text);
    await service.revokeById(COMMAND_LINE, id);
    expect(await presume(text)?.confirmed).toBeNull();
    expect(presume(text)).toBeNull();
    expect(await authenticate(text)).toBeNull();
  });

  test('given another role belongs to another actor from then on', async () => {
    const { text, id } = await make();
    const before = await authenticate(text);
    await database.query(`UPDATE api_token SET role = 'MANAGER' WHERE id = $1`, [id]);
    const presumed = presume(text);
    expect(presumed?.actor).toBe(before);
    const after = await presumed?.confirmed;
    expect(after).toMatchObject({ id: `token:${id}`, role: 'MANAGER' });
    const again = presume(text);
    expect(again?.actor).toBe(after);
    expect(await again?.confirmed).toBe(after);
  });

  test.each<[string, string, Actor | null]>([
    ['of this run', 'of this run', OWN],
    ['of a person', SIGNED, PERSON],
    ['unknown', 'tb_unknown', null],
  ])('%s is never presumed to be anybody’s', async (_title, text, actor) => {
    expect(await authenticate(text)).toEqual(actor);
    expect(presume(text)).toBeNull();
    expect(used).toEqual([]);
  });
});
