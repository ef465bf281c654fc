import 'reflect-metadata';
import { type AddressInfo } from 'node:net';
import { loadDemoBook } from '../../src/demo/load-demo-book';
import { openBook } from '../../src/server/book';
import { compose } from '../../src/server/compose';
import { readConfig } from '../../src/server/config';
import { createLogger } from '../../src/server/log';
import { fixedClock } from '../support/clock';

/** A server with a small book, in a process of its own, whose memory somebody watches. */
async function serve(): Promise<void> {
  const { DATABASE_URL = '', FUZZ_TOKEN: text = '' } = process.env;
  const config = readConfig({
    DATABASE_URL,
    THROTTLE_CAPACITY: '1000000000',
    THROTTLE_RESTORE_RATE: '100000000',
  });
  const clock = fixedClock('2026-03-02');
  const book = await openBook(config, 'server', () => undefined, clock);
  await loadDemoBook({
    unitOfWork: book.unitOfWork,
    baseCurrency: 'USD',
    accounts: 60,
    today: clock.today(),
  });
  const actor = { kind: 'TOKEN', id: 'token:fuzz', name: 'Fuzz', role: 'ADMIN', csmId: null } as const;
  const application = await compose(book, [{ text, actor }], createLogger('error'));
  await application.http.listen({ host: '127.0.0.1', port: 0 });
  const { port } = application.http.server.address() as AddressInfo;
  process.on('message', (message) => {
    if (message === 'heap') {
      globalThis.gc?.();
      process.send?.({ heap: process.memoryUsage().heapUsed });
      return;
    }
    void application
      .close()
      .then(() => book.close())
      .then(() => {
        process.disconnect();
      });
  });
  // Whoever fuzzes it is gone, or done.
  process.on('disconnect', () => process.exit());
  process.send?.({ url: `http://127.0.0.1:${String(port)}/graphql` });
}

void serve();
