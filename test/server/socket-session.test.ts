import { type Actor } from '../../src/app/actor';
import { HttpError } from '../../src/server/http-errors';
import { CLOSE, type Closing, SocketSession } from '../../src/server/socket-session';
import { SOCKET_LIMITS } from '../../src/server/sockets';
import { somebody } from '../support/override-book';

describe('whose socket it is', () => {
  const viewer = somebody('VIEWER');

  const sessionOf = (authenticate: () => Promise<Actor | null>) => {
    const closed: Closing[] = [];
    const clock = { now: 0 };
    const session = new SocketSession(
      'token',
      authenticate,
      1_000,
      (closing) => closed.push(closing),
      () => clock.now,
    );
    return { session, closed, clock };
  };

  test.each<[string, () => Promise<Actor | null>, number]>([
    ['a token that is not valid any more', () => Promise.resolve(null), CLOSE.UNAUTHORIZED],
    ['a token that is refused', () => Promise.reject(new HttpError(401, 'expired')), CLOSE.UNAUTHORIZED],
    ['a person without a role', () => Promise.reject(new HttpError(403, 'no role')), CLOSE.FORBIDDEN],
    [
      'a token that cannot be checked',
      () => Promise.reject(new Error('the database is away')),
      CLOSE.TRY_AGAIN,
    ],
  ])('%s closes it', async (_title, authenticate, code) => {
    const { session, closed } = sessionOf(authenticate);
    expect(await session.actorNow()).toBeNull();
    expect(closed.map((closing) => closing.code)).toEqual([code]);
    expect(JSON.stringify(closed)).not.toContain('database is away');
  });

  test('is asked again once an answer has grown old', async () => {
    let asked = 0;
    const { session, clock } = sessionOf(() => {
      asked += 1;
      return Promise.resolve(asked < 3 ? viewer : null);
    });
    const seen = [];
    for (const now of [0, 999, 1_000, 1_999, 2_000]) {
      clock.now = now;
      seen.push((await session.actorNow()) !== null);
    }
    expect([asked, seen]).toEqual([3, [true, true, true, true, false]]);
  });

  test('has the limits that the README names', () => {
    expect(SOCKET_LIMITS).toMatchObject({
      sockets: 2_000,
      socketsOfActor: 200,
      subscriptions: 50,
      messageBytes: 131_072,
      initWithin: 10_000,
    });
  });
});
