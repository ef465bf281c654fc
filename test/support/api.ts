import request from 'supertest';
import { type Actor, type Role, ROLES } from '../../src/app/actor';
import { type Book, openBook } from '../../src/server/book';
import { type Application, compose } from '../../src/server/compose';
import { readConfig } from '../../src/server/config';
import { createLogger } from '../../src/server/log';
import { type TestClock } from './clock';
import { createTestDatabase, type TestDatabase } from './database';

/** What came back for one operation. */
export interface Answer<D = Record<string, never>> {
  readonly status: number;
  readonly data: D;
  readonly errors: readonly { message: string; path?: unknown; extensions: { code: string } }[];
  readonly headers: Record<string, string>;
}

/** The whole product behind its HTTP server, on a database of its own. */
export interface TestApi {
  readonly database: TestDatabase;
  readonly book: Book;
  readonly application: Application;
  /** Sends an operation as the role; null sends no token. */
  send<D>(role: Role | null, query: string, variables?: object): Promise<Answer<D>>;
  close(): Promise<void>;
}

/** A token of each role, valid for the test's server. */
export const TOKENS: Readonly<Record<Role, string>> = {
  VIEWER: 'test-token-of-the-viewer',
  CSM: 'test-token-of-the-csm',
  MANAGER: 'test-token-of-the-manager',
  ADMIN: 'test-token-of-the-admin',
};

/** Starts the API on a clone of the template, at the clock's time. */
export async function startApi(clock: TestClock): Promise<TestApi> {
  const database = await createTestDatabase();
  const book = await openBook(readConfig({ DATABASE_URL: database.url }), 'server', () => undefined, clock);
  const tokens = ROLES.map((role) => ({ text: TOKENS[role], actor: actorOf(role) }));
  const application = await compose(book, tokens, createLogger('silent'));
  await application.http.ready();
  return {
    database,
    book,
    application,
    send: async <D>(role: Role | null, query: string, variables: object = {}) => {
      const post = request(application.http.server).post('/graphql');
      if (role !== null) void post.set('authorization', `Bearer ${TOKENS[role]}`);
      const response = await post.send({ query, variables });
      const { data, errors } = response.body as { data: D; errors?: Answer['errors'] };
      return { status: response.status, data, errors: errors ?? [], headers: response.headers };
    },
    close: async () => {
      await application.close();
      await book.close();
      await database.drop();
    },
  };
}

function actorOf(role: Role): Actor {
  return { kind: 'TOKEN', id: `token:${role}`, name: `The ${role}`, role, csmId: null };
}
