import { PrimaryProgress } from '../../src/persistence/replicas/primary-progress';
import { noConnection } from '../../src/persistence/connections';
import { replicaFailure } from '../../src/persistence/replicas/replica-failure';
import { SessionPositions } from '../../src/persistence/replicas/session-positions';
import { formatWalPosition, parseWalPosition } from '../../src/persistence/replicas/wal-position';

describe('a position of the write-ahead log', () => {
  test.each([
    ['0/0', 0n],
    ['0/16B3748', 0x16b3748n],
    ['1/0', 0x1_0000_0000n],
    ['FFFFFFFF/FFFFFFFF', 0xffff_ffff_ffff_ffffn],
  ])('%s is read and written', (text, position) => {
    expect(parseWalPosition(text)).toBe(position);
    expect(formatWalPosition(position)).toBe(text);
  });

  test.each(['', '0', '0/', '/0', 'g/0', '0/0 ', '0/123456789', '0/0, 0/0', '-1/0'])('%p is none', (text) => {
    expect(parseWalPosition(text)).toBeNull();
  });
});

describe('what a replica must have replayed', () => {
  const settled = (at = 10n): SessionPositions => {
    const positions = new SessionPositions(3);
    positions.settle(at);
    return positions;
  };

  test('cannot be told before anybody has looked, nor while there is a doubt', () => {
    expect(new SessionPositions().requiredFor('a')).toBeNull();
    const positions = settled();
    positions.doubt();
    expect(positions.requiredFor('a')).toBeNull();
    positions.settle(12n);
    expect(positions.requiredFor('a')).toBe(12n);
  });

  test('is what the session has changed last, and for others what everybody needs', () => {
    const positions = settled();
    positions.note('a', 20n);
    positions.note('a', 15n);
    positions.note('b', 5n);
    expect(['a', 'b', 'c'].map((session) => positions.requiredFor(session))).toEqual([20n, 10n, 10n]);
  });

  test('is the last of what was forgotten for one that comes back', () => {
    const positions = settled();
    positions.note('a', 20n);
    positions.note('b', 30n);
    positions.forget(25n);
    expect(['a', 'b', 'c'].map((session) => positions.requiredFor(session))).toEqual([20n, 30n, 20n]);
  });

  test('is that of everybody once there are too many sessions', () => {
    const positions = settled();
    for (const [session, position] of [
      ['a', 20n],
      ['b', 30n],
      ['c', 40n],
      ['d', 25n],
    ] as const) {
      positions.note(session, position);
    }
    expect(positions.requiredFor('z')).toBe(40n);
  });

  test('is unknown again once another server is the primary', () => {
    const positions = settled();
    positions.note('a', 20n);
    positions.startAnew();
    positions.settle(1n);
    expect(positions.requiredFor('a')).toBe(1n);
  });
});

describe('how far a replica is behind', () => {
  const progress = (): PrimaryProgress => {
    const seen = new PrimaryProgress();
    seen.note(100n, 1_000);
    seen.note(100n, 2_000);
    seen.note(200n, 3_000);
    seen.note(300n, 4_000);
    return seen;
  };

  test.each([
    ['one that has everything, whatever the time', 300n, { ms: 0, atLeast: false }],
    ['one that has more than anybody has seen', 400n, { ms: 0, atLeast: false }],
    ['one that lacks the last', 299n, { ms: 56_000, atLeast: false }],
    ['one that lacks two, by the older one', 100n, { ms: 57_000, atLeast: false }],
    ['one that lacks what nobody saw being written', 99n, { ms: 59_000, atLeast: true }],
  ])('%s', (_, replayed, lag) => {
    expect(progress().behind(replayed, 60_000)).toEqual(lag);
  });

  test('is known also of one that has been stuck for longer than anything is remembered', () => {
    const seen = new PrimaryProgress();
    let since: number | null = null;
    for (let second = 0; second <= 10_000; second += 1) {
      seen.note(BigInt(second), second * 1_000);
      const { ms } = seen.behind(100n, second * 1_000, since);
      since = ms === 0 ? null : second * 1_000 - ms;
    }
    expect(seen.behind(100n, 10_000_000, since)).toEqual({ ms: 10_000_000 - 101_000, atLeast: true });
    // Up to an hour it is known by itself.
    expect(seen.behind(6_400n, 10_000_000)).toEqual({ ms: 3_599_000, atLeast: false });
  });
});

describe('a failure on a replica', () => {
  const failure = (code: string | undefined, message = 'it failed'): Error =>
    Object.assign(new Error(message), code === undefined ? {} : { code });

  test.each([
    ['a connection that is refused', failure('ECONNREFUSED'), 'lost'],
    ['a connection that is reset', failure('ECONNRESET'), 'lost'],
    ['a host that is not known', failure('ENOTFOUND'), 'lost'],
    ['a connection that ends', failure(undefined, 'Connection terminated unexpectedly'), 'lost'],
    [
      'a connection that takes too long',
      failure(undefined, 'Connection terminated due to connection timeout'),
      'lost',
    ],
    [
      'a connection that has failed before',
      failure(undefined, 'Client has encountered a connection error and is not queryable'),
      'lost',
    ],
    ['a connection that was closed', failure(undefined, 'Client was closed and is not queryable'), 'lost'],
    ['a server that stops', failure('57P01'), 'lost'],
    ['a server that starts', failure('57P03'), 'lost'],
    ['a conflict with what is replayed', failure('40001'), 'refused'],
    ['too many connections', failure('53300'), 'refused'],
    ['no free connection', noConnection(), 'refused'],
    ['a page that cannot be read', failure('XX001'), 'refused'],
    ['a disk that fails', failure('58030'), 'refused'],
    ['writing', failure('25006'), 'refused'],
    ['a statement that took too long', failure('57014'), null],
    ['a statement that is wrong', failure('42601'), null],
    ['a value that is wrong', failure('22012'), null],
    ['an error of ours', failure(undefined, 'not found'), null],
    ['no error at all', 'ECONNREFUSED', null],
  ])('%s', (_, error, expected) => {
    expect(replicaFailure(error)).toBe(expected);
  });
});
