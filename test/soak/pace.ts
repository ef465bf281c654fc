import { setTimeout as pause } from 'node:timers/promises';
import { type Connection } from './connection';
import { type MixedLoad } from './mixed-load';
import { type Timing } from './verdict';

const TICK_MS = 10;
/** More of them say that the server does not keep up, and would only pile up here. */
const MOST_UNANSWERED = 1_000;

/** What came of requests. */
export class Tally {
  readonly timings: Timing[] = [];
  readonly outcomes: Record<string, number> = {};

  note(outcome: string): void {
    this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
  }
}

/**
 * Sends at a steady rate, whether or not answers come: the time of an answer runs from when it was due to be asked
 * for, so a server that stops for a while does not hide it by stopping whoever asks.
 */
export async function pace(
  connection: Connection,
  load: MixedLoad,
  rate: number,
  seconds: number,
  tally: Tally,
  stop: AbortSignal,
): Promise<void> {
  const begun = performance.now();
  const elapsed = (): number => performance.now() - begun;
  const unanswered = new Set<Promise<void>>();
  const total = Math.floor(rate * seconds);
  for (let sent = 0; sent < total && !stop.aborted;) {
    const due = Math.min(total, Math.floor((elapsed() / 1_000) * rate) + 1);
    for (; sent < due; sent += 1) {
      const second = sent / rate;
      if (unanswered.size >= MOST_UNANSWERED) {
        tally.note('held back');
        continue;
      }
      const one = connection.outcome(load.next()).then((outcome) => {
        tally.note(outcome);
        tally.timings.push({ second, milliseconds: elapsed() - second * 1_000 });
        unanswered.delete(one);
      });
      unanswered.add(one);
    }
    await pause(TICK_MS);
  }
  await Promise.all(unanswered);
}

/** Requests a second by so many clients, each of which asks as soon as it was answered. */
export async function press(
  connection: Connection,
  load: MixedLoad,
  clients: number,
  seconds: number,
  tally: Tally,
): Promise<number> {
  const begun = performance.now();
  const last = begun + seconds * 1_000;
  let answered = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < last) {
        const outcome = await connection.outcome(load.next());
        tally.note(outcome);
        // What is refused at once is no sign of how much a server can take.
        if (outcome === 'ok') answered += 1;
      }
    }),
  );
  return (answered * 1_000) / (performance.now() - begun);
}
