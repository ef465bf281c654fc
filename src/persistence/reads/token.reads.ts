import { type TokenReads } from '../../app/ports/reads';
import { type StoredToken } from '../../app/ports/stores';
import { type DatabaseReader } from './database-reader';

export class SqlTokenReads implements TokenReads {
  constructor(private readonly database: DatabaseReader) {}

  async usableByHash(
    hash: Uint8Array,
    now: string,
  ): Promise<Pick<StoredToken, 'id' | 'name' | 'role'> | null> {
    const [token] = await this.database.rows<Pick<StoredToken, 'id' | 'name' | 'role'>>(
      `SELECT id::text AS id, name, role FROM api_token
       WHERE token_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2::timestamptz)`,
      [Buffer.from(hash), now],
    );
    return token ?? null;
  }
}
