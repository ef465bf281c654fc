import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { autocannonLoad } from './autocannon-load';
import { BenchDatabase, RESULTS, withClient } from './bench-database';
import { type Contender } from './contender';
import { startBare } from './contenders/bare';
import { startMercurius } from './contenders/mercurius';
import { installPeers, PEERS } from './contenders/peers';
import { startPlain } from './contenders/plain';
import { startPostgraphile } from './contenders/postgraphile';
import { startTierbook } from './contenders/tierbook';
import { chartOf } from './chart';
import { compareAnswers, compareWrites, type Objection } from './equality';
import { chooseAsked, type Question, QUESTIONS } from './question';
import { keepFigures } from './kept-figures';
import { measure } from './rounds';
import { tableOf, verdictTable } from './table';
import { verdicts } from './target';

const COPY = 'bench';

export const STARTERS: Readonly<Record<string, (databaseUrl: string) => Promise<Contender>>> = {
  tierbook: startTierbook,
  bare: startBare,
  postgraphile: startPostgraphile,
  mercurius: startMercurius,
  plain: startPlain,
};

export interface ContestWishes {
  readonly accounts: string;
  readonly rounds: string;
  readonly seconds: string;
  readonly warmUp: string;
  readonly writes: string;
  readonly connections: string;
  readonly only?: string;
  readonly questions?: string;
}

/** Measures Tierbook beside its peers on one book; ends with 1 where they do not say the same. */
export async function contest(wishes: ContestWishes): Promise<void> {
  await installPeers();
  const database = await BenchDatabase.open();
  const contenders: Contender[] = [];
  let stopKeeping: (() => Promise<void>) | undefined;
  try {
    const accounts = Number(wishes.accounts);
    const url = await database.copyOf(COPY, accounts);
    stopKeeping = await keepFigures(url);
    const names = wishes.only?.split(',') ?? Object.keys(STARTERS);
    for (const name of names) {
      const start = STARTERS[name];
      if (start === undefined) throw new Error(`there is no contender "${name}"`);
      contenders.push(await start(url));
    }
    const questions = questionsOf(wishes.questions);
    await withClient(url, async (client) => {
      const asked = await chooseAsked(client);
      const objections = [
        ...(await compareAnswers(contenders, questions, asked)),
        ...(questions.includes('override') ? await compareWrites(client, contenders, asked) : []),
      ];
      const equals = withoutLiars(contenders, objections);
      const cells = await measure({
        contenders: equals,
        questions,
        connections: wishes.connections.split(',').map(Number),
        rounds: Number(wishes.rounds),
        seconds: Number(wishes.seconds),
        warmUp: Number(wishes.warmUp),
        writes: Number(wishes.writes),
        asked: await chooseAsked(client),
        load: autocannonLoad(PEERS),
        settled: () => database.settled(),
        log: (line) => {
          console.log(line);
        },
      });
      const about = `${accounts} accounts, ${cpus().length} cores, Node ${process.versions.node}`;
      const text = `${about}\n\n${tableOf(cells)}\n${verdictTable(verdicts(cells))}\n`;
      console.log(`\n${text}`);
      mkdirSync(RESULTS, { recursive: true });
      writeFileSync(join(RESULTS, `${accounts}.txt`), text);
      writeFileSync(join(RESULTS, `${accounts}.svg`), chartOf(cells, about));
      console.log(`written to ${RESULTS}`);
    });
  } finally {
    for (const contender of contenders) await contender.stop();
    await stopKeeping?.();
    await database.drop(COPY);
    await database.stop();
  }
}

function questionsOf(text: string | undefined): readonly Question[] {
  if (text === undefined) return QUESTIONS;
  return QUESTIONS.filter((question) => text.split(',').includes(question));
}

/** Whoever says something else than Tierbook takes no part, and the run is not a success. */
function withoutLiars(contenders: readonly Contender[], objections: readonly Objection[]): Contender[] {
  for (const { contender, question, why } of objections) {
    console.error(`OUT: ${contender} on ${question}: ${why}`);
  }
  if (objections.length > 0) process.exitCode = 1;
  return contenders.filter(({ name }) => objections.every(({ contender }) => contender !== name));
}
