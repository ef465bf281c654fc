import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BuiltServer } from '../soak/built-server';
import { agentLoad } from './agent-load';
import { BenchDatabase, RESULTS, withClient } from './bench-database';
import { tierbookAt } from './contenders/tierbook';
import { keepFigures } from './kept-figures';
import { type Load } from './load';
import { cpuSecondsOf } from './process-time';
import { chooseAsked, QUESTIONS, TITLES } from './question';

export interface CarriedWishes {
  readonly accounts: string;
  readonly seconds: string;
  readonly writes: string;
}

const COPY = 'bench_carried';
const CONNECTIONS = 10;
const PROGRAM = join(__dirname, '../../dist/src/cli/tierbook.js');

/**
 * Asks one question after another and tells what an answer costs the server and PostgreSQL in time of a CPU, and so how
 * many a second a core of either carries.
 */
export async function carriedLoad(wishes: CarriedWishes): Promise<void> {
  const database = await BenchDatabase.open();
  let server: BuiltServer | undefined;
  let stopKeeping: (() => Promise<void>) | undefined;
  try {
    const url = await database.copyOf(COPY, Number(wishes.accounts));
    stopKeeping = await keepFigures(url);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [PROGRAM, 'token', 'create', '--name', 'bench', '--role', 'MANAGER'],
      { env: { PATH: process.env.PATH, DATABASE_URL: url } },
    );
    server = await BuiltServer.start(url, randomBytes(16).toString('hex'));
    const { pid } = server;
    const contender = tierbookAt(server.url, stdout.trim(), () => Promise.resolve());
    const asked = await withClient(url, (client) => chooseAsked(client));
    const lines = [
      `${wishes.accounts} accounts, ${cpus()[0]?.model ?? ''}, Node ${process.versions.node}`,
      line('', 'server ms', 'database ms', 'a server/s', 'a core/s'),
    ];
    for (const question of QUESTIONS) {
      const variables = asked[question].slice(0, Number(wishes.writes));
      const requests = variables.flatMap((one) => contender.requestFor(question, one) ?? []);
      const writes = question === 'override';
      const press = (some: typeof requests, seconds: number): ReturnType<Load> =>
        agentLoad({
          url: contender.url,
          requests: some,
          connections: CONNECTIONS,
          seconds: writes ? null : seconds,
        });
      // What is compiled when it is asked often is so before anything counts.
      const half = Math.floor(requests.length / 2);
      await press(writes ? requests.slice(0, half) : requests, Number(wishes.seconds));
      const before = [cpuSecondsOf(pid), database.cpuSeconds()];
      const { times, failures } = await press(
        writes ? requests.slice(half) : requests,
        Number(wishes.seconds),
      );
      if (failures > 0) throw new Error(`${failures} answers to "${TITLES[question]}" were none`);
      const after = [cpuSecondsOf(pid), database.cpuSeconds()];
      const costs = after.map((seconds, index) => ((seconds - (before[index] ?? 0)) * 1_000) / times.length);
      lines.push(
        line(
          TITLES[question],
          ...costs.map((ms) => ms.toFixed(2)),
          ...costs.map((ms) => (1_000 / ms).toFixed(0)),
        ),
      );
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

function line(title: string, ...figures: readonly string[]): string {
  return `${title.padEnd(50)}${figures.map((figure) => figure.padStart(13)).join('')}`;
}
