import { type CsmIdentityReads } from '../../app/ports/csm-identity';
import { type DatabaseReader } from './database-reader';

export class SqlCsmIdentityReads implements CsmIdentityReads {
  constructor(private readonly database: DatabaseReader) {}

  idByExternalId(externalId: string): Promise<string | null> {
    return this.only(`SELECT id::text FROM csm WHERE external_id = $1`, externalId);
  }

  idByEmail(email: string): Promise<string | null> {
    return this.only(`SELECT id::text FROM csm WHERE lower(email) = lower($1) LIMIT 2`, email);
  }

  private async only(sql: string, parameter: string): Promise<string | null> {
    const [row, another] = await this.database.rows<{ id: string }>(sql, [parameter]);
    return another === undefined ? (row?.id ?? null) : null;
  }
}
