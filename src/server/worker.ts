import { Worker } from '../jobs/worker';
import { APPLICATION_NAME } from '../persistence/data-source';
import { type Book } from './book';
import { type Config } from './config';
import { type Logger } from './log';

/** The worker that does the scheduled work of a book, ready to be started. */
export function composeWorker(book: Book, { businessTimeZone }: Config, logger: Logger): Worker {
  return new Worker({
    url: book.url,
    applicationName: APPLICATION_NAME,
    dailyRuns: book.dailyRuns,
    clock: book.clock,
    timeZone: businessTimeZone,
    log: logger,
  });
}
