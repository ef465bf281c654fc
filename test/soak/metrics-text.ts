import { type Sample } from './verdict';

/** Figures of the server's /metrics. */
export function readMetrics(text: string, second: number): Omit<Sample, 'forgotten' | 'machineLoad'> {
  return {
    second,
    heapBytes: sum(text, 'nodejs_heap_size_used_bytes'),
    rssBytes: sum(text, 'process_resident_memory_bytes'),
    cpuSeconds: sum(text, 'process_cpu_seconds_total'),
    lagMilliseconds: sum(text, 'nodejs_eventloop_lag_p99_seconds') * 1_000,
    busy: sum(text, 'tierbook_database_connections', 'state="busy"'),
    waiting: sum(text, 'tierbook_database_connections', 'state="waiting"'),
  };
}

/** How many subscriptions are open on the server. */
export function openSubscriptions(text: string): number {
  return sum(text, 'tierbook_open_subscriptions');
}

/** The values of the metric together, of those with the label alone if one is given. Throws where there is none. */
function sum(text: string, name: string, label = ''): number {
  const lines = text
    .split('\n')
    .filter((line) => /^[a-z0-9_]+/.exec(line)?.[0] === name && line.includes(label));
  if (lines.length === 0) throw new Error(`/metrics has no ${name}`);
  return lines.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
