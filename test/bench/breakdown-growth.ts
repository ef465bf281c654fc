import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { autocannonLoad } from './autocannon-load';
import { BenchDatabase, RESULTS, withClient } from './bench-database';
import { type Contender } from './contender';
import { startBare } from './contenders/bare';
import { installPeers, PEERS } from './contenders/peers';
import { startTierbook } from './contenders/tierbook';
import { compareAnswers } from './equality';
import { type Cell, timeOf } from './figures';
import { chooseAsked } from './question';
import { keepFigures } from './kept-figures';
import { measure } from './rounds';

export interface BreakdownWishes {
  readonly small: string;
  readonly large: string;
  readonly rounds: string;
  readonly seconds: string;
  readonly warmUp: string;
}

/** No slower on the large book than on the small one, within this; and so many times as fast as scanning it. */
const MOST_SLOWER = 1.5;
const LEAST_FASTER = 50;

interface Figures {
  readonly small: number;
  readonly large: number;
  readonly scan: number;
}

/** Asks for the breakdown by tier on two books in turn, one request after another. */
export async function breakdownGrowth(wishes: BreakdownWishes): Promise<void> {
  await installPeers();
  const database = await BenchDatabase.open();
  const contenders: Contender[] = [];
  const stops: (() => Promise<void>)[] = [];
  const sizes = [Number(wishes.small), Number(wishes.large)];
  try {
    for (const accounts of sizes) {
      const url = await database.copyOf(copyOf(accounts), accounts);
      stops.push(await keepFigures(url));
      const pair = [await startTierbook(url), await startBare(url)];
      const objections = await withClient(url, async (client) =>
        compareAnswers(pair, ['breakdown'], await chooseAsked(client)),
      );
      if (objections.length > 0) throw new Error(objections.map(({ why }) => why).join('; '));
      contenders.push(...pair.map((one) => ({ ...one, name: named(one.name, accounts) })));
    }
    const cells = await measure({
      contenders,
      questions: ['breakdown'],
      connections: [1],
      rounds: Number(wishes.rounds),
      seconds: Number(wishes.seconds),
      warmUp: Number(wishes.warmUp),
      writes: 0,
      asked: NOTHING_BUT_BREAKDOWNS,
      load: autocannonLoad(PEERS),
      settled: () => database.settled(),
      log: (line) => {
        console.log(line);
      },
    });
    const medians = contenders.map(({ name }) => medianOf(cells, name));
    const silent = contenders.find((_contender, index) => Number.isNaN(medians[index]));
    if (silent !== undefined) {
      throw new Error(`${silent.name} answered nothing in that time; give it more --seconds`);
    }
    const [small = NaN, , large = NaN, scan = NaN] = medians;
    const about = `breakdown by tier, ${cpus().length} cores, Node ${process.versions.node}; medians in ms`;
    const lines = contenders.map(
      ({ name }, index) => `${name.padEnd(40)}${(medians[index] ?? NaN).toFixed(3)}`,
    );
    const text = [about, ...lines, ...verdictsOf({ small, large, scan }), ''].join('\n');
    console.log(text);
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(join(RESULTS, 'breakdown.txt'), text);
  } finally {
    for (const contender of contenders) await contender.stop();
    for (const stop of stops) await stop();
    for (const accounts of sizes) await database.drop(copyOf(accounts));
    await database.stop();
  }
}

const NOTHING_BUT_BREAKDOWNS = {
  account: [],
  page: [],
  'csm-load': [],
  override: [],
  breakdown: [{}],
  'review-queue': [],
  'csm-day': [],
};

function verdictsOf({ small, large, scan }: Figures): string[] {
  const [slower, faster] = [large / small, scan / large];
  return [
    `${slower <= MOST_SLOWER ? 'met    ' : 'NOT MET'} ${slower.toFixed(2)} times as slow as on the small book, at most ${MOST_SLOWER}`,
    `${faster >= LEAST_FASTER ? 'met    ' : 'NOT MET'} ${faster.toFixed(1)} times as fast as scanning the large one, at least ${LEAST_FASTER}`,
  ];
}

function medianOf(cells: readonly Cell[], name: string): number {
  const cell = cells.find(({ contender }) => contender === name);
  const hasAnswered = cell?.rounds.some(({ times }) => times.length > 0) === true;
  return cell !== undefined && hasAnswered ? timeOf(cell, 0.5) : NaN;
}

function named(contender: string, accounts: number): string {
  return `${contender}, ${accounts} accounts`;
}

function copyOf(accounts: number): string {
  return `bench_${accounts}`;
}
