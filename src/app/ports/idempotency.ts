/** What a script's key was used for first. */
export interface EarlierCall {
  /** Whether it was the same operation with the same input. */
  readonly same: boolean;
  /** What was answered then. */
  readonly answer: unknown;
}

/** The keys that make a mutation safe to send twice; unique per actor. */
export interface IdempotencyStore {
  /**
   * Takes the key for this transaction, and waits where another one is taking it. Null where the key is new;
   * otherwise what it was used for.
   */
  claim(call: {
    actorId: string;
    key: string;
    operation: string;
    request: string;
    now: string;
  }): Promise<EarlierCall | null>;
  /** Keeps the answer of a key that this transaction has taken. */
  keep(actorId: string, key: string, answer: unknown): void;
  /** Forgets the keys that were first used before the moment; gives how many. */
  forgetBefore(moment: string): Promise<number>;
}
