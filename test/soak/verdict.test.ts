import {
  brokenRules,
  brokenTrends,
  growthPerTenMinutes,
  inThird,
  percentile,
  processorShare,
  type Sample,
  type SoakRecord,
} from './verdict';

const MINUTES = 20;

describe('percentile', () => {
  test.each([
    ['none', [], 0.5, 0],
    ['one', [7], 0.99, 7],
    ['the middle of an odd count', [3, 1, 2], 0.5, 2],
    ['the lower middle of an even count', [4, 1, 3, 2], 0.5, 2],
    ['the last but one of a hundred', hundred(), 0.99, 99],
    ['the highest', hundred(), 1, 100],
    ['the lowest', hundred(), 0, 1],
    ['numbers by size, not by their digits', [100, 20, 3], 1, 100],
  ])('of %s', (_name, values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });
});

describe('growth in ten minutes', () => {
  test.each([
    ['nothing', [], 0],
    ['two points, which say nothing', [100, 200], 0],
    ['what stays', [100, 100, 100], 0],
    ['a steady rise of 1 a minute around 100', [99, 100, 101], 0.1],
    ['a fall', [101, 100, 99], -0.1],
    ['teeth of a saw', [90, 110, 100, 110, 90], 0],
    ['zeros', [0, 0, 0], 0],
  ])('of %s', (_name, values, expected) => {
    const points = values.map((value, minute) => ({ second: minute * 60, value }));
    expect(growthPerTenMinutes(points)).toBeCloseTo(expected, 10);
  });

  test('of points at one moment is none', () => {
    expect(growthPerTenMinutes([1, 2, 3].map((value) => ({ second: 5, value })))).toBe(0);
  });
});

describe('the share of a processor', () => {
  test.each<[string, Sample[], number]>([
    ['nothing', [], 0],
    ['one sample', [sample(60)], 0],
    ['two at one moment', [sample(60), sample(60)], 0],
    [
      'what came before is not counted',
      [sample(60, { cpuSeconds: 100 }), sample(80, { cpuSeconds: 105 })],
      0.25,
    ],
  ])('of %s', (_name, all, expected) => {
    expect(processorShare(all)).toBe(expected);
  });
});

describe('thirds', () => {
  test.each([
    [0, [0, 19.9]],
    [1, [20, 39.9]],
    [2, [40, 59.9, 60.5]],
  ])('third %d', (third, expected) => {
    const all = [0, 19.9, 20, 39.9, 40, 59.9, 60.5].map((second) => ({ second }));
    expect(inThird(all, 60, third).map(({ second }) => second)).toEqual(expected);
  });
});

describe('the rules of answers and deliveries', () => {
  const delivered = { followers: 20, events: 10, missing: 0, twice: 0, broken: 0 };
  test.each<[string, Partial<SoakRecord>, string[]]>([
    ['a good run', {}, []],
    ['a request held back, which is a matter of time', { outcomes: { ok: 5, 'held back': 1 } }, []],
    ['a 5xx', { outcomes: { ok: 5, 'status 503': 2 } }, ['2 requests came back as "status 503"']],
    ['a 429', { outcomes: { ok: 5, 'status 429': 1 } }, ['1 requests came back as "status 429"']],
    ['an error in an answer', { outcomes: { ok: 5, 'error X': 1 } }, ['1 requests came back as "error X"']],
    [
      'a refusal',
      { outcomes: { ok: 5, 'refused REQUIRED': 1 } },
      ['1 requests came back as "refused REQUIRED"'],
    ],
    ['no answer', { outcomes: { lost: 3 } }, ['3 requests came back as "lost"', 'no request was answered']],
    ['no events', { deliveries: { ...delivered, events: 0 } }, ['nothing happened that could be followed']],
    ['a delivery missing', { deliveries: { ...delivered, missing: 1 } }, ['1 of 200 deliveries are missing']],
    ['a delivery twice', { deliveries: { ...delivered, twice: 4 } }, ['4 deliveries came twice']],
    [
      'a broken follower',
      { deliveries: { ...delivered, broken: 1 } },
      ['1 of 20 subscriptions ended or failed'],
    ],
    [
      'what is left hanging',
      { afterwards: sample(0, { busy: 1, waiting: 2, forgotten: 3 }) },
      [
        '1 connections are in use after the load',
        '2 callers wait for a connection after the load',
        '3 transactions are open after the load',
      ],
    ],
    ['a rise in memory, which is a trend', { retained: perMinute((minute) => 100 + minute) }, []],
  ])('%s', (_name, differences, expected) => {
    expect(brokenRules(record(differences))).toEqual(expected);
  });
});

describe('the rules of trends', () => {
  test.each<[string, Partial<SoakRecord>, string[]]>([
    ['a flat run', {}, []],
    [
      'a heap that grows',
      { retained: perMinute((minute) => 100 + minute) },
      ['the heap grows by 8.9 % in 10 minutes, above 5.0 %'],
    ],
    ['a heap that grows while it warms up', { retained: perMinute((minute) => Math.min(5, minute)) }, []],
    ['a heap that grows a little', { retained: perMinute((minute) => 100 + minute * 0.4) }, []],
    ['a heap that shrinks', { retained: perMinute((minute) => 100 - minute) }, []],
    [
      'a process that grows',
      { samples: samples((minute) => ({ rssBytes: 100 + minute * 2 })) },
      ['the memory of the process grows by 16.1 % in 10 minutes, above 10.0 %'],
    ],
    ['times that stay below what is noise', { timings: timings((minute) => (minute < 14 ? 1 : 4)) }, []],
    [
      'times that rise',
      { timings: timings((minute) => (minute < 14 ? 20 : 40)) },
      [
        'p50 rises from 20.0 ms to 40.0 ms in the last third',
        'p99 rises from 20.0 ms to 40.0 ms in the last third',
      ],
    ],
    ['times that rise in the first third', { timings: timings((minute) => (minute < 6 ? 20 : 80)) }, []],
    [
      'the same work done more slowly, on an even machine or not',
      {
        samples: samples((minute) => ({ cpuSeconds: minute < 14 ? minute * 15 : 210 + (minute - 14) * 30 })),
      },
      ['the same work takes 0.50 of a core in the last third, after 0.25'],
    ],
    [
      'callers that wait ever more',
      { samples: samples((minute) => ({ waiting: minute < 14 ? 1 : 9 })) },
      ['callers that wait for a connection rise from 1.0 to 9.0'],
    ],
    [
      'a transaction that somebody forgot',
      { samples: samples((minute) => ({ forgotten: minute === 3 ? 1 : 0 })) },
      ['1 transactions were open for seconds with nobody using them'],
    ],
    [
      'requests that were held back',
      { outcomes: { ok: 1, 'held back': 7 } },
      ['7 requests were not sent: too many were unanswered'],
    ],
    [
      'a short run, which says nothing of memory',
      { seconds: 120, retained: [0, 30, 60, 90].map((second) => ({ second, value: second + 1 })) },
      [],
    ],
  ])('%s', (_name, differences, expected) => {
    expect(brokenTrends(record(differences))).toEqual(expected);
  });
});

function hundred(): number[] {
  return Array.from({ length: 100 }, (_, index) => 100 - index);
}

function sample(second: number, differences: Partial<Sample> = {}): Sample {
  return {
    second,
    heapBytes: 100,
    rssBytes: 100,
    cpuSeconds: second / 2,
    machineLoad: 1,
    lagMilliseconds: 1,
    busy: 0,
    waiting: 0,
    forgotten: 0,
    ...differences,
  };
}

function perMinute(value: (minute: number) => number): { second: number; value: number }[] {
  return Array.from({ length: MINUTES }, (_, minute) => ({ second: minute * 60, value: value(minute) }));
}

function samples(differences: (minute: number) => Partial<Sample>): Sample[] {
  return Array.from({ length: MINUTES }, (_, minute) => sample(minute * 60, differences(minute)));
}

function timings(milliseconds: (minute: number) => number): { second: number; milliseconds: number }[] {
  return perMinute(milliseconds).map(({ second, value }) => ({ second, milliseconds: value }));
}

function record(differences: Partial<SoakRecord>): SoakRecord {
  return {
    seconds: MINUTES * 60,
    timings: timings(() => 20),
    samples: samples(() => ({})),
    retained: perMinute(() => 100),
    outcomes: { ok: 1_000 },
    deliveries: { followers: 20, events: 10, missing: 0, twice: 0, broken: 0 },
    afterwards: sample(0),
    ...differences,
  };
}
