import { type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import {
  type PreparedAccount,
  type PreparedPublicationStore,
  type PublishedGroup,
} from '../../app/ports/prepared-publication';
import { ADVISORY_LOCKS } from '../advisory-locks';
import { relationshipComplexity } from '../../domain/load';
import { effectiveTier } from '../../domain/standing';
import { serviceChange } from '../../domain/tier-history';
import { historyRows, pendingRow, scorecardRow, standingRow } from './account-rows';
import { HISTORY, INSERT_SCORECARDS, PENDING, SCORECARD, SCORED } from './account-writes';
import { type Columns, rowsParameters, rowsSource } from './columnar';
import { SCORE_COLUMNS, STANDING_COLUMNS } from './standing-columns';

/**
 * Scorecards that others write while a publication is prepared come before those that it has prepared: the newest one
 * of an account is the one with the highest id.
 */
const IDS_LEFT_FREE = 100_000_000;

const without = (columns: Columns, ...left: readonly string[]): Columns =>
  Object.fromEntries(Object.entries(columns).filter(([name]) => !left.includes(name)));

const PENDING_COLUMNS = without(PENDING, 'account_id', 'held_tier');

/** What becomes of the account's row. */
const SET: Columns = { ...without(STANDING_COLUMNS, 'had_arr', 'lines_applied_on'), ...SCORE_COLUMNS };

const prefixed = (columns: Columns): Columns =>
  Object.fromEntries(Object.entries(columns).map(([name, type]) => [`pending_${name}`, type]));

/** Everybody, as short as can be: most accounts stay where they are. */
const PREPARED: Columns = {
  id: 'bigint',
  version: 'integer',
  effective_before: 'text',
  effective_tier: 'text',
  computed_tier: 'text',
  relationship_facts: 'integer',
  is_pending: 'boolean',
};

/** What is written with the model. */
const WRITE: Columns = {
  id: 'bigint',
  ...SET,
  ...prefixed(PENDING_COLUMNS),
  service: 'text',
  /** Rows of the tier history; null for an account that moves nowhere. */
  entries: 'jsonb',
};

const names = (columns: Columns, prefix = ''): string =>
  Object.keys(columns)
    .map((name) => `${prefix}${name}`)
    .join(', ');

const create = (table: string, columns: Columns): string =>
  `CREATE TEMPORARY TABLE ${table} (${Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ')}) ON COMMIT DROP`;

const keep = (table: string, columns: Columns): string =>
  `INSERT INTO ${table} (${names(columns)}) SELECT ${names(columns)} FROM ${rowsSource(columns)}`;

const KEEP_PREPARED = keep('prepared', PREPARED);
const KEEP_WRITES = keep('prepared_write', WRITE);

const ADJUSTMENTS = `SELECT id, version, account_id, kind FROM service_adjustment WHERE status = 'ACTIVE'`;

const KEEP_ADJUSTMENTS = `CREATE TEMPORARY TABLE adjustment ON COMMIT DROP AS ${ADJUSTMENTS}`;

/**
 * What has come or changed in the meantime. Rows that were there unchanged when the preparation began are told by the
 * transaction that wrote them, $1 being the oldest that ran then: of all others, few if any, versions are compared.
 * (Their numbers have 32 bits and begin anew after the highest; one that is so old that it seems to come is compared, too.)
 */
const NOTE_OVERTAKEN = `
  CREATE TEMPORARY TABLE overtaken ON COMMIT DROP AS
  WITH written AS MATERIALIZED (
    SELECT id, version, ${SCORED} AS scored FROM account
    WHERE (account.xmin::text::bigint - $1::bigint) & 4294967295 < 2147483648
  )
  SELECT written.id, scored FROM written LEFT JOIN prepared p ON p.id = written.id
  LEFT JOIN unscored ON unscored.id = written.id
  WHERE written.version IS DISTINCT FROM coalesce(p.version, unscored.version)
  UNION
  SELECT account.id, ${SCORED}
  FROM ((TABLE adjustment EXCEPT ${ADJUSTMENTS}) UNION ALL (${ADJUSTMENTS} EXCEPT TABLE adjustment)) other
  JOIN account ON account.id = other.account_id`;

/** Those that publishing leaves alone, so that it is seen whether they change. */
const KEEP_UNSCORED = `
  CREATE TEMPORARY TABLE unscored ON COMMIT DROP AS SELECT id, version FROM account WHERE (${SCORED}) IS NOT TRUE`;

const FORGET_WRITES = `
  DELETE FROM prepared_write p USING overtaken WHERE overtaken.id = p.id
  RETURNING p.id::text, p.scorecard_id::text, overtaken.scored`;

const UPDATE_ACCOUNTS = `
  UPDATE account SET ${Object.keys(SET)
    .map((name) => `${name} = p.${name}`)
    .join(', ')},
    version = account.version + 1, updated_at = $1
  FROM prepared_write p WHERE account.id = p.id`;

const INSERT_HISTORY = `
  INSERT INTO tier_history (${names(HISTORY)}, scorecard_id, model_version, actor_id, actor_name, occurred_on, occurred_at)
  SELECT ${names(HISTORY, 'e.')}, p.scorecard_id, p.model_version, $1, $2, $3, $4
  FROM prepared_write p, ROWS FROM (jsonb_to_recordset(p.entries) AS (${Object.entries(HISTORY)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ')})) WITH ORDINALITY AS e(${names(HISTORY)}, position)
  WHERE p.entries IS NOT NULL
  ORDER BY p.id, e.position`;

const COME_INTO_SERVICE = `
  INSERT INTO account_engagement (account_id, served_since, tier_since)
  SELECT id, $1::date, $1::date FROM prepared_write WHERE service = 'CAME'
  ON CONFLICT ON CONSTRAINT pk_account_engagement
  DO UPDATE SET served_since = excluded.served_since, tier_since = excluded.tier_since`;

const CHANGE_SERVICE = `
  UPDATE account_engagement SET tier_since = $1::date FROM prepared_write p
  WHERE p.id = account_engagement.account_id AND p.service = 'CHANGED'`;

const SET_PENDING = `
  INSERT INTO pending_downgrade (account_id, held_tier, ${names(PENDING_COLUMNS)})
  SELECT id, held_tier, ${names(prefixed(PENDING_COLUMNS))} FROM prepared_write
  WHERE entries IS NOT NULL AND pending_target_tier IS NOT NULL
  ON CONFLICT ON CONSTRAINT pk_pending_downgrade DO UPDATE SET held_tier = excluded.held_tier,
    ${Object.keys(PENDING_COLUMNS)
      .map((name) => `${name} = excluded.${name}`)
      .join(', ')}`;

const CLEAR_PENDING = `
  DELETE FROM pending_downgrade USING prepared_write p
  WHERE p.id = pending_downgrade.account_id AND p.entries IS NOT NULL AND p.pending_target_tier IS NULL`;

/** A tier that a new model drops gives way to its successor, in active overrides too (section 3). */
const FOLLOW_TIERS = `
  UPDATE tier_override SET tier = p.override_tier, model_version = p.model_version, version = tier_override.version + 1
  FROM prepared_write p
  WHERE tier_override.account_id = p.id AND tier_override.status = 'ACTIVE' AND p.entries IS NOT NULL
    AND tier_override.tier <> p.override_tier`;

const groupsOf = (decided: string): string => `
  SELECT p.effective_before AS before, p.effective_tier AS after, p.computed_tier AS settled,
    p.relationship_facts AS "relationshipFacts", adjustment.kind AS adjustment, count(*)::int AS accounts,
    count(*) FILTER (WHERE p.is_pending)::int AS pending
  FROM ${decided} LEFT JOIN adjustment ON adjustment.account_id = p.id
  GROUP BY 1, 2, 3, 4, 5`;

const GROUPS = groupsOf('prepared p');
const OVERTAKEN_GROUPS = groupsOf('overtaken JOIN prepared p ON p.id = overtaken.id');

interface Forgotten {
  readonly id: string;
  readonly scorecard_id: string;
  readonly scored: boolean;
}

/** Temporary tables of the transaction, beside the scorecards, which are in their place already. */
export class SqlPreparedPublicationStore implements PreparedPublicationStore {
  private scorecards = 0;
  private firstScorecard = 0n;
  /** The oldest transaction that ran when the preparation began. */
  private oldestRunning = '0';

  constructor(private readonly manager: EntityManager) {}

  async awaitNone(): Promise<void> {
    await this.query('SELECT pg_advisory_xact_lock_shared($1)', [ADVISORY_LOCKS.PREPARATION]);
  }

  async begin(): Promise<void> {
    // A statement of its own, so that the next one sees what the last holder has left.
    await this.query('SELECT pg_advisory_xact_lock($1)', [ADVISORY_LOCKS.PREPARATION]);
    const [next] = await this.query<{ id: string; oldest: string }>(
      `SELECT (last_value + $1::bigint)::text AS id, pg_snapshot_xmin(pg_current_snapshot())::text AS oldest
       FROM scorecard_id_seq`,
      [IDS_LEFT_FREE],
    );
    if (next === undefined) throw new Error('a sequence has a last value');
    this.firstScorecard = BigInt(next.id);
    this.oldestRunning = next.oldest;
    await this.query(KEEP_UNSCORED);
    await this.query(create('prepared', PREPARED));
    await this.query(create('prepared_write', WRITE));
  }

  async keep(prepared: readonly PreparedAccount[], { today, now }: Stamp): Promise<void> {
    if (prepared.length === 0) return;
    await this.query(KEEP_PREPARED, rowsParameters(PREPARED, prepared.map(preparedRow)));
    const writes = prepared.filter(({ withModel }) => withModel).map(({ write }) => write);
    if (writes.length === 0) return;
    const first = this.firstScorecard + BigInt(this.scorecards);
    const ids = {
      accountIds: new Map(writes.map((write) => [write.account.externalId, write.id ?? ''])),
      scorecardIds: new Map(
        writes.map((write, index) => [write.account.externalId, String(first + BigInt(index))]),
      ),
    };
    const cards = writes.map((write) => scorecardRow(write, ids));
    await this.query(INSERT_SCORECARDS, [...rowsParameters(SCORECARD, cards), today, now]);
    const rows = writes.map((write) => ({
      ...standingRow(write, ids),
      ...pendingColumns(pendingRow(write, write.id ?? '')),
      service: serviceChange(write.entries),
      entries: write.entries.length === 0 ? null : historyRows(write, write.id ?? ''),
    }));
    await this.query(KEEP_WRITES, rowsParameters(WRITE, rows));
    this.scorecards += writes.length;
  }

  async seal(): Promise<PublishedGroup[]> {
    await this.query('CREATE UNIQUE INDEX ON prepared (id)');
    await this.query('CREATE UNIQUE INDEX ON prepared_write (id)');
    await this.query('CREATE UNIQUE INDEX ON unscored (id)');
    await this.query(KEEP_ADJUSTMENTS);
    await this.query('ANALYZE prepared, prepared_write, unscored, adjustment');
    return this.query(GROUPS);
  }

  async noteOvertaken(): Promise<boolean> {
    await this.query(NOTE_OVERTAKEN, [this.oldestRunning]);
    await this.query('CREATE UNIQUE INDEX ON overtaken (id)');
    return (await this.query('SELECT FROM overtaken LIMIT 1')).length > 0;
  }

  overtakenGroups(): Promise<PublishedGroup[]> {
    return this.query(OVERTAKEN_GROUPS);
  }

  async apply({ today, now, actorId, actorName }: Stamp): Promise<Map<string, string>> {
    await this.query(`SELECT setval('scorecard_id_seq', $1)`, [
      this.firstScorecard + BigInt(this.scorecards),
    ]);
    const unused = await this.forgetOvertaken();
    await this.query(UPDATE_ACCOUNTS, [now]);
    await this.query(INSERT_HISTORY, [actorId, actorName, today, now]);
    await this.query(COME_INTO_SERVICE, [today]);
    await this.query(CHANGE_SERVICE, [today]);
    await this.query(SET_PENDING);
    await this.query(CLEAR_PENDING);
    await this.query(FOLLOW_TIERS);
    return unused;
  }

  private async forgetOvertaken(): Promise<Map<string, string>> {
    const [rows] = await this.manager.query<[Forgotten[], number]>(FORGET_WRITES);
    // Those of accounts that have churned belong to nobody. (Finding that out reads whole tables, but it is rare.)
    const orphans = rows.filter(({ scored }) => !scored).map(({ scorecard_id }) => scorecard_id);
    if (orphans.length > 0) {
      await this.query('DELETE FROM scorecard WHERE id = ANY($1::bigint[])', [orphans]);
    }
    return new Map(rows.flatMap(({ id, scorecard_id, scored }) => (scored ? [[id, scorecard_id]] : [])));
  }

  async overtakenAfter(after: string, limit: number): Promise<string[]> {
    const rows = await this.query<{ id: string }>(
      `SELECT id::text FROM overtaken WHERE scored AND id > $1 ORDER BY overtaken.id LIMIT $2`,
      [after, limit],
    );
    return rows.map(({ id }) => id);
  }

  async applied(ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.query<{ id: string }>(
      `SELECT id::text FROM prepared_write WHERE id = ANY($1::bigint[])`,
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  private query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.manager.query(sql, [...parameters]);
  }
}

function preparedRow({ write, version }: PreparedAccount): object {
  const { id, before, account } = write;
  return {
    id,
    version,
    effective_before: before && effectiveTier(before.standing),
    effective_tier: effectiveTier(account.standing),
    computed_tier: account.standing.computed,
    relationship_facts: relationshipComplexity(account.values),
    is_pending: account.standing.pending !== null,
  };
}

function pendingColumns(row: object): object {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [`pending_${name}`, value]));
}
