import { type EntityManager } from 'typeorm';
import { type Role, type StoredToken, type TokenStore } from '../../app/ports/stores';

const GIVEN = `id::text, name, role, csm_id::text AS "csmId", prefix, created_at AS "createdAt",
  expires_at AS "expiresAt", revoked_at AS "revokedAt"`;

interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly csmId: string | null;
  readonly prefix: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export class SqlTokenStore implements TokenStore {
  constructor(private readonly manager: EntityManager) {}

  async create(token: Parameters<TokenStore['create']>[0]): Promise<StoredToken> {
    const { name, role, prefix, hash, expiresAt, csmId } = token;
    const [row]: TokenRow[] = await this.manager.query(
      `INSERT INTO api_token (name, role, prefix, csm_id, token_hash, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
       RETURNING ${GIVEN}`,
      [name, role, prefix, csmId, Buffer.from(hash), expiresAt],
    );
    if (row === undefined) throw new Error('the token was not stored');
    return storedToken(row);
  }

  async revoke(nameOrPrefix: string, now: string): Promise<StoredToken[]> {
    const [rows]: [TokenRow[], number] = await this.manager.query(
      `UPDATE api_token SET revoked_at = $2 WHERE (name = $1 OR prefix = $1) AND revoked_at IS NULL
       RETURNING ${GIVEN}`,
      [nameOrPrefix, now],
    );
    return rows.map(storedToken);
  }

  async revokeById(id: string, now: string): Promise<boolean> {
    const [, count]: [unknown, number] = await this.manager.query(
      `UPDATE api_token SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1`,
      [id, now],
    );
    return count === 1;
  }

  async noteUse(id: string, now: string): Promise<void> {
    await this.manager.query(
      `UPDATE api_token SET last_used_at = $2::timestamptz
       WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $2::timestamptz - interval '1 hour')`,
      [id, now],
    );
  }
}

function storedToken({ createdAt, expiresAt, revokedAt, ...token }: TokenRow): StoredToken {
  return {
    ...token,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
