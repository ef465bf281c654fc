import { randomBytes } from 'node:crypto';
import { percentile } from '../soak/verdict';
import { BuiltServer } from '../soak/built-server';
import { BenchDatabase } from './bench-database';

export interface StartUpWishes {
  readonly accounts: string;
  readonly starts: string;
}

const COPY = 'bench_start';
const MOST_SECONDS = 2;

/** Starts the built server again and again, and tells how long it takes until it says that it is ready. */
export async function startUp(wishes: StartUpWishes): Promise<void> {
  const database = await BenchDatabase.open();
  try {
    const url = await database.copyOf(COPY, Number(wishes.accounts));
    const seconds: number[] = [];
    for (let start = 0; start < Number(wishes.starts); start += 1) {
      const begun = performance.now();
      const server = await BuiltServer.start(url, randomBytes(16).toString('hex'));
      seconds.push((performance.now() - begun) / 1_000);
      await server.stop();
    }
    const median = percentile(seconds, 0.5);
    console.log(`ready after ${seconds.map((one) => one.toFixed(2)).join(', ')} s`);
    console.log(
      `${median <= MOST_SECONDS ? 'met' : 'NOT MET'}: ${median.toFixed(2)} s, wanted within ${MOST_SECONDS}`,
    );
  } finally {
    await database.drop(COPY);
    await database.stop();
  }
}
