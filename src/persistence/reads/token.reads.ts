import { type TokenReads, type UsableToken } from '../../app/ports/reads';
import { noConnection } from '../connections';
import { type DatabaseReader, MOST_WAITING } from './database-reader';

/** Asked for while another statement is on its way. */
interface Asked {
  readonly hash: string;
  readonly now: string;
  readonly resolve: (token: UsableToken | null) => void;
  readonly reject: (error: unknown) => void;
}

type FoundToken = UsableToken & { readonly place: number };

/**
 * Every request asks for a token, so those that come while the database looks some up are looked up together, by the
 * statement after that: nobody gets an answer from before the question.
 */
export class SqlTokenReads implements TokenReads {
  private waiting: Asked[] = [];
  private isAsking = false;

  constructor(
    private readonly database: DatabaseReader,
    private readonly mostWaiting = MOST_WAITING,
  ) {}

  usableByHash(hash: Uint8Array, now: string): Promise<UsableToken | null> {
    return new Promise((resolve, reject) => {
      if (this.waiting.length >= this.mostWaiting) throw noConnection();
      this.waiting.push({ hash: Buffer.from(hash).toString('hex'), now, resolve, reject });
      if (!this.isAsking) void this.askForAll();
    });
  }

  private async askForAll(): Promise<void> {
    this.isAsking = true;
    while (this.waiting.length > 0) {
      const together = this.waiting;
      this.waiting = [];
      try {
        const found = await this.find(together);
        together.forEach(({ resolve }, place) => {
          resolve(found.get(place) ?? null);
        });
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.isAsking = false;
  }

  private async find(asked: readonly Asked[]): Promise<Map<number, UsableToken>> {
    const rows = await this.database.byKey<FoundToken>(
      `SELECT asked.place::int, t.id::text AS id, t.name, t.role, t.csm_id::text AS "csmId",
         t.last_used_at AS "lastUsedAt"
       FROM unnest($1::text[], $2::timestamptz[]) WITH ORDINALITY AS asked(hash, now, place)
       JOIN api_token t ON t.token_hash = decode(asked.hash, 'hex') AND t.revoked_at IS NULL
         AND (t.expires_at IS NULL OR t.expires_at > asked.now)`,
      [asked.map(({ hash }) => hash), asked.map(({ now }) => now)],
    );
    return new Map(rows.map(({ place, ...token }) => [place - 1, token]));
  }
}
