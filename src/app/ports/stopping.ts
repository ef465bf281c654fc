/** Says that a process has been asked to stop; an AbortSignal will do. */
export interface Stopping {
  readonly aborted: boolean;
}

export const NEVER_STOPPING: Stopping = { aborted: false };

/** Long work was asked to stop and did, between two of its batches; what it had done so far stays done. */
export class StoppedEarly extends Error {
  constructor() {
    super('the work was asked to stop and goes on another time');
    this.name = 'StoppedEarly';
  }
}

/** Throws StoppedEarly where the process is to stop. */
export function stopIfAsked(stopping: Stopping): void {
  if (stopping.aborted) throw new StoppedEarly();
}
