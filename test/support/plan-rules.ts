import {
  type PlannedAccount,
  type PlannedBook,
  type PlannedCsm,
  type PlanOutcome,
} from '../../src/domain/assignment-plan';
import { addDays, addMonths, type CalendarDate } from '../../src/domain/calendar';
import { type Owner } from '../../src/domain/portfolio';
import { type TieringModel } from '../../src/domain/tiering-model';

const TOLERANCE = 1e-7;

const isOn = ({ from, to }: { from: string; to: string | null }, day: string): boolean =>
  from <= day && (to === null || day < to);

/** The rules of section 7 once more, written without the product's own code: who carries what, and what is broken. */
export class PlanRules {
  readonly before: ReadonlyMap<string, number>;

  constructor(
    readonly book: PlannedBook,
    readonly model: TieringModel,
    readonly day: CalendarDate,
  ) {
    this.before = this.loads(new Map());
  }

  fte({ employment, leave }: PlannedCsm): number {
    if (leave.some((one) => isOn(one, this.day))) return 0;
    return (employment.find((term) => isOn(term, this.day))?.fte ?? 0) / 100;
  }

  /** Everybody who would work on an account of the owner today, and the part of each. */
  parts(owner: Owner | null): [string, number][] {
    if (owner === null) return [];
    if (owner.kind === 'CSM') {
      const csm = this.book.csms.find(({ externalId }) => externalId === owner.externalId);
      if (!csm?.employment.some((term) => isOn(term, this.day))) return [];
      if (this.fte(csm) > 0) return [[csm.externalId, 1]];
      const away = csm.leave.find((one) => isOn(one, this.day));
      return away === undefined ? [] : [[away.backup, 1]];
    }
    const members = this.book.csms.filter(
      (csm) =>
        this.fte(csm) > 0 && csm.pools.some((one) => one.pool === owner.externalId && isOn(one, this.day)),
    );
    const fte = members.reduce((sum, csm) => sum + this.fte(csm), 0);
    return members.map((csm) => [csm.externalId, this.fte(csm) / fte]);
  }

  /** The load of each CSM where some accounts have other owners. */
  loads(owners: ReadonlyMap<string, Owner>): Map<string, number> {
    const loads = new Map<string, number>();
    for (const account of this.book.accounts) {
      for (const [csm, part] of this.parts(owners.get(account.id) ?? account.owner)) {
        loads.set(csm, (loads.get(csm) ?? 0) + account.load * part);
      }
    }
    return loads;
  }

  limit(externalId: string): number {
    const csm = this.book.csms.find((one) => one.externalId === externalId);
    return csm === undefined ? 0 : (this.fte(csm) * this.model.capacity.fullTo) / 100;
  }

  isAbove(externalId: string, loads: ReadonlyMap<string, number>): boolean {
    return (loads.get(externalId) ?? 0) > this.limit(externalId) + TOLERANCE;
  }

  overload(loads: ReadonlyMap<string, number>): number {
    return this.book.csms.reduce((sum, { externalId }) => {
      const over = (loads.get(externalId) ?? 0) - this.limit(externalId);
      const isThere = this.limit(externalId) > 0;
      return isThere && over > TOLERANCE ? sum + over : sum;
    }, 0);
  }

  /** Whether the account may go to the owner, whatever the room. */
  mayTake(account: PlannedAccount, owner: Owner): boolean {
    const coverage = this.model.programs[account.tier]?.coverage ?? [];
    if (coverage.length === 0) return false;
    if (owner.kind === 'POOL' && !coverage.includes('POOLED')) return false;
    if (owner.kind === account.owner?.kind && owner.externalId === account.owner.externalId) return false;
    const people = this.parts(owner).map(([externalId]) => externalId);
    if (owner.kind === 'CSM' && !people.includes(owner.externalId)) return false;
    if (people.some((one) => this.isAbove(one, this.before))) return false;
    return this.book.csms.some(
      (csm) =>
        people.includes(csm.externalId) &&
        (account.language === null || csm.languages.includes(account.language)) &&
        (account.region === null || csm.regions.includes(account.region)),
    );
  }

  knowsIndustry(account: PlannedAccount, owner: Owner): boolean {
    const people = this.parts(owner).map(([externalId]) => externalId);
    return this.book.csms.some(
      (csm) =>
        people.includes(csm.externalId) &&
        (account.language === null || csm.languages.includes(account.language)) &&
        (account.region === null || csm.regions.includes(account.region)) &&
        account.industry !== null &&
        csm.industries.includes(account.industry),
    );
  }

  isValid({ owner, tier }: PlannedAccount): boolean {
    if (owner === null) return false;
    const coverage = this.model.programs[tier]?.coverage ?? [];
    if (owner.kind === 'POOL' && !coverage.includes('POOLED')) return false;
    return this.book.csms.some((csm) =>
      csm.employment.some((term) => isOn(term, this.day))
        ? owner.kind === 'CSM'
          ? csm.externalId === owner.externalId
          : csm.pools.some((one) => one.pool === owner.externalId && isOn(one, this.day))
        : false,
    );
  }

  /** Whether anything at all asks for another owner: none that is valid, or one above the limit. */
  mayMove(account: PlannedAccount): boolean {
    if (!account.isAsked) return false;
    if ((this.model.programs[account.tier]?.coverage.length ?? 0) === 0) return false;
    if (account.owner === null || !this.isValid(account)) return true;
    if (this.isLocked(account)) return false;
    const parts = this.parts(account.owner);
    const isAway = account.owner.kind === 'CSM' && parts[0]?.[0] !== account.owner.externalId;
    return !isAway && parts.some(([csm]) => this.isAbove(csm, this.before));
  }

  /** A renewal within 30 days, the first 90 days, or 90 days after the owner changed. */
  isLocked({ renewalDate, termMonths, customerSince, ownedSince }: PlannedAccount): boolean {
    let renewal = renewalDate;
    for (let term = 1; renewalDate !== null && renewal !== null && renewal < this.day; term += 1) {
      renewal = addMonths(renewalDate, term * (termMonths ?? 12));
    }
    return (
      (renewal !== null && renewal <= addDays(this.day, 30)) ||
      (customerSince !== null && customerSince > addDays(this.day, -90)) ||
      (ownedSince !== null && ownedSince >= addDays(this.day, -90))
    );
  }

  /** Every rule that the plan breaks; none is what a test wants to see. */
  broken(
    { proposals, moves }: Pick<PlanOutcome, 'proposals' | 'moves'>,
    moveBudget: number | null,
  ): string[] {
    const found: string[] = [];
    const owners = new Map(proposals.map(({ accountId, to }) => [accountId, to]));
    if (owners.size !== proposals.length) found.push('an account goes to two owners');
    for (const { accountId, to } of proposals) {
      const account = this.book.accounts.find(({ id }) => id === accountId);
      if (account === undefined) found.push(`${accountId} is no account`);
      else if (!this.mayTake(account, to)) found.push(`${accountId} may not go to ${to.externalId}`);
      else if (!this.mayMove(account)) found.push(`${accountId} should stay`);
    }
    const changed = proposals.filter(({ from }) => from !== null).length;
    if (changed !== moves) found.push(`${changed} moves, not ${moves}`);
    if (moveBudget !== null && changed > moveBudget) found.push(`${changed} moves are over the budget`);
    const loads = this.loads(owners);
    for (const { externalId } of this.book.csms) {
      const isMore = (loads.get(externalId) ?? 0) > (this.before.get(externalId) ?? 0) + TOLERANCE;
      if (isMore && this.isAbove(externalId, loads)) found.push(`${externalId} is above the limit`);
    }
    return found;
  }
}
