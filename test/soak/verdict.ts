/** A figure at a second of the run. */
export interface Point {
  readonly second: number;
  readonly value: number;
}

/** An answer: when it was due to be asked for, and how long after that it was there. */
export interface Timing {
  readonly second: number;
  readonly milliseconds: number;
}

/** What /metrics and PostgreSQL have said at one moment. */
export interface Sample {
  readonly second: number;
  readonly heapBytes: number;
  readonly rssBytes: number;
  /** What the server has computed since it started. */
  readonly cpuSeconds: number;
  /** Of the machine: how many processes want a core. What others do on it slows answers, too. */
  readonly machineLoad: number;
  readonly lagMilliseconds: number;
  readonly busy: number;
  readonly waiting: number;
  /** Transactions that have been open for seconds with nobody asking anything. */
  readonly forgotten: number;
}

export interface Deliveries {
  readonly followers: number;
  /** What has happened in the book since they began to follow. */
  readonly events: number;
  readonly missing: number;
  readonly twice: number;
  /** Followers whose subscription ended, or that were told of an error. */
  readonly broken: number;
}

/** Everything that a soak run has seen. */
export interface SoakRecord {
  readonly seconds: number;
  readonly timings: readonly Timing[];
  readonly samples: readonly Sample[];
  /** Bytes that the server held after its garbage was collected. */
  readonly retained: readonly Point[];
  /** How often each outcome came: "ok", "refused CODE", "error CODE", "status 503", "lost", "held back". */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly deliveries: Deliveries;
  /** Once the load had ended. */
  readonly afterwards: Sample;
}

/** What was not sent is a matter of time, and judged there. */
const FINE = new Set(['ok', 'held back']);
const WARM_UP = 0.25;
const TEN_MINUTES = 600;
/** Shares of the mean that ten minutes may add. */
const MOST_HEAP_GROWTH = 0.05;
const MOST_RSS_GROWTH = 0.1;
const MOST_SLOWER = 1.5;
/** Below these, times are noise of the machine. */
const LEAST_P50_MS = 5;
const LEAST_P99_MS = 25;
/** A run that is shorter says nothing about memory. */
export const LEAST_MINUTES_FOR_MEMORY = 5;

/** The value below which the share of the values lies (nearest rank); 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** What ten minutes add by the straight line through the points, as a share of their mean; 0 of fewer than three. */
export function growthPerTenMinutes(points: readonly Point[]): number {
  if (points.length < 3) return 0;
  const second = mean(points.map((point) => point.second));
  const value = mean(points.map((point) => point.value));
  let covariance = 0;
  let variance = 0;
  for (const point of points) {
    covariance += (point.second - second) * (point.value - value);
    variance += (point.second - second) ** 2;
  }
  return variance === 0 || value === 0 ? 0 : ((covariance / variance) * TEN_MINUTES) / value;
}

/** What is wrong whatever the machine: answers, deliveries and what is left hanging. */
export function brokenRules({ outcomes, deliveries, afterwards }: SoakRecord): string[] {
  const broken = Object.entries(outcomes)
    .filter(([outcome]) => !FINE.has(outcome))
    .map(([outcome, count]) => `${count} requests came back as "${outcome}"`);
  if ((outcomes.ok ?? 0) === 0) broken.push('no request was answered');
  const { followers, events, missing, twice, broken: ended } = deliveries;
  if (events === 0) broken.push('nothing happened that could be followed');
  if (missing > 0) broken.push(`${missing} of ${events * followers} deliveries are missing`);
  if (twice > 0) broken.push(`${twice} deliveries came twice`);
  if (ended > 0) broken.push(`${ended} of ${followers} subscriptions ended or failed`);
  const { busy, waiting, forgotten } = afterwards;
  if (busy > 0) broken.push(`${busy} connections are in use after the load`);
  if (waiting > 0) broken.push(`${waiting} callers wait for a connection after the load`);
  if (forgotten > 0) broken.push(`${forgotten} transactions are open after the load`);
  return broken;
}

/** What ten minutes added once the server was warm, as shares. */
export function memoryGrowth({ seconds, samples, retained }: SoakRecord): { heap: number; rss: number } {
  const growth = (points: readonly Point[]): number =>
    growthPerTenMinutes(points.filter((point) => point.second >= seconds * WARM_UP));
  const rss = samples.map(({ second, rssBytes }) => ({ second, value: rssBytes }));
  return { heap: growth(retained), rss: growth(rss) };
}

/** What has grown while the load was the same: memory, times, and connections that are waited for. */
export function brokenTrends(record: SoakRecord): string[] {
  const { seconds, timings, samples, outcomes } = record;
  const broken: string[] = [];
  const memory = (name: string, growth: number, most: number): void => {
    if (growth > most)
      broken.push(`${name} grows by ${percent(growth)} in 10 minutes, above ${percent(most)}`);
  };
  if (seconds >= LEAST_MINUTES_FOR_MEMORY * 60) {
    const { heap, rss } = memoryGrowth(record);
    memory('the heap', heap, MOST_HEAP_GROWTH);
    memory('the memory of the process', rss, MOST_RSS_GROWTH);
  }
  const times = (third: number): number[] =>
    inThird(timings, seconds, third).map((timing) => timing.milliseconds);
  for (const [name, share, least] of [
    ['p50', 0.5, LEAST_P50_MS],
    ['p99', 0.99, LEAST_P99_MS],
  ] as const) {
    const before = percentile(times(1), share);
    const after = percentile(times(2), share);
    if (after > Math.max(before * MOST_SLOWER, least)) {
      broken.push(`${name} rises from ${before.toFixed(1)} ms to ${after.toFixed(1)} ms in the last third`);
    }
  }
  const [before, after] = [
    processorShare(inThird(samples, seconds, 1)),
    processorShare(inThird(samples, seconds, 2)),
  ];
  if (before > 0 && after > before * MOST_SLOWER) {
    broken.push(
      `the same work takes ${after.toFixed(2)} of a core in the last third, after ${before.toFixed(2)}`,
    );
  }
  const waiting = (third: number): number =>
    mean(inThird(samples, seconds, third).map((sample) => sample.waiting));
  if (waiting(2) > waiting(1) * MOST_SLOWER + 1) {
    broken.push(
      `callers that wait for a connection rise from ${waiting(1).toFixed(1)} to ${waiting(2).toFixed(1)}`,
    );
  }
  const forgotten = Math.max(0, ...samples.map((sample) => sample.forgotten));
  if (forgotten > 0) broken.push(`${forgotten} transactions were open for seconds with nobody using them`);
  const heldBack = outcomes['held back'] ?? 0;
  if (heldBack > 0) broken.push(`${heldBack} requests were not sent: too many were unanswered`);
  return broken;
}

/** Cores that the server kept busy from the first of the samples to the last one; 0 of fewer than two. */
export function processorShare(samples: readonly Sample[]): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.second === first.second) return 0;
  return (last.cpuSeconds - first.cpuSeconds) / (last.second - first.second);
}

/** What belongs to the first (0), second (1) or last (2) third of the run. */
export function inThird<T extends { readonly second: number }>(
  all: readonly T[],
  seconds: number,
  third: number,
): T[] {
  return all.filter(({ second }) => Math.min(2, Math.floor((second * 3) / seconds)) === third);
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A share in words. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
