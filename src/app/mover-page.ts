import { type Mover, type MoverKind } from '../domain/simulation';
import { type Window } from './ports/reads';

/** Which movers of a simulation are wanted, in the order of their ids. */
export interface MoverPage {
  /** All kinds if absent. */
  readonly kinds?: readonly MoverKind[] | null | undefined;
  readonly window: Window;
}

/** Keeps the movers of one page while all of them pass by in the order of their ids. */
export class MoverCollector {
  private readonly kept: Mover[] = [];
  private readonly beyond: bigint | null;

  constructor(private readonly page: MoverPage) {
    const [id] = page.window.after ?? [];
    this.beyond = typeof id === 'string' ? BigInt(id) : null;
  }

  add(mover: Mover): void {
    const { kinds, window } = this.page;
    if (kinds !== null && kinds !== undefined && !kinds.includes(mover.kind)) return;
    const id = BigInt(mover.accountId);
    if (window.backward) {
      if (this.beyond !== null && id >= this.beyond) return;
      this.kept.push(mover);
      if (this.kept.length > window.size + 1) this.kept.shift();
    } else if ((this.beyond === null || id > this.beyond) && this.kept.length <= window.size) {
      this.kept.push(mover);
    }
  }

  /** As a read of the window gives rows: the nearest to its start first. */
  movers(): readonly Mover[] {
    return this.page.window.backward ? [...this.kept].reverse() : this.kept;
  }
}
