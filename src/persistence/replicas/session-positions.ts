import { type WalPosition } from './wal-position';

const MOST_SESSIONS = 10_000;

/**
 * Up to where a replica must have replayed before it may answer somebody: everything that this actor has changed, and
 * what concerns everybody. Null where nobody can tell, and the primary has to answer.
 */
export class SessionPositions {
  private everybody: WalPosition | null = null;
  private readonly sessions = new Map<string, WalPosition>();

  constructor(private readonly most = MOST_SESSIONS) {}

  /** Something has changed, and it is not known where. */
  doubt(): void {
    this.everybody = null;
  }

  /** Whatever was in doubt had been written up to there. */
  settle(position: WalPosition): void {
    this.everybody ??= position;
  }

  /** The session has changed something up to there. */
  note(session: string, position: WalPosition): void {
    const known = this.sessions.get(session);
    if (known === undefined || known < position) this.sessions.set(session, position);
    if (this.sessions.size > this.most) this.forget(largest([...this.sessions.values()]));
  }

  requiredFor(session: string): WalPosition | null {
    if (this.everybody === null) return null;
    const own = this.sessions.get(session);
    return own === undefined || own < this.everybody ? this.everybody : own;
  }

  /**
   * Forgets the sessions that every replica in service has caught up with. One that comes back later has to have
   * caught up with them, too, so the last of what is forgotten is required of all.
   */
  forget(replayed: WalPosition): void {
    if (this.everybody === null) return;
    for (const [session, position] of this.sessions) {
      if (position > replayed) continue;
      this.sessions.delete(session);
      if (position > this.everybody) this.everybody = position;
    }
  }

  /** Another server is the primary now, and positions of the old one mean nothing. */
  startAnew(): void {
    this.sessions.clear();
    this.everybody = null;
  }
}

function largest(positions: readonly WalPosition[]): WalPosition {
  return positions.reduce((most, position) => (position > most ? position : most), 0n);
}
