import { openSubscriptions, readMetrics } from './metrics-text';

const TEXT = `# HELP nodejs_heap_size_used_bytes Process heap size used from Node.js in bytes.
# TYPE nodejs_heap_size_used_bytes gauge
nodejs_heap_size_used_bytes 52428800
nodejs_heap_space_size_used_bytes{space="old"} 7
process_resident_memory_bytes 2.5e+8
process_cpu_user_seconds_total 3
process_cpu_seconds_total 4.5
nodejs_eventloop_lag_p99_seconds 0.0125
tierbook_database_connections{pool="read",state="busy"} 2
tierbook_database_connections{pool="read",state="idle"} 8
tierbook_database_connections{pool="read",state="waiting"} 1
tierbook_database_connections{pool="write",state="busy"} 3
tierbook_database_connections{pool="write",state="idle"} 7
tierbook_database_connections{pool="write",state="waiting"} 0
tierbook_open_subscriptions 20
`;

describe('the figures of /metrics', () => {
  test('are those of their names, of all pools together', () => {
    expect(readMetrics(TEXT, 10)).toEqual({
      second: 10,
      heapBytes: 52_428_800,
      rssBytes: 250_000_000,
      cpuSeconds: 4.5,
      lagMilliseconds: 12.5,
      busy: 5,
      waiting: 1,
    });
    expect(openSubscriptions(TEXT)).toBe(20);
  });

  test('are missed where a server does not show them', () => {
    expect(() => openSubscriptions('nothing 1\n')).toThrow('/metrics has no tierbook_open_subscriptions');
  });
});
