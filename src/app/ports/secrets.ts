/** Makes tokens that cannot be guessed, and the hashes by which they are recognised. */
export interface Secrets {
  /** A new token; `prefix` is the part by which people tell tokens apart. */
  newToken(): { readonly text: string; readonly prefix: string };
  hash(text: string): Uint8Array;
  /** A new secret by which webhooks are signed, as Standard Webhooks writes it: "whsec_…". */
  newWebhookSecret(): string;
}
