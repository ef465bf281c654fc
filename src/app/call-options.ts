/** What a script may add to a call that changes one thing. */
export interface CallOptions {
  /** Makes the call safe to send twice. */
  readonly idempotencyKey?: string | null | undefined;
  /** The version of what is changed that the caller has seen. */
  readonly expectedVersion?: number | null | undefined;
}
