/** Told to every process when there may be new events; what they are stands in the table. */
export const EVENT_CHANNEL = 'tierbook_event';

const RINGS_EVERY_MS = 25;

/**
 * Tells every process after a commit that there may be new events. A NOTIFY within the transactions themselves would
 * make all of them commit one after another, so that one word stands for many commits. A word that is lost delays
 * events and loses none: listeners look by themselves, too.
 */
export class EventBell {
  private asked = false;
  private ringing: Promise<void> | null = null;

  constructor(private readonly query: (sql: string) => Promise<unknown>) {}

  /** Rings at once, or as soon as the last ring is long enough ago. Never throws, and nobody has to wait. */
  readonly ring = (): void => {
    this.asked = true;
    this.ringing ??= this.ringWhileAsked();
  };

  /** Waits for what is being told. */
  async settle(): Promise<void> {
    await this.ringing;
  }

  private async ringWhileAsked(): Promise<void> {
    while (this.asked) {
      this.asked = false;
      await this.query(`NOTIFY ${EVENT_CHANNEL}`).catch(ignore);
      await pause();
    }
    this.ringing = null;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, RINGS_EVERY_MS);
  });
}

function ignore(): void {
  // Listeners look by themselves.
}
