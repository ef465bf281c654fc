import { mean, percentile, processorShare, type SoakRecord } from './verdict';

const MEGABYTE = 1e6;

export const HEADINGS = [
  'minute',
  'answers',
  'p50 ms',
  'p99 ms',
  'heap MB',
  'held MB',
  'RSS MB',
  'lag ms',
  'cores',
  'busy',
  'waiting',
  'machine',
].map(cell);

/** One minute of a run in a line: its answers, and the means of its samples. */
export function minuteLine(
  { timings, samples, retained }: Pick<SoakRecord, 'timings' | 'samples' | 'retained'>,
  minute: number,
): string {
  const inMinute = <T extends { readonly second: number }>(all: readonly T[]): T[] =>
    all.filter(({ second }) => Math.floor(second / 60) === minute);
  const times = inMinute(timings).map((timing) => timing.milliseconds);
  const seen = inMinute(samples);
  const held = inMinute(retained).map((point) => point.value);
  return [
    String(minute + 1),
    String(times.length),
    percentile(times, 0.5).toFixed(1),
    percentile(times, 0.99).toFixed(1),
    (mean(seen.map((sample) => sample.heapBytes)) / MEGABYTE).toFixed(1),
    held.length === 0 ? '' : (mean(held) / MEGABYTE).toFixed(1),
    (mean(seen.map((sample) => sample.rssBytes)) / MEGABYTE).toFixed(1),
    mean(seen.map((sample) => sample.lagMilliseconds)).toFixed(1),
    processorShare(seen).toFixed(2),
    mean(seen.map((sample) => sample.busy)).toFixed(1),
    mean(seen.map((sample) => sample.waiting)).toFixed(1),
    mean(seen.map((sample) => sample.machineLoad)).toFixed(1),
  ]
    .map(cell)
    .join('');
}

function cell(text: string): string {
  return text.padStart(9);
}
