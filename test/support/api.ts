import { type GraphQLSchema } from 'graphql';
import request from 'supertest';
import { type Actor, type Role, ROLES } from '../../src/app/actor';
import { AssignmentPlanService } from '../../src/app/assignment-plan.service';
import { type Solver } from '../../src/app/ports/solver';
import { createSchema } from '../../src/graphql/schema';
import { type Book, openBook } from '../../src/server/book';
import { type Application, compose, type ComposeOptions } from '../../src/server/compose';
import { readConfig } from '../../src/server/config';
import { createLogger, type Logger } from '../../src/server/log';
import { secrets } from '../../src/server/secrets';
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
  /** Sends an operation with any token. */
  sendWith<D>(token: string, query: string, variables?: object): Promise<Answer<D>>;
  close(): Promise<void>;
}

export interface ApiOptions extends ComposeOptions {
  readonly logger?: Logger;
  /** Settings beside the database, as a deployment gives them. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Finds the assignment plans in place of the server's own. */
  readonly solver?: Solver;
  /** The database of another server, which this one then is a replica of. */
  readonly replicaOf?: TestApi;
}

/** A token of each role, valid for the test's server. */
export const TOKENS: Readonly<Record<Role, string>> = {
  VIEWER: 'test-token-of-the-viewer',
  CSM: 'test-token-of-the-csm',
  MANAGER: 'test-token-of-the-manager',
  ADMIN: 'test-token-of-the-admin',
};

/** One for all servers of a test file; building it takes longer than the rest of their start. */
let schema: GraphQLSchema | undefined;

/** Starts the API on a clone of the template, at the clock's time. */
export async function startApi(
  clock: TestClock,
  { logger = createLogger('silent'), settings = {}, solver, replicaOf, ...options }: ApiOptions = {},
): Promise<TestApi> {
  const database = replicaOf?.database ?? (await createTestDatabase());
  const opened = await openBook(
    readConfig({ ...settings, DATABASE_URL: database.url }),
    'server',
    () => undefined,
    clock,
  );
  const book =
    solver === undefined
      ? opened
      : {
          ...opened,
          assignmentPlans: new AssignmentPlanService(opened.unitOfWork, clock, solver, secrets),
        };
  const tokens = ROLES.map((role) => ({ text: TOKENS[role], actor: actorOf(role) }));
  const application = await compose(book, tokens, logger, {
    schema: (schema ??= createSchema()),
    ...options,
  });
  await application.http.ready();
  const send = async <D>(token: string | null, query: string, variables: object = {}): Promise<Answer<D>> => {
    const post = request(application.http.server).post('/graphql');
    if (token !== null) void post.set('authorization', `Bearer ${token}`);
    const response = await post.send({ query, variables });
    const { data, errors } = response.body as { data: D; errors?: Answer['errors'] };
    return { status: response.status, data, errors: errors ?? [], headers: response.headers };
  };
  return {
    database,
    book,
    application,
    send: (role, query, variables) => send(role === null ? null : TOKENS[role], query, variables),
    sendWith: send,
    close: async () => {
      await application.close();
      await book.close();
      if (replicaOf === undefined) await database.drop();
    },
  };
}

function actorOf(role: Role): Actor {
  return { kind: 'TOKEN', id: `token:${role}`, name: `The ${role}`, role, csmId: null };
}
