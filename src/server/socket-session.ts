import type { Actor } from '../app/actor';
import type { Authenticate } from './authentication';
import { HttpError } from './http-errors';

/** Why a socket is closed, by the codes of WebSockets (1xxx) and of graphql-transport-ws (44xx). */
export const CLOSE = {
  RESTART: 1012,
  TRY_AGAIN: 1013,
  UNAUTHORIZED: 4401,
  FORBIDDEN: 4403,
  TOO_MANY: 4429,
  INTERNAL: 4500,
} as const;

/** A reason to close, for the caller. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** Whose socket it is. The token is checked again and again, so that a revoked one ends what it began. */
export class SocketSession {
  private actor: Actor | null = null;
  private checkedAt = -Infinity;
  private checking: Promise<Actor | null> | null = null;

  /**
   * @param recheckEvery milliseconds for which an answer about the token is good
   * @param close called when the token lets nobody in any more
   * @param now milliseconds from any fixed moment
   */
  constructor(
    private readonly token: string,
    private readonly authenticate: Authenticate,
    private readonly recheckEvery: number,
    private readonly close: (closing: Closing) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Who it is as of now; null once the socket is being closed. */
  actorNow(): Promise<Actor | null> | Actor | null {
    if (this.now() - this.checkedAt < this.recheckEvery) return this.actor;
    this.checking ??= this.check().finally(() => {
      this.checking = null;
    });
    return this.checking;
  }

  private async check(): Promise<Actor | null> {
    const at = this.now();
    try {
      this.actor = await this.authenticate(this.token);
      if (this.actor === null) {
        this.close({ code: CLOSE.UNAUTHORIZED, reason: 'the token is not valid (any more)' });
      }
    } catch (error) {
      this.actor = null;
      this.close(closingFor(error));
    }
    this.checkedAt = at;
    return this.actor;
  }
}

function closingFor(error: unknown): Closing {
  if (error instanceof HttpError && error.statusCode === 401)
    return { code: CLOSE.UNAUTHORIZED, reason: error.message };
  if (error instanceof HttpError && error.statusCode === 403)
    return { code: CLOSE.FORBIDDEN, reason: error.message };
  return { code: CLOSE.TRY_AGAIN, reason: 'the token cannot be checked at the moment' };
}
