import { type EntityManager, In } from 'typeorm';
import { type Role, type StoredToken, type TokenStore } from '../../app/ports/stores';
import { ApiTokenRow } from '../rows/api-token.row';

export class SqlTokenStore implements TokenStore {
  constructor(private readonly manager: EntityManager) {}

  async create(token: Parameters<TokenStore['create']>[0]): Promise<StoredToken> {
    const { name, role, prefix, hash, expiresAt, csmId } = token;
    const row = await this.manager.save(
      this.manager.create(ApiTokenRow, {
        name,
        role,
        prefix,
        csmId,
        tokenHash: Buffer.from(hash),
        expiresAt: expiresAt === null ? null : new Date(expiresAt),
      }),
    );
    return storedToken(row);
  }

  async revoke(nameOrPrefix: string, now: string): Promise<StoredToken[]> {
    const rows = await this.manager
      .createQueryBuilder()
      .update(ApiTokenRow)
      .set({ revokedAt: new Date(now) })
      .where('(name = :given OR prefix = :given) AND revoked_at IS NULL', { given: nameOrPrefix })
      .returning('id')
      .execute();
    const ids = (rows.raw as { id: string }[]).map(({ id }) => id);
    if (ids.length === 0) return [];
    return (await this.manager.findBy(ApiTokenRow, { id: In(ids) })).map(storedToken);
  }

  async revokeById(id: string, now: string): Promise<boolean> {
    const { affected } = await this.manager
      .createQueryBuilder()
      .update(ApiTokenRow)
      .set({ revokedAt: () => 'coalesce(revoked_at, :now)' })
      .where('id = :id', { id })
      .setParameter('now', new Date(now))
      .execute();
    return affected === 1;
  }

  async noteUse(id: string, now: string): Promise<void> {
    await this.manager.query(
      `UPDATE api_token SET last_used_at = $2::timestamptz
       WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $2::timestamptz - interval '1 hour')`,
      [id, now],
    );
  }
}

function storedToken(row: ApiTokenRow): StoredToken {
  return {
    id: row.id,
    name: row.name,
    role: row.role as Role,
    csmId: row.csmId,
    prefix: row.prefix,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
