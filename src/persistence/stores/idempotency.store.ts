import { type EntityManager } from 'typeorm';
import { type EarlierCall, type IdempotencyStore } from '../../app/ports/idempotency';

/** What the request says is of no use later, so only its hash is kept. */
function hashOf(operation: string, request: string): string {
  return `sha256(convert_to(${operation}::text || E'\n' || ${request}::text, 'UTF8'))`;
}

export class SqlIdempotencyStore implements IdempotencyStore {
  constructor(private readonly manager: EntityManager) {}

  async claim({
    actorId,
    key,
    operation,
    request,
    now,
  }: Parameters<IdempotencyStore['claim']>[0]): Promise<EarlierCall | null> {
    const taken: unknown[] = await this.manager.query(
      `INSERT INTO idempotency_key (actor_id, key, created_at, request_hash) VALUES ($1, $2, $3, ${hashOf('$4', '$5')})
       ON CONFLICT ON CONSTRAINT pk_idempotency_key DO NOTHING RETURNING true`,
      [actorId, key, now, operation, request],
    );
    if (taken.length > 0) return null;
    // A statement of its own: it has to see what the transaction that the insert waited for has committed.
    const [earlier]: EarlierCall[] = await this.manager.query(
      `SELECT request_hash = ${hashOf('$3', '$4')} AS same, answer
       FROM idempotency_key WHERE actor_id = $1 AND key = $2`,
      [actorId, key, operation, request],
    );
    if (earlier === undefined) throw new Error('an idempotency key was forgotten while it was asked for');
    return earlier;
  }

  keep(actorId: string, key: string, answer: unknown): void {
    void this.manager.query(`UPDATE idempotency_key SET answer = $3 WHERE actor_id = $1 AND key = $2`, [
      actorId,
      key,
      JSON.stringify(answer),
    ]);
  }

  async forgetBefore(moment: string): Promise<number> {
    const [, count]: [unknown, number] = await this.manager.query(
      `DELETE FROM idempotency_key WHERE created_at < $1`,
      [moment],
    );
    return count;
  }
}
