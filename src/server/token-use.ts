import { type Clock } from '../app/ports/clock';
import { type UsableToken } from '../app/ports/reads';
import { reasonOf } from './describe-error';
import { type Logger } from './log';

const HOUR_MS = 3_600_000;
const PAUSE_MS = 60_000;

/**
 * Writes down when tokens were last used, at most once an hour each and beside the requests: nobody waits for it,
 * and where it fails only the log knows.
 */
export class TokenUse {
  private readonly tried = new Map<string, number>();
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly write: (tokenId: string) => Promise<void>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Notes that the token let somebody in. */
  readonly note = ({ id, lastUsedAt }: UsableToken): void => {
    const now = Date.parse(this.clock.now());
    if (lastUsedAt !== null && now - Date.parse(lastUsedAt) < HOUR_MS) return;
    // Of many requests at once one writes, and where that failed the next try is not the next request.
    if (now - (this.tried.get(id) ?? -Infinity) < PAUSE_MS) return;
    this.tried.set(id, now);
    const writing = this.write(id)
      .catch((error: unknown) => {
        this.logger.warn({ reason: reasonOf(error) }, 'the last use of a token could not be written');
      })
      .finally(() => this.running.delete(writing));
    this.running.add(writing);
  };

  /** Waits for what is being written. */
  async settle(): Promise<void> {
    await Promise.all(this.running);
  }
}
