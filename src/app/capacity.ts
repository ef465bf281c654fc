import { type CalendarDate } from '../domain/calendar';
import { type Capacity, capacityOf } from '../domain/capacity';
import { type CsmCapacity, ownersBehind, type PoolCapacity, shareOut } from '../domain/staff-capacity';
import { type TieringModel } from '../domain/tiering-model';
import { type Reads } from './ports/reads';

type CapacitySources = Pick<Reads, 'capacity' | 'models'>;

/** The capacity of a book on a day, and the model whose ratios it is measured by. */
export interface CapacityOn {
  readonly asOf: CalendarDate;
  readonly model: TieringModel;
  readonly capacity: Capacity;
}

/**
 * Who carries what on a day (spec section 7). A past day has its own tiers, facts, owners, people and model; a day to
 * come has the accounts and owners of today, with the FTE, leave and pools that are planned for it.
 */
export async function capacityOn(
  { capacity: reads, models }: CapacitySources,
  asOf: CalendarDate,
  today: CalendarDate,
): Promise<CapacityOn> {
  const [model, { staff, groups }] = await Promise.all([
    modelOf(models, asOf, today),
    reads.book(asOf, today),
  ]);
  return { asOf, model, capacity: capacityOf(staff, groups, model) };
}

/** What each of the CSMs carries on a day, by external id, read from the accounts that concern them alone. */
export async function csmCapacities(
  { capacity: reads, models }: CapacitySources,
  csms: readonly string[],
  asOf: CalendarDate,
  today: CalendarDate,
): Promise<{ readonly model: TieringModel; readonly of: (csm: string) => CsmCapacity }> {
  const [model, staff] = await Promise.all([modelOf(models, asOf, today), reads.staff(asOf)]);
  const present = new Set(staff.map(({ csm }) => csm));
  const absent = csms.filter((csm) => !present.has(csm));
  const everybody = [...staff, ...absent.map((csm) => ({ csm, fte: 0, backup: null, pools: [] }))];
  const groups = await reads.groupsOf(ownersBehind(csms, staff), asOf, today);
  const shared = shareOut(everybody, groups, model);
  return { model, of: (csm) => existing(shared.csms.get(csm), csm) };
}

/** What each of the pools carries on a day, by external id. */
export async function poolCapacities(
  { capacity: reads, models }: CapacitySources,
  pools: readonly string[],
  asOf: CalendarDate,
  today: CalendarDate,
): Promise<{ readonly model: TieringModel; readonly of: (pool: string) => PoolCapacity }> {
  const owners = pools.map((externalId) => ({ kind: 'POOL', externalId }) as const);
  const [model, staff, groups] = await Promise.all([
    modelOf(models, asOf, today),
    reads.staff(asOf),
    reads.groupsOf(owners, asOf, today),
  ]);
  // A pool of nobody that looks after nothing leaves no trace in either.
  const empty = owners.map((owner) => ({ ...NOTHING, owner }));
  const shared = shareOut(staff, [...groups, ...empty], model);
  return { model, of: (pool) => existing(shared.pools.get(pool), pool) };
}

const NOTHING = { tier: null, relationshipFacts: 0, adjustment: null, accounts: 0, arr: 0n } as const;

/** The model that was in force on the day; for today and days to come the published one. */
function modelOf(models: Reads['models'], day: CalendarDate, today: CalendarDate): Promise<TieringModel> {
  return day < today ? models.inForceOn(day) : models.published();
}

function existing<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`the capacity of "${name}" was not asked for`);
  return found;
}
