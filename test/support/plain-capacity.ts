import { type CalendarDate } from '../../src/domain/calendar';
import { type TestDatabase } from './database';
import { type PlainBook, readPlainBook } from './plain-book';

interface Days {
  readonly from: string;
  readonly to: string | null;
}

interface PlainWeight {
  readonly id: string;
  readonly status: string | null;
  readonly tier: string | null;
  readonly arr: string | null;
  readonly facts: Readonly<Record<string, boolean | null>>;
}

interface PlainTables {
  readonly accounts: readonly PlainWeight[];
  readonly tiers: readonly { readonly account: string; readonly on: string; readonly tier: string | null }[];
  readonly facts: readonly {
    readonly account: string;
    readonly on: string;
    readonly field: string;
    readonly from: boolean | null;
  }[];
  readonly owners: readonly (Days & { readonly account: string; readonly owner: string })[];
  readonly adjustments: readonly (Days & {
    readonly account: string;
    readonly kind: string;
    readonly until: string;
    readonly active: boolean;
  })[];
  readonly employment: readonly (Days & { readonly csm: string; readonly fte: number })[];
  readonly leave: readonly (Days & { readonly csm: string; readonly backup: string })[];
  readonly pools: readonly (Days & { readonly csm: string; readonly pool: string })[];
}

/** Accounts per full-time CSM at the limit, in the built-in model. */
const PER_CSM: Readonly<Record<string, number>> = { strategic: 30, core: 100, scale: 500 };
const FACTORS: Readonly<Record<string, number>> = { EXTRA: 1.5, LIGHTER: 0.75 };
const COMPLEXITY = ['complexImplementation', 'manyStakeholders', 'missionCritical'];

/** Loads at the limit by tier, by "csm anna" or "pool east", and all together. */
export type PlainLoads = Readonly<Record<string, number>>;

/** Capacity worked out account by account in plain steps, to compare the SQL with. */
export class PlainCapacity {
  constructor(
    private readonly tables: PlainTables,
    private readonly book: PlainBook,
    private readonly today: CalendarDate,
  ) {}

  on(day: CalendarDate): PlainLoads {
    const loads: Record<string, number> = {};
    const add = (name: string, load: number): void => {
      loads[name] = (loads[name] ?? 0) + load;
    };
    for (const { account, load, tier } of this.weightsOn(day)) {
      if (tier !== null) add(`tier ${tier}`, load);
      const owner = this.tables.owners.find((one) => one.account === account && this.holds(one, day))?.owner;
      if (owner === undefined) continue;
      add(owner, 0);
      const [kind, name = ''] = owner.split(' ');
      if (kind === 'csm') {
        const backup = this.backupOf(name, day);
        add(`csm ${backup !== null && this.availableOn(backup, day) > 0 ? backup : name}`, load);
        continue;
      }
      add(owner, load);
      const members = this.tables.pools
        .filter((one) => one.pool === name && this.holds(one, day))
        .map(({ csm }) => ({ csm, fte: this.availableOn(csm, day) }))
        .filter(({ fte }) => fte > 0);
      const whole = members.reduce((sum, { fte }) => sum + fte, 0);
      for (const { csm, fte } of members) add(`csm ${csm}`, (load * fte) / whole);
    }
    return loads;
  }

  availableOn(csm: string, day: CalendarDate): number {
    if (this.backupOf(csm, day) !== null) return 0;
    return this.tables.employment.find((one) => one.csm === csm && this.holds(one, day))?.fte ?? 0;
  }

  private backupOf(csm: string, day: CalendarDate): string | null {
    return this.tables.leave.find((one) => one.csm === csm && this.holds(one, day))?.backup ?? null;
  }

  private *weightsOn(day: CalendarDate): Generator<{ account: string; load: number; tier: string | null }> {
    for (const account of this.tables.accounts) {
      const { id } = account;
      const isPast = day < this.today;
      if (isPast ? this.book.arrOf(id, day) === undefined : account.status === 'CHURNED') continue;
      const tier = isPast
        ? (this.tables.tiers.findLast((row) => row.account === id && row.on <= day)?.tier ?? null)
        : account.tier;
      const facts = COMPLEXITY.filter((field) => this.factOn(account, field, day) === true).length;
      const adjustment = this.tables.adjustments.find(
        (one) =>
          one.account === id &&
          (isPast ? this.holds(one, day) : one.active && (day === this.today || one.until > day)),
      );
      const factor = 1.25 ** facts * (FACTORS[adjustment?.kind ?? ''] ?? 1);
      const perCsm = PER_CSM[tier ?? ''];
      yield { account: id, tier, load: perCsm === undefined ? 0 : factor / perCsm };
    }
  }

  private factOn({ id, facts }: PlainWeight, field: string, day: CalendarDate): boolean | null | undefined {
    const next = this.tables.facts.find((one) => one.account === id && one.field === field && one.on > day);
    return next === undefined ? facts[field] : next.from;
  }

  /** Who looks after accounts is known up to today. */
  private holds(days: Days, day: CalendarDate): boolean {
    const asked = 'account' in days && day > this.today ? this.today : day;
    return days.from <= asked && (days.to === null || days.to > asked);
  }
}

/** Reads everything as it stands now. */
export async function readPlainCapacity(database: TestDatabase, today: CalendarDate): Promise<PlainCapacity> {
  const tables: PlainTables = {
    accounts: await database.query(
      `SELECT id::text AS id, status, effective_tier AS tier, arr::text AS arr, jsonb_build_object(
         'complexImplementation', complex_implementation, 'manyStakeholders', many_stakeholders,
         'missionCritical', mission_critical) AS facts
       FROM account ORDER BY account.id`,
    ),
    tiers: await database.query(
      `SELECT account_id::text AS account, occurred_on::text AS "on", effective_to AS tier
       FROM tier_history ORDER BY tier_history.id`,
    ),
    facts: await database.query(
      `SELECT account_id::text AS account, effective_on::text AS "on", field, value_from AS "from"
       FROM fact_change ORDER BY effective_on, fact_change.id`,
    ),
    owners: await database.query(
      `SELECT account_id::text AS account, from_on::text AS "from", to_on::text AS "to",
         coalesce('csm ' || csm.external_id, 'pool ' || pool.external_id) AS owner
       FROM portfolio_assignment LEFT JOIN csm ON csm.id = csm_id LEFT JOIN pool ON pool.id = pool_id`,
    ),
    adjustments: await database.query(
      `SELECT account_id::text AS account, kind, started_on::text AS "from", ended_on::text AS "to",
         until_on::text AS until, status = 'ACTIVE' AS active
       FROM service_adjustment WHERE status IN ('ACTIVE', 'ENDED')`,
    ),
    employment: await database.query(
      `SELECT external_id AS csm, from_on::text AS "from", to_on::text AS "to", fte::float8 AS fte
       FROM csm_employment JOIN csm ON csm.id = csm_id`,
    ),
    leave: await database.query(
      `SELECT away.external_id AS csm, backup.external_id AS backup, from_on::text AS "from", to_on::text AS "to"
       FROM csm_leave JOIN csm away ON away.id = csm_id JOIN csm backup ON backup.id = backup_id`,
    ),
    pools: await database.query(
      `SELECT csm.external_id AS csm, pool.external_id AS pool, from_on::text AS "from", to_on::text AS "to"
       FROM pool_membership JOIN csm ON csm.id = csm_id JOIN pool ON pool.id = pool_id`,
    ),
  };
  return new PlainCapacity(tables, await readPlainBook(database), today);
}
