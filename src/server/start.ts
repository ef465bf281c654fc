import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Actor, type Role } from '../app/actor';
import { loadDemoBook } from '../demo/load-demo-book';
import { type WebhookAttemptOutcome } from '../jobs/webhook-dispatcher';
import { type Book, openBook } from './book';
import { type Application, compose, type RunToken } from './compose';
import { type Config, describeConfig, readConfig } from './config';
import { createLogger, type Logger } from './log';
import { secrets } from './secrets';
import type * as workers from './worker';

const DEMO_ACCOUNTS = 2_000;
/** A file in the data directory: tokens are printed over the demo book alone, never over a book of one's own. */
const DEMO_MARKER = 'demo-book';
/** npm passes a Ctrl-C on that the terminal has sent to the server already, so one press can come twice. */
const SAME_PRESS_MS = 1_000;

/**
 * Starts the API server and keeps it running until SIGINT or SIGTERM, which let running requests finish first.
 * Throws ConfigError, or whatever keeps the database from being opened.
 */
export async function startServer(env: NodeJS.ProcessEnv): Promise<void> {
  const config = readConfig(env);
  const logger = createLogger(config.logLevel);
  logger.debug(describeConfig(config), 'configuration');
  const say = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const book = await openBook(config, 'server', (line) => {
    logger.info(line);
  });
  let application: Application | null = null;
  try {
    const demo = await loadDemo(book, config, say);
    const tokens = [...bootstrapTokens(config), ...(demo ? demoTokens() : [])];
    const opened = await compose(book, tokens, logger, { ...config, replicas: config });
    application = opened;
    await opened.http.listen({ host: config.host, port: config.port });
    announce(opened.http.server.address() as AddressInfo, demo ? tokens : [], say);
    const worker = book.embedded === null ? null : startWorker(book, config, logger, opened.webhookAttempted);
    if (worker === null) say('Scheduled work is done by "tierbook worker", which runs beside this server.');
    stopOnSignal(async (signal) => {
      const workerStopped = worker?.stop();
      opened.drain();
      // Whoever balances looks at /readyz now and then; a person at the keyboard does not.
      if (signal === 'SIGTERM') await pause(config.drainNoticeSeconds * 1_000);
      await Promise.all([opened.close(), workerStopped]);
      await book.close();
    });
  } catch (error) {
    await application?.close();
    await book.close();
    throw error;
  }
}

/** The queue takes a while to load, so that is done only once the server listens. */
function startWorker(
  book: Book,
  config: Config,
  logger: Logger,
  attempted: (outcome: WebhookAttemptOutcome) => void,
): workers.BookWorker {
  const { composeWorker } = createRequire(__filename)('./worker') as typeof workers;
  const worker = composeWorker(book, config, logger, attempted);
  worker.start();
  return worker;
}

/** Loads the demo book into an empty embedded database; says whether that is what the database holds. */
async function loadDemo(book: Book, config: Config, say: (line: string) => void): Promise<boolean> {
  if (book.embedded === null || config.demo === false) return false;
  const marker = join(config.dataDirectory, DEMO_MARKER);
  if (!(await book.unitOfWork.observe((stores) => stores.accounts.isEmpty()))) return existsSync(marker);
  say(`Loading a demo book of ${DEMO_ACCOUNTS} accounts and two years of their history ...`);
  writeFileSync(marker, 'The database beside this file was filled with the demo book.\n');
  await loadDemoBook({
    unitOfWork: book.unitOfWork,
    baseCurrency: config.baseCurrency,
    accounts: DEMO_ACCOUNTS,
    today: book.clock.today(),
  });
  await book.analyse();
  return true;
}

function bootstrapTokens({ bootstrapAdminToken: text }: Config): RunToken[] {
  return text === null ? [] : [{ text, actor: actorOfRun('bootstrap', 'Bootstrap admin', 'ADMIN') }];
}

/** The demo book is for everybody to try at once; the tokens end with the process. */
function demoTokens(): RunToken[] {
  return [
    { text: secrets.newToken().text, actor: actorOfRun('demo-viewer', 'Viewer of this run', 'VIEWER') },
    { text: secrets.newToken().text, actor: actorOfRun('demo-admin', 'Admin of this run', 'ADMIN') },
  ];
}

function actorOfRun(id: string, name: string, role: Role): Actor {
  return { kind: 'TOKEN', id: `token:${id}`, name, role, csmId: null };
}

function announce(
  { address, family, port }: AddressInfo,
  tokens: readonly RunToken[],
  say: (line: string) => void,
): void {
  const host = family === 'IPv6' ? `[${address}]` : address;
  const url = `http://${host}:${port}`;
  say('');
  say(`Tierbook listens on ${url}/graphql`);
  for (const { text, actor } of tokens) {
    if (actor.id.startsWith('token:demo'))
      say(`  ${actor.role.toLowerCase().padEnd(6)} token, valid for this run: ${text}`);
  }
  const admin = tokens.find(({ actor }) => actor.role === 'ADMIN');
  say(admin === undefined ? `Explorer: ${url}/` : `Explorer: ${url}/#token=${admin.text}`);
  if (admin === undefined) say('A token is made with: npx tierbook token create --name me --role ADMIN');
  say('Stop it with Ctrl-C.');
}

/** Ends the process in order on the first signal, and at once on a second one. */
function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let firstAt: number | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstAt !== null) {
      if (performance.now() - firstAt > SAME_PRESS_MS) process.exit(signal === 'SIGINT' ? 130 : 143);
      return;
    }
    firstAt = performance.now();
    stop(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
