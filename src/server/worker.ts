import { messageOf } from '../graphql/webhook/webhook-payload';
import { FigureKeeper } from '../jobs/figure-keeper';
import { type WebhookAttemptOutcome, WebhookDispatcher } from '../jobs/webhook-dispatcher';
import { Worker } from '../jobs/worker';
import { APPLICATION_NAME } from '../persistence/data-source';
import { EVENT_CHANNEL } from '../persistence/event-bell';
import { HttpWebhookSender } from '../webhooks/http-webhook-sender';
import { webhookAddresses } from '../webhooks/public-address';
import { type Book } from './book';
import { type Config } from './config';
import { type Logger } from './log';

/** What works on a book beside its server, or in its place: scheduled work, webhooks, and the figures of the book. */
export interface BookWorker {
  start(): void;
  /** Finishes what runs, and puts back what is left. */
  stop(): Promise<void>;
}

/**
 * The worker of a book, ready to be started.
 *
 * @param attempted told of every attempt to send a webhook
 */
export function composeWorker(
  book: Book,
  { businessTimeZone, webhookPrivateAddresses }: Config,
  logger: Logger,
  attempted?: (outcome: WebhookAttemptOutcome) => void,
): BookWorker {
  const daily = new Worker({
    url: book.url,
    applicationName: APPLICATION_NAME,
    dailyRuns: book.dailyRuns,
    publications: book.publication,
    clock: book.clock,
    timeZone: businessTimeZone,
    log: logger,
  });
  const sender = new HttpWebhookSender({ addresses: webhookAddresses(webhookPrivateAddresses) });
  const webhooks = new WebhookDispatcher({
    deliveries: book.webhookDeliveries,
    send: (delivery) => sender.send(messageOf(delivery, book.clock.now())),
    log: logger,
    ...(attempted && { attempted }),
  });
  const figures = new FigureKeeper({ figures: book.bookFigures, tidy: book.tidyFigures, log: logger });
  let stopListening = (): void => undefined;
  return {
    start: () => {
      stopListening = book.listener.on(EVENT_CHANNEL, () => {
        webhooks.wake();
      });
      daily.start();
      webhooks.start();
      figures.start();
    },
    stop: async () => {
      stopListening();
      await Promise.all([daily.stop(), webhooks.stop(), figures.stop()]);
    },
  };
}
