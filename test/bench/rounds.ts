import { type Contender, type Request } from './contender';
import { type Cell } from './figures';
import { type Load, type Pressed } from './load';
import { type Asked, type Question } from './question';

export interface RoundsOptions {
  readonly contenders: readonly Contender[];
  readonly questions: readonly Question[];
  readonly connections: readonly number[];
  readonly rounds: number;
  /** How long each contender is asked one question over so many connections. */
  readonly seconds: number;
  /** How long each contender is asked every question that only reads before anything is measured. */
  readonly warmUp: number;
  /** The most writes of one contender at one go. */
  readonly writes: number;
  readonly asked: Asked;
  readonly load: Load;
  /** Ends once the database works for nobody any more: what one contender has left running would slow the next down. */
  readonly settled: () => Promise<void>;
  /** Told what happens. */
  readonly log: (line: string) => void;
}

/**
 * Presses the contenders in turn, for every question and number of connections and then all over again, so that a
 * machine that is busy for a while is so for all of them. The order changes from round to round. Throws where one of
 * them errs: what is wrong is not measured.
 */
export async function measure(options: RoundsOptions): Promise<Cell[]> {
  const { contenders, questions, connections, rounds, log } = options;
  const measured = new Map<string, { cell: Omit<Cell, 'rounds'>; rounds: Pressed[] }>();
  const writes = new Writes(options);
  for (const contender of contenders) await warm(options, contender);
  log('all are warm');
  for (let round = 0; round < rounds; round += 1) {
    for (const question of questions) {
      for (const count of connections) {
        for (const contender of turned(contenders, round)) {
          if (!answers(contender, question, options.asked)) continue;
          const pressed = await press(options, writes, contender, question, count);
          const key = `${question} ${count} ${contender.name}`;
          const entry = measured.get(key) ?? {
            cell: { contender: contender.name, question, connections: count },
            rounds: [],
          };
          entry.rounds.push(pressed);
          measured.set(key, entry);
        }
      }
    }
    log(`round ${round + 1} of ${rounds} is done`);
  }
  const orderOf = ({ contender }: Cell): number => contenders.findIndex(({ name }) => name === contender);
  return [...measured.values()]
    .map(({ cell, rounds: all }) => ({ ...cell, rounds: all }))
    .sort(
      (one, other) =>
        questions.indexOf(one.question) - questions.indexOf(other.question) ||
        one.connections - other.connections ||
        orderOf(one) - orderOf(other),
    );
}

/** Whether the contender takes part in the question. */
export function answers(contender: Contender, question: Question, asked: Asked): boolean {
  const [variables] = asked[question];
  return variables !== undefined && contender.requestFor(question, variables) !== null;
}

const WARM_UP_CONNECTIONS = 10;

/** What users ask has been running for a while: what is compiled when it is asked often is so before anything counts. */
async function warm(
  { questions, warmUp, asked, load, settled }: RoundsOptions,
  contender: Contender,
): Promise<void> {
  for (const question of questions) {
    if (question === 'override' || !answers(contender, question, asked)) continue;
    const requests = requestsOf(contender, question, asked);
    const pressure = { url: contender.url, requests, connections: WARM_UP_CONNECTIONS };
    checked(contender, question, await load({ ...pressure, seconds: warmUp }));
    await settled();
  }
}

async function press(
  { asked, seconds, load, settled }: RoundsOptions,
  writes: Writes,
  contender: Contender,
  question: Question,
  connections: number,
): Promise<Pressed> {
  const { url } = contender;
  await settled();
  if (question === 'override') {
    return checked(
      contender,
      question,
      await load({ url, requests: writes.take(contender, connections), connections, seconds: null }),
    );
  }
  const requests = requestsOf(contender, question, asked);
  return checked(contender, question, await load({ url, requests, connections, seconds }));
}

function requestsOf(contender: Contender, question: Question, asked: Asked): Request[] {
  return asked[question].flatMap((variables) => contender.requestFor(question, variables) ?? []);
}

function checked(contender: Contender, question: Question, pressed: Pressed): Pressed {
  if (pressed.failures > 0) {
    throw new Error(`${contender.name} erred ${pressed.failures} times when asked for ${question}`);
  }
  return pressed;
}

function turned<T>(all: readonly T[], by: number): T[] {
  const from = by % Math.max(1, all.length);
  return [...all.slice(from), ...all.slice(0, from)];
}

/** The writes that are left: each account is written once, by whomever. */
class Writes {
  private used = 0;
  private readonly each: number;

  constructor(private readonly options: RoundsOptions) {
    const { asked, contenders, connections, rounds, writes } = options;
    const turns = contenders.length * connections.length * rounds;
    this.each = Math.min(writes, Math.floor(asked.override.length / Math.max(1, turns)));
  }

  take(contender: Contender, connections: number): Request[] {
    const count = Math.floor(this.each / connections) * connections;
    if (count === 0) throw new Error('the book has too few accounts for so many overrides');
    const variables = this.options.asked.override.slice(this.used, this.used + count);
    this.used += count;
    return variables.flatMap((one) => contender.requestFor('override', one) ?? []);
  }
}
