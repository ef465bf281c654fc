/** What every mutation that may be sent twice says of its key. */
export const IDEMPOTENCY_KEY =
  'A text of at most 100 characters that makes the call safe to send twice: a repeat is answered as the first one was.';
