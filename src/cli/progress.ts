import { SingleBar } from 'cli-progress';

export interface ProgressOptions {
  /** What is being done, such as "import accounts". */
  readonly label: string;
  /** How many units there are in all, if that is known. */
  readonly total?: number;
  /** What is counted, in the plural: "rows". */
  readonly unit: string;
  /** The share done, 0 to 1, where it is known better than from `total`: the bytes read of a file's bytes. */
  readonly share?: () => number;
  readonly stream?: NodeJS.WriteStream;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

export interface Progress {
  /** Counts `n` more units as done. */
  advance(n: number): void;
  /** Ends the line; call it in a finally, for the bar holds a timer. */
  finish(): void;
}

const BAR_AFTER_MS = 500;
const LINE_EVERY_MS = 5_000;
const BAR_STEPS = 1_000;

/**
 * Shows how far long work has come, on stderr: the share done, units per second and an estimate of the time left.
 * On a terminal a bar that redraws itself; elsewhere a line every 5 seconds at most, none for work that ends sooner.
 */
export function startProgress(options: ProgressOptions): Progress {
  const stream = options.stream ?? process.stderr;
  const now = options.now ?? ((): number => performance.now());
  const tally = new Tally(options, now);
  return stream.isTTY ? barProgress(tally, stream) : lineProgress(tally, stream);
}

class Tally {
  private count = 0;
  private readonly startedAt: number;

  constructor(
    private readonly options: ProgressOptions,
    private readonly now: () => number,
  ) {
    this.startedAt = now();
  }

  add(n: number): void {
    this.count += n;
  }

  elapsedMs(): number {
    return this.now() - this.startedAt;
  }

  /** 0 to 1; null where neither the total nor the share is known. */
  share(): number | null {
    const { total, share } = this.options;
    const value = share ? share() : total === undefined ? Number.NaN : this.count / total;
    return Number.isFinite(value) ? Math.min(Math.max(value, 0), 1) : null;
  }

  label(): string {
    return this.options.label;
  }

  /** "12,000 of 50,000 rows, 8,000 rows/s, about 5 s left" */
  figures(): string {
    const { total, unit } = this.options;
    const done = total === undefined ? grouped(this.count) : `${grouped(this.count)} of ${grouped(total)}`;
    const rate = `${grouped(this.count / Math.max(this.elapsedMs() / 1_000, 0.001))} ${unit}/s`;
    const share = this.share();
    const left = share === null || share === 0 ? null : (this.elapsedMs() * (1 - share)) / share;
    return [`${done} ${unit}`, rate, ...(left === null ? [] : [`about ${duration(left)} left`])].join(', ');
  }

  /** "50,000 rows in 6 s, 8,000 rows/s" */
  summary(): string {
    const seconds = Math.max(this.elapsedMs() / 1_000, 0.001);
    const { unit } = this.options;
    return `${grouped(this.count)} ${unit} in ${duration(seconds * 1_000)}, ${grouped(this.count / seconds)} ${unit}/s`;
  }
}

function barProgress(tally: Tally, stream: NodeJS.WriteStream): Progress {
  let bar: SingleBar | null = null;
  const steps = (): number => Math.floor((tally.share() ?? 0) * BAR_STEPS);
  return {
    advance: (n) => {
      tally.add(n);
      if (bar === null && tally.elapsedMs() < BAR_AFTER_MS) return;
      const payload = { figures: tally.figures() };
      if (bar === null) {
        const gauge = tally.share() === null ? '' : ' [{bar}] {percentage}%';
        bar = new SingleBar({
          stream,
          format: `${tally.label()}${gauge} {figures}`,
          barsize: 24,
          barCompleteChar: '#',
          barIncompleteChar: '.',
          // Otherwise a run that is broken off leaves the terminal without line wrapping.
          linewrap: true,
        });
        bar.start(BAR_STEPS, steps(), payload);
      } else {
        bar.update(steps(), payload);
      }
    },
    finish: () => {
      bar?.update(steps(), { figures: tally.summary() });
      bar?.stop();
      bar = null;
    },
  };
}

function lineProgress(tally: Tally, stream: NodeJS.WriteStream): Progress {
  let lines = 0;
  let lastAt = 0;
  const print = (text: string): void => {
    lines++;
    lastAt = tally.elapsedMs();
    stream.write(`${tally.label()}: ${text}\n`);
  };
  return {
    advance: (n) => {
      tally.add(n);
      if (tally.elapsedMs() - lastAt < LINE_EVERY_MS) return;
      const share = tally.share();
      print(`${share === null ? '' : `${Math.floor(share * 100)}%, `}${tally.figures()}`);
    },
    finish: () => {
      if (lines > 0) print(`done, ${tally.summary()}`);
    },
  };
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
