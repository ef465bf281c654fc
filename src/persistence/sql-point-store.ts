import {
  type ClosedLease,
  LEASE_LIFE_MS,
  type LeaseRequest,
  type PointLease,
  type PointStore,
} from '../app/ports/points';
import { type DatabaseReader } from './reads/database-reader';
import { WorkScope } from './work-scope';

const TIME_LIMIT_MS = 1_000;
const SHORTEST_MEMORY_SECONDS = 60;

/** The bucket as it is now: what was leased and is not over, and the points in it. */
const LEVEL = `
  (SELECT clock_timestamp() AS now) moment,
  LATERAL (SELECT CASE WHEN b.leased_until < moment.now THEN 0 ELSE greatest(0, b.leased - $4::float8) END AS leased) held,
  LATERAL (
    SELECT least(
      $2::float8 - held.leased,
      b.available + $5::float8 + $3::float8 * greatest(0, extract(epoch FROM moment.now - b.restored_at)::float8)
    ) AS points
  ) level`;

/**
 * One statement, so that nobody comes between looking and taking. Points in leases count against the capacity;
 * otherwise the bucket would fill up behind a lease and give more than one bucket could. The database's clock is
 * everybody's.
 */
const LEASE = `
  INSERT INTO throttle_bucket AS b (actor, available, leased, leased_until, granted, restored_at)
  SELECT $1::text, $2::float8 - fresh.granted, CASE WHEN fresh.granted > $6::float8 THEN fresh.granted ELSE 0 END,
    clock_timestamp() + make_interval(secs => $8::float8), fresh.granted, clock_timestamp()
  FROM (SELECT CASE WHEN $2::float8 >= 2 * $7::float8 THEN $7::float8 ELSE $6::float8 END AS granted) fresh
  ON CONFLICT (actor) DO UPDATE SET (available, leased, leased_until, granted, restored_at) = (
    SELECT level.points - given.points, held.leased + given.lease,
      CASE WHEN given.lease = 0 THEN b.leased_until
        ELSE greatest(b.leased_until, moment.now + make_interval(secs => $8::float8)) END,
      given.points, moment.now
    FROM ${LEVEL},
      LATERAL (
        SELECT CASE WHEN level.points >= 2 * $7::float8 THEN $7::float8
          WHEN level.points >= $6::float8 THEN $6::float8 ELSE 0 END AS points
      ) offer,
      LATERAL (SELECT offer.points, CASE WHEN offer.points > $6::float8 THEN offer.points ELSE 0 END AS lease) given
  )
  RETURNING granted, available`;

const CLOSE = `
  UPDATE throttle_bucket b SET (available, leased, restored_at) = (
    SELECT level.points, held.leased, moment.now FROM ${LEVEL}
  )
  WHERE b.actor = $1::text`;

const FORGET = `
  WITH gone AS (
    DELETE FROM throttle_bucket WHERE restored_at < clock_timestamp() - make_interval(secs => $1::float8) RETURNING 1
  )
  SELECT count(*)::int AS count FROM gone`;

/** The buckets in a table that does not outlive a crash of the database: after one they are full. */
export class SqlPointStore implements PointStore {
  constructor(
    private readonly database: DatabaseReader,
    private readonly size: { readonly capacity: number; readonly restoreRate: number },
  ) {}

  async lease({ actorId, needed, wished, closing }: LeaseRequest): Promise<PointLease> {
    const { capacity, restoreRate } = this.size;
    const [row] = await this.ask<PointLease>(LEASE, [
      actorId,
      capacity,
      restoreRate,
      closing.size,
      closing.unspent,
      needed,
      wished,
      LEASE_LIFE_MS / 1_000,
    ]);
    return row ?? { granted: 0, available: 0 };
  }

  async close(actorId: string, { size, unspent }: ClosedLease): Promise<void> {
    const { capacity, restoreRate } = this.size;
    await this.ask(CLOSE, [actorId, capacity, restoreRate, size, unspent]);
  }

  async forgetFull(): Promise<number> {
    const { capacity, restoreRate } = this.size;
    const seconds = Math.max(SHORTEST_MEMORY_SECONDS, (2 * capacity) / restoreRate);
    const [row] = await this.ask<{ count: number }>(FORGET, [seconds]);
    return row?.count ?? 0;
  }

  private async ask<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    const scope = new WorkScope(TIME_LIMIT_MS);
    try {
      return await this.database.within(scope).rows<Row>(sql, parameters);
    } finally {
      scope.close();
    }
  }
}
