import { type EntityManager } from 'typeorm';
import { type AccountNames, byIds } from '../../app/ports/account-names';
import { type Stamp } from '../../app/ports/clock';
import { type AccountWrite } from '../../app/ports/account-write';
import {
  type AccountStore,
  type AccountOutline,
  type HeldAccount,
  type QuietAccountVersion,
  type RescoringAgenda,
  type RescoringDay,
  type ShownOutline,
  type StoredAccount,
} from '../../app/ports/stores';
import { isReadable } from '../../domain/account-field';
import { type CalendarDate } from '../../domain/calendar';
import { type Money, parseMoney } from '../../domain/money';
import { digestOf } from '../../domain/scorecard-digest';
import { ACCOUNT_COLUMNS, type AccountColumn } from '../account-columns';
import {
  type LoadedAccount,
  OUTLINE_COLUMNS,
  type OutlinedAccount,
  outlineOf,
  type ShownAccount,
  shownOutlineOf,
  storedAccount,
} from './account-mapping';
import { idsOfNamed } from './account-names';
import { allocated, type TakenIds, type WantedIds, wantedIds } from './account-ids';
import { quietRow } from './account-rows';
import { SCORED, writeAccounts } from './account-writes';
import { type Columns, rowsParameters, rowsSource } from './columnar';
import { QUIET_COLUMNS } from './standing-columns';

function selected(columns: readonly AccountColumn[]): string {
  return columns
    .map(({ name, type }) =>
      type === 'date' || type === 'numeric' ? `a.${name}::text AS ${name}` : `a.${name}`,
    )
    .join(', ');
}

/** What outlines tell beside facts. */
const OUTLINE = `a.id::text, a.external_id, a.version, a.designation_reason, a.designation_author, a.designated_on::text,
    a.designation_review_on::text, a.had_arr, a.placed, a.computed_tier, a.held_tier, a.override_tier,
    a.review_due_on::text, a.review_baseline, a.review_triggers, a.review_escalated_on::text,
    a.scorecard_digest::text, a.model_version,
    pending.target_tier AS pending_target, pending.detected_on::text AS pending_detected_on,
    pending.grace_until::text AS pending_grace_until, pending.reason AS pending_reason,
    pending.extended AS pending_extended,
    override.reason AS override_reason, override.expires_on::text AS override_expires_on`;

/** Which accounts are read together; what is joined to them names them too. */
interface OutlineBatch {
  readonly accounts: string;
  readonly joined: (column: string) => string;
}

/**
 * What is joined to such a batch is asked for between its first and its last account: every batch would otherwise read
 * these tables as a whole, however large they have become.
 */
const NEXT: OutlineBatch = {
  accounts: 'id > $1 ORDER BY account.id LIMIT $2',
  joined: (column) => `${column} > $1 AND ${column} <= (SELECT max(id) FROM a)`,
};
const NAMED: OutlineBatch = {
  accounts: 'id = ANY($1::bigint[])',
  joined: (column) => `${column} = ANY($1::bigint[])`,
};

const outlines = ({ accounts, joined }: OutlineBatch, more = '', joins = ''): string => `
  WITH a AS MATERIALIZED (SELECT * FROM account WHERE ${SCORED} AND ${accounts})
  SELECT ${OUTLINE}, ${selected(OUTLINE_COLUMNS)} ${more}
  FROM a
  LEFT JOIN pending_downgrade pending ON pending.account_id = a.id AND ${joined('pending.account_id')}
  LEFT JOIN tier_override override ON override.account_id = a.id AND override.status = 'ACTIVE'
    AND ${joined('override.account_id')}
  ${joins}
  ORDER BY a.id`;

const OUTLINES_AFTER = outlines(NEXT);
const OUTLINES_OF = outlines(NAMED);
const SHOWN_OUTLINES_AFTER = outlines(
  NEXT,
  `, a.total::text AS total, card.guardrails`,
  `LEFT JOIN scorecard card ON card.id = a.scorecard_id`,
);

/**
 * Looked up account by account: a statement that is planned once for all accounts would otherwise go on reading these
 * tables as a whole when they have grown.
 */
const LOOKED_UP = `
  LEFT JOIN LATERAL (
    SELECT * FROM pending_downgrade WHERE account_id = a.id LIMIT 1
  ) pending ON true
  LEFT JOIN LATERAL (
    SELECT reason, expires_on FROM tier_override WHERE account_id = a.id AND status = 'ACTIVE' LIMIT 1
  ) override ON true`;

/**
 * Everything that the rules need of an account, in one row; $2 is the first day of upgrades worth looking at.
 * It must not lock: see `lockRows`.
 */
export const LOAD_ACCOUNTS = loadAccounts(
  `CASE WHEN card.id IS NOT NULL THEN jsonb_build_object(
      'modelVersion', card.model_version, 'total', card.total::text, 'completeness', card.completeness::text,
      'criteria', card.criteria, 'expansionPotential', card.expansion_potential, 'scoreTier', card.score_tier,
      'ladderTier', card.ladder_tier, 'guardrails', card.guardrails, 'computedTier', card.computed_tier,
      'provisional', card.provisional, 'opensReview', card.opens_review) END AS scorecard,
    upgrades.recent AS recent_upgrades`,
  `LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('on', occurred_on::text, 'heldFrom', held_from, 'causedBy', caused_by)
      ORDER BY id DESC) AS recent
    FROM tier_history
    WHERE account_id = a.id AND kind = 'UPGRADE' AND caused_by <> '[]' AND occurred_on >= $2
      AND newest.occurred_on >= $2
  ) upgrades ON true`,
  'card.id = a.scorecard_id',
);

const LOAD_BY_ID = `${LOAD_ACCOUNTS} WHERE a.id = ANY($1::bigint[]) ORDER BY a.id`;
const LOAD_BY_EXTERNAL_ID = `${LOAD_ACCOUNTS} WHERE a.external_id = ANY($1::text[]) ORDER BY a.id`;
const LOAD_NAMED = `${LOAD_ACCOUNTS} WHERE a.id = ANY(${idsOfNamed('$1', '$3')}) ORDER BY a.id`;

/** As LOAD_ACCOUNTS, without what only matters where something is to be written: of the scorecard, an index has the day. */
const SUMMARISE_ACCOUNTS = loadAccounts(
  'NULL AS scorecard, NULL AS recent_upgrades',
  '',
  'card.account_id = a.id AND card.id = a.scorecard_id',
);

const SUMMARISE_BY_ID = `${SUMMARISE_ACCOUNTS} WHERE a.id = ANY($1::bigint[]) ORDER BY a.id`;

function loadAccounts(more: string, joins: string, card: string): string {
  return `
  SELECT ${OUTLINE}, ${selected(ACCOUNT_COLUMNS)},
    parent.external_id AS parent_external_id, a.lines_applied_on::text, lines.name_seats, lines.name_products,
    greatest(newest.occurred_on, card.scored_on, review.completed_on)::text AS last_history_on, ${more}
  FROM account a
  LEFT JOIN account parent ON parent.id = a.parent_id
  ${LOOKED_UP}
  LEFT JOIN scorecard card ON ${card}
  LEFT JOIN LATERAL (
    SELECT bool_or(seats IS NOT NULL) AS name_seats, bool_or(product IS NOT NULL) AS name_products
    FROM subscription_line WHERE account_id = a.id AND a.lines_applied_on IS NOT NULL
  ) lines ON true
  LEFT JOIN LATERAL (
    SELECT occurred_on FROM tier_history WHERE account_id = a.id ORDER BY id DESC LIMIT 1
  ) newest ON true
  LEFT JOIN LATERAL (
    SELECT completed_on FROM tier_review WHERE account_id = a.id ORDER BY id DESC LIMIT 1
  ) review ON true
  ${joins}`;
}

const AGENDA = `
  WITH next AS MATERIALIZED (
    SELECT id, quiet_until,
      quiet_version = version AND quiet_rules = $5 AND model_version = $4 AND quiet_from <= $3 AS known
    FROM account WHERE id > $1 AND ${SCORED} ORDER BY account.id LIMIT $2
  )
  SELECT count(*)::int AS accounts, max(id)::text AS last,
    coalesce(array_agg(id::text ORDER BY id) FILTER (WHERE known AND quiet_until <= $3), '{}') AS due,
    coalesce(array_agg(id::text ORDER BY id) FILTER (WHERE known IS NOT TRUE OR quiet_until IS NULL), '{}') AS unknown
  FROM next`;

const QUIET: Columns = { id: 'bigint', version: 'integer', ...QUIET_COLUMNS };
const QUIET_NAMES = Object.keys(QUIET_COLUMNS);

/** Nobody waits for it, nor it for anybody. */
const NOTE_QUIET_DAYS = `
  WITH r AS MATERIALIZED (SELECT * FROM ${rowsSource(QUIET)}), held AS MATERIALIZED (
    SELECT account.id FROM account JOIN r ON r.id = account.id WHERE account.version = r.version
    ORDER BY account.id FOR NO KEY UPDATE OF account SKIP LOCKED
  )
  UPDATE account SET ${QUIET_NAMES.map((name) => `${name} = r.${name}`).join(', ')}, quiet_version = r.version
  FROM r JOIN held ON held.id = r.id WHERE account.id = r.id`;

const NOTED: Columns = { id: 'bigint', scorecard_digest: 'bigint' };

const NOTE_DIGESTS = `
  UPDATE account SET scorecard_digest = r.scorecard_digest FROM ${rowsSource(NOTED)} WHERE account.id = r.id`;

const HAS_ID = 'id = ANY($1::bigint[])';
const HAS_EXTERNAL_ID = 'external_id = ANY($1)';

export class SqlAccountStore implements AccountStore {
  constructor(private readonly manager: EntityManager) {}

  async lockByExternalIds(
    externalIds: readonly string[],
    upgradesSince: CalendarDate,
  ): Promise<Map<string, StoredAccount>> {
    const accounts = await this.lock({ ids: [], externalIds }, upgradesSince);
    return new Map(accounts.map((account) => [account.externalId, account]));
  }

  async lockSummaries(externalIds: readonly string[]): Promise<Map<string, StoredAccount>> {
    const held = await this.hold({ ids: [], externalIds });
    const accounts = await this.summarise(held);
    return new Map(accounts.map((account) => [account.externalId, account]));
  }

  async lockSummariesByIds(ids: readonly string[]): Promise<StoredAccount[]> {
    return this.summarise(await this.hold(byIds(ids)));
  }

  async unplacedAfter(version: number, after: string, limit: number): Promise<string[]> {
    const rows = await this.query<{ id: string }>(
      `SELECT id::text FROM account WHERE id > $1 AND ${SCORED} AND model_version IS DISTINCT FROM $2
         AND $2 = (SELECT version FROM tiering_model WHERE tiering_model.status = 'PUBLISHED')
       ORDER BY account.id LIMIT $3`,
      [after, version, limit],
    );
    return rows.map(({ id }) => id);
  }

  async idsOf(externalIds: readonly string[]): Promise<Map<string, string>> {
    const readable = externalIds.filter(isReadable);
    if (readable.length === 0) return new Map();
    const rows = await this.query<{ external_id: string; id: string }>(
      `SELECT external_id, id::text FROM account WHERE external_id = ANY($1)`,
      [readable],
    );
    return new Map(rows.map((row) => [row.external_id, row.id]));
  }

  /** In one statement: two locking statements could each hold what the other waits for. */
  async hold({ ids, externalIds }: AccountNames): Promise<HeldAccount[]> {
    if (externalIds.length === 0) return this.lockRows(HAS_ID, [ids]);
    return ids.length === 0
      ? this.lockRows(HAS_EXTERNAL_ID, [externalIds])
      : this.lockRows(`${HAS_EXTERNAL_ID} OR id = ANY($2::bigint[])`, [externalIds, ids]);
  }

  async lock(names: AccountNames, upgradesSince: CalendarDate): Promise<StoredAccount[]> {
    const [held, accounts] = await Promise.all([this.hold(names), this.readNamed(names, upgradesSince)]);
    // Whatever has come in after the look for what there is to lock is not locked.
    const locked = new Set(held.map(idOf));
    return accounts.filter(({ id }) => locked.has(id));
  }

  lockByIds(ids: readonly string[], upgradesSince: CalendarDate): Promise<StoredAccount[]> {
    return this.lock(byIds(ids), upgradesSince);
  }

  readByIds(ids: readonly string[], upgradesSince: CalendarDate): Promise<StoredAccount[]> {
    return this.read(LOAD_BY_ID, [ids, upgradesSince]);
  }

  async scoredIdsAfter(after: string, limit: number): Promise<string[]> {
    const rows = await this.query<{ id: string }>(
      `SELECT id::text FROM account
       WHERE id > $1 AND ${SCORED}
       ORDER BY account.id LIMIT $2`,
      [after, limit],
    );
    return rows.map(({ id }) => id);
  }

  async outlinesAfter(after: string, limit: number): Promise<AccountOutline[]> {
    const rows = await this.query<OutlinedAccount>(OUTLINES_AFTER, [after, limit]);
    return rows.map(outlineOf);
  }

  async outlinesOf(ids: readonly string[]): Promise<AccountOutline[]> {
    const rows = await this.query<OutlinedAccount>(OUTLINES_OF, [ids]);
    return rows.map(outlineOf);
  }

  async agendaAfter(
    after: string,
    { today, model, rules }: RescoringDay,
    limit: number,
  ): Promise<RescoringAgenda> {
    const [agenda] = await this.query<RescoringAgenda>(AGENDA, [after, limit, today, model, rules]);
    return agenda ?? { accounts: 0, last: null, due: [], unknown: [] };
  }

  async noteQuietDays(accounts: readonly QuietAccountVersion[]): Promise<void> {
    if (accounts.length === 0) return;
    const rows = accounts.map(({ id, version, quiet }) => ({ id, version, ...quietRow(quiet) }));
    await this.query(NOTE_QUIET_DAYS, rowsParameters(QUIET, rows));
  }

  async shownOutlinesAfter(after: string, limit: number): Promise<ShownOutline[]> {
    const rows = await this.query<ShownAccount>(SHOWN_OUTLINES_AFTER, [after, limit]);
    return rows.map(shownOutlineOf);
  }

  async noteDigests(accounts: readonly StoredAccount[]): Promise<void> {
    const rows = accounts.flatMap(({ id, scorecard, scorecardDigest }) => {
      const digest = scorecard === null ? null : digestOf(scorecard);
      return digest === null || digest === scorecardDigest ? [] : [{ id, scorecard_digest: digest }];
    });
    if (rows.length > 0) await this.query(NOTE_DIGESTS, rowsParameters(NOTED, rows));
  }

  async parentsAbove(externalIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.query<{ child: string; parent: string }>(
      `WITH RECURSIVE above AS (
         SELECT id, external_id, parent_id FROM account WHERE external_id = ANY($1)
         UNION
         SELECT account.id, account.external_id, account.parent_id FROM account JOIN above ON account.id = above.parent_id
       )
       SELECT above.external_id AS child, parent.external_id AS parent
       FROM above JOIN account parent ON parent.id = above.parent_id`,
      [externalIds],
    );
    return new Map(rows.map(({ child, parent }) => [child, parent]));
  }

  async existing(externalIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.query<{ external_id: string }>(
      `SELECT external_id FROM account WHERE external_id = ANY($1)`,
      [externalIds],
    );
    return new Set(rows.map((row) => row.external_id));
  }

  async save(writes: readonly AccountWrite[], stamp: Stamp): Promise<Map<string, string>> {
    if (writes.length === 0) return new Map();
    const wanted = wantedIds(writes);
    const taken = wanted === null ? undefined : await this.takeIds(wanted);
    const ids = allocated(writes, wanted, taken);
    writeAccounts((sql, parameters) => this.query(sql, parameters), writes, ids, stamp);
    return ids.accountIds;
  }

  async payingArr(): Promise<Money[]> {
    const rows = await this.query<{ arr: string }>(
      `SELECT arr::text FROM account WHERE arr > 0 AND status IS DISTINCT FROM 'CHURNED' ORDER BY account.arr DESC`,
      [],
    );
    return rows.map(({ arr }) => parseMoney(arr));
  }

  async isEmpty(): Promise<boolean> {
    const rows = await this.query<{ empty: boolean }>(`SELECT NOT EXISTS (SELECT FROM account) AS empty`, []);
    return rows[0]?.empty ?? true;
  }

  /**
   * Locks rows in one order. It loads nothing: a statement that waits for a lock reads the
   * locked row anew, but what it joins to it, such as history and pending downgrade, as they were before the wait.
   */
  private lockRows(condition: string, values: readonly (readonly string[])[]): Promise<HeldAccount[]> {
    return this.query(
      `SELECT id::text, external_id AS "externalId" FROM account WHERE ${condition}
       ORDER BY account.id FOR NO KEY UPDATE`,
      values,
    );
  }

  private readNamed({ ids, externalIds }: AccountNames, since: CalendarDate): Promise<StoredAccount[]> {
    if (externalIds.length === 0) return this.readByIds(ids, since);
    return ids.length === 0
      ? this.read(LOAD_BY_EXTERNAL_ID, [externalIds, since])
      : this.read(LOAD_NAMED, [ids, since, externalIds]);
  }

  private async read(sql: string, parameters: readonly unknown[]): Promise<StoredAccount[]> {
    return (await this.query<LoadedAccount>(sql, parameters)).map(storedAccount);
  }

  private async summarise(held: readonly HeldAccount[]): Promise<StoredAccount[]> {
    if (held.length === 0) return [];
    const rows = await this.query<LoadedAccount>(SUMMARISE_BY_ID, [held.map(idOf)]);
    return rows.map(storedAccount);
  }

  private async takeIds({ added, scored, parents }: WantedIds): Promise<TakenIds | undefined> {
    const [taken] = await this.query<TakenIds>(
      `SELECT
         ARRAY(SELECT nextval('account_id_seq')::text FROM generate_series(1, $1)) AS accounts,
         ARRAY(SELECT nextval('scorecard_id_seq')::text FROM generate_series(1, $2)) AS scorecards,
         (SELECT jsonb_agg(jsonb_build_array(external_id, id::text)) FROM account WHERE external_id = ANY($3)) AS parents`,
      [added.length, scored.length, parents],
    );
    return taken;
  }

  private query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.manager.query(sql, [...parameters]);
  }
}

function idOf({ id }: HeldAccount): string {
  return id;
}
