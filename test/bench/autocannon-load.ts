import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Request } from './contender';
import { isRefusal, type Load } from './load';

interface Result {
  readonly non2xx: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly mismatches: number;
}

interface Running extends PromiseLike<Result> {
  on(event: 'start', listener: () => void): void;
  on(
    event: 'response',
    listener: (client: unknown, status: unknown, bytes: unknown, milliseconds: number) => void,
  ): void;
}

type Autocannon = (options: object) => Running;

interface Client {
  setRequests(requests: readonly object[]): void;
}

/** As many as a connection repeats: they are all encoded before the first one is sent. */
const MOST_REPEATED = 64;
/** How often autocannon looks whether the time is over. */
const LOOK_EVERY_MS = 20;

/** Presses with autocannon, which the peers' folder holds. */
export function autocannonLoad(peers: string): Load {
  const autocannon = createRequire(join(peers, 'package.json'))('autocannon') as Autocannon;
  return async ({ url, requests, connections, seconds }) => {
    // Each connection asks for its own part; what may be repeated begins somewhere else with each.
    const each = Math.floor(requests.length / connections);
    const partOf = (index: number): readonly Request[] =>
      seconds === null
        ? requests.slice(index * each, (index + 1) * each)
        : [...requests.slice(index * each), ...requests].slice(0, MOST_REPEATED);
    if (seconds === null && each === 0) throw new Error('there are fewer requests than connections');
    let connected = 0;
    const times: number[] = [];
    let begun = 0;
    const running = autocannon({
      url,
      connections,
      ...(seconds === null ? { amount: each * connections } : { duration: seconds }),
      timeout: 30,
      sampleInt: LOOK_EVERY_MS,
      verifyBody: (body: string) => !isRefusal(body),
      setupClient: (client: Client) => {
        client.setRequests(partOf(connected));
        connected += 1;
      },
    });
    running.on('start', () => (begun = performance.now()));
    let last = 0;
    running.on('response', (_client: unknown, _status: unknown, _bytes: unknown, milliseconds: number) => {
      times.push(milliseconds);
      last = performance.now();
    });
    const { non2xx, errors, timeouts, mismatches } = await running;
    return {
      perSecond: last > begun ? (times.length * 1_000) / (last - begun) : 0,
      times,
      failures: non2xx + errors + timeouts + mismatches,
    };
  };
}
