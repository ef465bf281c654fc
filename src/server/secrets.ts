import { createHash, randomBytes } from 'node:crypto';
import { type Secrets } from '../app/ports/secrets';

const TOKEN_BYTES = 32;
const PREFIX_LENGTH = 8;
const WEBHOOK_SECRET_BYTES = 32;

/**
 * Tokens of 256 random bits, such as "tb_4f0c…". A plain SHA-256 is enough to store them by: there is nothing to
 * guess that a slow hash would protect.
 */
export const secrets: Secrets = {
  newToken() {
    const text = `tb_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
    return { text, prefix: text.slice(0, PREFIX_LENGTH) };
  },
  hash(text) {
    return createHash('sha256').update(text).digest();
  },
  newWebhookSecret() {
    return `whsec_${randomBytes(WEBHOOK_SECRET_BYTES).toString('base64')}`;
  },
};
