import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { agentLoad } from './agent-load';
import { BenchDatabase, RESULTS, withClient } from './bench-database';
import { startTierbook } from './contenders/tierbook';
import { keepFigures } from './kept-figures';
import { cpuSecondsOf } from './process-time';
import { chooseAsked, type Question, QUESTIONS, TITLES, type Variables } from './question';

export interface CarriedWishes {
  readonly accounts: string;
  readonly seconds: string;
  readonly writes: string;
}

type Server = Awaited<ReturnType<typeof startTierbook>>;

const COPY = 'bench_carried';
const CONNECTIONS = 10;

/**
 * Asks one question after another and tells what an answer costs the server and PostgreSQL in time of a CPU, and so how
 * many a second a core of either carries.
 */
export async function carriedLoad(wishes: CarriedWishes): Promise<void> {
  const database = await BenchDatabase.open();
  let server: Server | undefined;
  let stopKeeping: (() => Promise<void>) | undefined;
  try {
    const url = await database.copyOf(COPY, Number(wishes.accounts));
    stopKeeping = await keepFigures(url);
    server = await startTierbook(url);
    const asked = await withClient(url, (client) => chooseAsked(client));
    const lines = [
      `${wishes.accounts} accounts, ${cpus()[0]?.model ?? ''}, Node ${process.versions.node}`,
      line('', 'server ms', 'database ms', 'a server/s', 'a core/s'),
    ];
    for (const question of QUESTIONS) {
      const variables = asked[question].slice(0, Number(wishes.writes));
      const costs = await costsOf(server, database, question, variables, Number(wishes.seconds));
      const rates = costs.map((ms) => (1_000 / ms).toFixed(0));
      lines.push(line(TITLES[question], ...costs.map((ms) => ms.toFixed(2)), ...rates));
    }
    const text = `${lines.join('\n')}\n`;
    console.log(text);
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(join(RESULTS, `carried-${wishes.accounts}.txt`), text);
  } finally {
    await server?.stop();
    await stopKeeping?.();
    await database.drop(COPY);
    await database.stop();
  }
}

/** Milliseconds of a CPU that an answer takes of the server and of PostgreSQL, once what is asked often is compiled. */
async function costsOf(
  server: Server,
  database: BenchDatabase,
  question: Question,
  variables: readonly Variables[],
  seconds: number,
): Promise<readonly number[]> {
  const requests = variables.flatMap((one) => server.requestFor(question, one) ?? []);
  const half = Math.floor(requests.length / 2);
  // Each override is asked for once.
  const [warming, counting, lasting] =
    question === 'override'
      ? [requests.slice(0, half), requests.slice(half), null]
      : [requests, requests, seconds];
  const pressure = { url: server.url, connections: CONNECTIONS, seconds: lasting };
  const taken = (): readonly number[] => [cpuSecondsOf(server.pid), database.cpuSeconds()];
  await agentLoad({ ...pressure, requests: warming });
  const before = taken();
  const { times, failures } = await agentLoad({ ...pressure, requests: counting });
  if (failures > 0) throw new Error(`${failures} answers to "${TITLES[question]}" were none`);
  return taken().map((after, index) => ((after - (before[index] ?? 0)) * 1_000) / times.length);
}

function line(title: string, ...figures: readonly string[]): string {
  return `${title.padEnd(50)}${figures.map((figure) => figure.padStart(13)).join('')}`;
}
