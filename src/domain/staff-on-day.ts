import { type CalendarDate } from './calendar';
import { type Csm, fteOn, leaveOn } from './csm';
import { poolsOn } from './pool';
import { type Owner } from './portfolio';

/** A CSM as of one day; CSMs and pools are named by their external ids. */
export interface CsmOnDay {
  readonly csm: string;
  /** 1 is full-time; 0 for one who does not work here then. */
  readonly fte: number;
  /** Who stands in for one who is on leave; null for one who is there. */
  readonly backup: string | null;
  readonly pools: readonly string[];
}

/** The CSM as of the day. */
export function csmOnDay(
  csm: Pick<Csm, 'externalId' | 'employment' | 'leave' | 'pools'>,
  day: CalendarDate,
): CsmOnDay {
  return {
    csm: csm.externalId,
    fte: fteOn(csm, day) / 100,
    backup: leaveOn(csm, day)?.backup ?? null,
    pools: poolsOn(csm.pools, day),
  };
}

/** A CSM and the part of an owner's load that the CSM carries. */
export interface CarriedPart {
  readonly csm: CsmOnDay;
  /** A fraction of 1. */
  readonly part: number;
}

/** FTE that are there: none during a leave. */
export function availableOf({ fte, backup }: CsmOnDay): number {
  return backup === null ? fte : 0;
}

/** The CSMs of one day, and who of them carries what the accounts of an owner weigh (spec section 7). */
export class StaffOnDay {
  private readonly csms: ReadonlyMap<string, CsmOnDay>;
  private readonly pools = new Map<string, CsmOnDay[]>();

  constructor(staff: readonly CsmOnDay[]) {
    this.csms = new Map(staff.map((one) => [one.csm, one]));
    for (const one of staff) {
      for (const pool of new Set(one.pools)) this.pools.set(pool, [...(this.pools.get(pool) ?? []), one]);
    }
  }

  /** The pools that have members, whether or not one of them is there. */
  get poolNames(): readonly string[] {
    return [...this.pools.keys()];
  }

  membersOf(pool: string): readonly CsmOnDay[] {
    return this.pools.get(pool) ?? [];
  }

  /**
   * The CSM, or the backup during a leave; the members of a pool who are there, by their FTE. Nobody for an owner who
   * is gone, or away without a backup who is there.
   */
  carriersOf({ kind, externalId }: Owner): readonly CarriedPart[] {
    if (kind === 'CSM') {
      const own = this.csms.get(externalId);
      const carrier = own?.backup == null ? own : this.csms.get(own.backup);
      return carrier && availableOf(carrier) > 0 ? [{ csm: carrier, part: 1 }] : [];
    }
    const there = this.membersOf(externalId).filter((csm) => availableOf(csm) > 0);
    const fte = there.reduce((sum, csm) => sum + availableOf(csm), 0);
    return there.map((csm) => ({ csm, part: availableOf(csm) / fte }));
  }
}
