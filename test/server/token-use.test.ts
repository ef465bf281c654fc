import { PassThrough } from 'node:stream';
import { type Clock } from '../../src/app/ports/clock';
import { type UsableToken } from '../../src/app/ports/reads';
import { createLogger } from '../../src/server/log';
import { TokenUse } from '../../src/server/token-use';
import { fixedClock } from '../support/clock';

const TOKEN: UsableToken = { id: '7', name: 'nightly', role: 'VIEWER', csmId: null, lastUsedAt: null };

describe('the last use of a token', () => {
  let moment = Date.parse('2026-03-02T12:00:00.000Z');
  const clock: Clock = {
    now: () => new Date(moment).toISOString(),
    today: () => fixedClock('2026-03-02').today(),
  };
  const written: string[] = [];
  const log = new PassThrough();
  let logs = '';
  let work: (id: string) => Promise<void>;
  let use: TokenUse;

  beforeEach(() => {
    written.length = 0;
    logs = '';
    log.removeAllListeners('data').on('data', (chunk: Buffer) => (logs += chunk.toString()));
    work = (id) => {
      written.push(id);
      return Promise.resolve();
    };
    use = new TokenUse((id) => work(id), clock, createLogger('warn', log));
  });

  test.each<[string, string | null, number]>([
    ['was never used', null, 1],
    ['was used a minute ago', '2026-03-02 11:59:00+00', 0],
    ['was used nearly an hour ago', '2026-03-02 11:00:00.001+00', 0],
    ['was used an hour ago', '2026-03-02 11:00:00+00', 1],
    ['was used by a clock that is ahead', '2026-03-02 12:30:00+00', 0],
  ])('is written for one that %s as often as it should', async (_title, lastUsedAt, times) => {
    use.note({ ...TOKEN, lastUsedAt });
    await use.settle();
    expect(written).toHaveLength(times);
  });

  test('is written by one of many requests at once, for each token', async () => {
    for (let call = 0; call < 20; call += 1) {
      use.note(TOKEN);
      use.note({ ...TOKEN, id: '8' });
    }
    await use.settle();
    expect(written).toEqual(['7', '8']);
  });

  test('that cannot be written disturbs nobody, and is tried again after a minute', async () => {
    work = () => Promise.reject(new Error('the database is away'));
    expect(() => {
      use.note(TOKEN);
      use.note(TOKEN);
    }).not.toThrow();
    await use.settle();
    expect(logs.match(/the last use of a token could not be written/g)).toHaveLength(1);
    work = (id) => {
      written.push(id);
      return Promise.resolve();
    };
    use.note(TOKEN);
    expect(written).toEqual([]);
    moment += 60_000;
    use.note(TOKEN);
    await use.settle();
    expect(written).toEqual(['7']);
  });
});
