import { createLogger } from '../../server/log';
import { composeWorker } from '../../server/worker';
import { EXIT, type ExitCode, type Session } from '../session';
import { withBook } from '../with-book';

/** `tierbook worker`: works until it is asked to stop, and then finishes the batch that runs. */
export async function runWorker(session: Session): Promise<ExitCode> {
  await withBook(session, async (book, config) => {
    const logger = createLogger(config.logLevel);
    const worker = composeWorker(book, config, logger);
    await book.listener.open();
    worker.start();
    logger.info('the worker has started');
    await untilAborted(session.signal);
    await worker.stop();
    logger.info('the worker has stopped');
  });
  return EXIT.DONE;
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  // A promise alone does not keep the process alive, and while the queue is away nothing else may.
  const alive = setInterval(() => undefined, 60_000);
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  clearInterval(alive);
}
