import { type TokenReads, type UsableToken } from '../../app/ports/reads';
import { type DatabaseReader } from './database-reader';

export class SqlTokenReads implements TokenReads {
  constructor(private readonly database: DatabaseReader) {}

  async usableByHash(hash: Uint8Array, now: string): Promise<UsableToken | null> {
    const [token] = await this.database.rows<UsableToken>(
      `SELECT id::text AS id, name, role, csm_id::text AS "csmId", last_used_at AS "lastUsedAt" FROM api_token
       WHERE token_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2::timestamptz)`,
      [Buffer.from(hash), now],
    );
    return token ?? null;
  }
}
