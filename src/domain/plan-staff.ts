import { type PlannedAccount, type PlannedBook, type PlannedCsm } from './assignment-plan';
import { addDays, type CalendarDate } from './calendar';
import { isEmployedOn } from './csm';
import { coveredUntil } from './period';
import { type Owner } from './portfolio';
import { availableOf, csmOnDay, StaffOnDay } from './staff-on-day';
import { type TieringModel } from './tiering-model';

/** Loads are sums of fractions; what is closer than this is the same. */
export const LOAD_TOLERANCE = 1e-9;

/** A CSM who is there, and what the CSM carries. */
export interface Carrier {
  readonly csm: PlannedCsm;
  /** FTE available on the day. */
  readonly fte: number;
  /** The load at the limit that the CSM may carry. */
  readonly limit: number;
  /** The load at the limit that the CSM carries today, as StaffOnDay shares it out. */
  load: number;
}

/** A CSM and the part of an owner's load that the CSM carries. */
export interface CarriedPart {
  readonly carrier: Carrier;
  readonly part: number;
}

/** The owners of a book on a day, who carries what for them, and who could take more (spec section 7). */
export class PlanStaff {
  readonly carriers: readonly Carrier[];
  private readonly byCsm: ReadonlyMap<string, Carrier>;
  private readonly csms: ReadonlyMap<string, PlannedCsm>;
  private readonly onDay: StaffOnDay;
  private readonly partsByOwner = new Map<string, readonly CarriedPart[]>();
  /** All owners who may take accounts, in one order whatever the order of the book. */
  readonly open: readonly Owner[];

  constructor(
    { accounts, csms }: PlannedBook,
    private readonly model: Pick<TieringModel, 'assignment' | 'capacity'>,
    readonly today: CalendarDate,
  ) {
    const ordered = [...csms].sort((a, b) => compare(a.externalId, b.externalId));
    this.csms = new Map(ordered.map((csm) => [csm.externalId, csm]));
    const staff = ordered.map((csm) => csmOnDay(csm, today));
    this.onDay = new StaffOnDay(staff);
    this.carriers = ordered.flatMap((csm, index) => {
      const fte = staff[index] ? availableOf(staff[index]) : 0;
      return fte > 0 ? [{ csm, fte, limit: (fte * model.capacity.fullTo) / 100, load: 0 }] : [];
    });
    this.byCsm = new Map(this.carriers.map((carrier) => [carrier.csm.externalId, carrier]));
    for (const { owner, load } of accounts) {
      for (const { carrier, part } of this.partsOf(owner)) carrier.load += load * part;
    }
    const pools = [...this.onDay.poolNames].sort(compare);
    this.open = [
      ...ordered.map(({ externalId }): Owner => ({ kind: 'CSM', externalId })),
      ...pools.map((externalId): Owner => ({ kind: 'POOL', externalId })),
    ].filter((owner) => this.isOpen(owner));
  }

  /** Who carries the load of the owner's accounts today; nobody for an owner who is gone or away without a backup. */
  partsOf(owner: Owner | null): readonly CarriedPart[] {
    if (owner === null) return [];
    const key = ownerKey(owner);
    const known = this.partsByOwner.get(key);
    if (known !== undefined) return known;
    const parts = this.onDay.carriersOf(owner).flatMap(({ csm, part }) => {
      const carrier = this.byCsm.get(csm.csm);
      return carrier ? [{ carrier, part }] : [];
    });
    this.partsByOwner.set(key, parts);
    return parts;
  }

  /** Whether the owner looks after anybody today: a CSM who works here, a pool with a member. */
  isThere({ kind, externalId }: Owner): boolean {
    if (kind === 'POOL') return this.onDay.membersOf(externalId).some(({ fte }) => fte > 0);
    const csm = this.csms.get(externalId);
    return csm !== undefined && isEmployedOn(csm, this.today);
  }

  /** Whether the owner is a CSM whose last day is near. */
  isLeaving({ kind, externalId }: Owner): boolean {
    const csm = kind === 'CSM' ? this.csms.get(externalId) : undefined;
    if (csm === undefined) return false;
    const until = coveredUntil(csm.employment, this.today);
    return until !== null && until <= addDays(this.today, this.model.assignment.leavingWithinDays);
  }

  /** Whether the owner's accounts weigh on a CSM above the limit who looks after them, not merely stands in. */
  isOverloaded(owner: Owner): boolean {
    if (owner.kind === 'CSM' && !this.byCsm.has(owner.externalId)) return false;
    return this.partsOf(owner).some(({ carrier }) => isAbove(carrier));
  }

  /** The CSMs who would look after an account of the owner and are there. */
  peopleOf({ kind, externalId }: Owner): readonly PlannedCsm[] {
    if (kind === 'CSM') return [this.csms.get(externalId)].filter((csm) => csm !== undefined);
    return this.partsOf({ kind, externalId }).map(({ carrier }) => carrier.csm);
  }

  /** Utilisation of the limit: of the CSM, or of all the members who are there together. Loads by CSM. */
  utilisationOf(owner: Owner, loads: ReadonlyMap<Carrier, number>): number {
    const parts = this.partsOf(owner);
    const fte = parts.reduce((sum, { carrier }) => sum + carrier.fte, 0);
    const load = parts.reduce((sum, { carrier }) => sum + (loads.get(carrier) ?? carrier.load), 0);
    return fte === 0 ? 0 : load / fte;
  }

  nameOf({ kind, externalId }: Owner): string {
    return kind === 'CSM' ? (this.csms.get(externalId)?.name ?? externalId) : `the pool "${externalId}"`;
  }

  private isOpen(owner: Owner): boolean {
    if (owner.kind === 'CSM' && !this.byCsm.has(owner.externalId)) return false;
    const parts = this.partsOf(owner);
    return parts.length > 0 && !this.isLeaving(owner) && parts.every(({ carrier }) => !isAbove(carrier));
  }
}

export function isAbove({ load, limit }: Pick<Carrier, 'load' | 'limit'>): boolean {
  return load > limit + LOAD_TOLERANCE;
}

export function ownerKey({ kind, externalId }: Owner): string {
  return `${kind}:${externalId}`;
}

/** Order by code points, the same on every machine. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Accounts by their ids as numbers. */
export function byId(a: Pick<PlannedAccount, 'id'>, b: Pick<PlannedAccount, 'id'>): number {
  return a.id.length - b.id.length || compare(a.id, b.id);
}
