import { checkExternalId, checkText } from '../domain/account-field';
import { type CalendarDate, earlier } from '../domain/calendar';
import {
  cancelLeave,
  type Csm,
  endEmployment,
  grantLeave,
  isEmployedOn,
  leavesEarlier,
  refuseBrokenPromise,
} from '../domain/csm';
import { DomainError, type Refusal, refusalOf } from '../domain/errors';
import { poolsOn } from '../domain/pool';
import { type Owner } from '../domain/portfolio';
import { lockPlaced } from './bring-up';
import { MOST_ACCOUNTS_AT_ONCE, stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import {
  applyCsmChanges,
  type CsmChange,
  type CsmResult,
  lastMember,
  successorRequired,
} from './csm-changes';
import { checkExpectedVersion } from './expected-version';
import { once } from './idempotency';
import { saveAssignments, staffOf, Timeline } from './portfolio-changes';
import { type Clock, type Stamp } from './ports/clock';
import { type PoolWrite, type StoredCsm } from './ports/csm';
import { type AssignmentWrite } from './ports/portfolio';
import { type Stores, type UnitOfWork } from './ports/stores';
import { publishedModel } from './published-model';

const LONGEST_NAME = 300;
const MOST_NAMED_REFUSALS = 10;

/** What every change of one CSM may be given beside it. */
export interface CsmCall {
  /** The CSM's external id. */
  readonly csm: string;
  readonly expectedVersion?: number | null | undefined;
  readonly idempotencyKey?: string | null | undefined;
}

export interface LeaveGiven extends CsmCall {
  readonly from: CalendarDate;
  /** The first day on which the CSM is back. */
  readonly to: CalendarDate;
  /** The external id of the CSM who stands in. */
  readonly backup: string;
}

export interface EndGiven extends CsmCall {
  /** The first day on which the CSM no longer works here. */
  readonly on: CalendarDate;
  /** Who takes over the accounts; null for one who looks after none. */
  readonly successor: Owner | null;
}

export interface PoolResult {
  readonly externalId: string;
  readonly outcome: CsmResult['outcome'];
  readonly id: string | null;
  readonly errors: readonly Refusal[];
}

/** CSMs and pools: who works here, how much, since when, and who stands in (spec section 7). */
export class CsmService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates or changes up to 500 CSMs by external id, with a result for each in the order given. Throws FORBIDDEN,
   * TOO_MANY_ITEMS, or what `once` throws.
   */
  async upsertCsms(
    actor: Actor,
    changes: readonly CsmChange[],
    idempotencyKey?: string | null,
  ): Promise<readonly CsmResult[]> {
    authorise(actor, 'MANAGE_CSMS');
    refuseMany(changes, 'csms');
    return this.once(actor, { idempotencyKey, operation: 'upsertCsms', request: changes }, (stores, stamp) =>
      applyCsmChanges(stores, changes, stamp, false),
    );
  }

  /** Creates pools, or renames them, with a result for each. Throws as `upsertCsms`. */
  async upsertPools(
    actor: Actor,
    pools: readonly PoolWrite[],
    idempotencyKey?: string | null,
  ): Promise<readonly PoolResult[]> {
    authorise(actor, 'MANAGE_CSMS');
    refuseMany(pools, 'pools');
    return this.once(actor, { idempotencyKey, operation: 'upsertPools', request: pools }, (stores, stamp) =>
      applyPools(stores, pools, stamp),
    );
  }

  /**
   * Plans a leave with the backup for it; one that begins on the same day is replaced. Gives the CSM's id. Throws
   * FORBIDDEN, NOT_FOUND, STALE_VERSION, or what grantLeave throws.
   */
  async setLeave(actor: Actor, given: LeaveGiven): Promise<string> {
    return this.change(actor, 'setLeave', given, async (csm, stores) => {
      const backup = await findCsm(stores, given.backup, 'backup');
      const promised = (await stores.csms.leavesCoveredBy([csm.externalId])).get(csm.externalId) ?? [];
      const { from, to } = given;
      return grantLeave(csm, { from, to, backup: backup.externalId }, backup, promised);
    });
  }

  /** Takes a leave back, or ends one today that has begun. Gives the CSM's id. Throws as cancelLeave does. */
  async cancelLeave(actor: Actor, given: CsmCall & { readonly from: CalendarDate }): Promise<string> {
    return this.change(actor, 'cancelLeave', given, (csm, _stores, stamp) =>
      Promise.resolve(cancelLeave(csm, given.from, stamp.today)),
    );
  }

  /**
   * Ends the employment of a CSM and gives the accounts to the successor, today or on the day itself where that is
   * past; all in one transaction. Gives the CSM's id and those of the accounts. Throws FORBIDDEN, NOT_FOUND,
   * NOT_EMPLOYED, STALE_VERSION, SUCCESSOR_REQUIRED where accounts would be left to nobody, SUCCESSOR_REFUSED where
   * some of them cannot go to the successor, BACKUP_AWAY where the CSM stands in for somebody after that day.
   */
  async endEmployment(
    actor: Actor,
    given: EndGiven,
  ): Promise<{ readonly csmId: string; readonly accountIds: readonly string[] }> {
    authorise(actor, 'MANAGE_CSMS');
    const { idempotencyKey, ...request } = given;
    return this.once(
      actor,
      { idempotencyKey, operation: 'endEmployment', request },
      async (stores, stamp) => {
        const model = await publishedModel(stores);
        await stores.csms.lockForChange();
        const before = await findCsm(stores, given.csm, 'csm');
        checkExpectedVersion(before.version, given.expectedVersion);
        const after = endEmployment(before, given.on);
        const promised = await stores.csms.leavesCoveredBy([before.externalId]);
        refuseBrokenPromise(after, promised.get(before.externalId) ?? [], stamp.today);
        await refuseEmptyPools(stores, before, after, stamp.today);
        const held = await stores.portfolios.heldBy(before.id);
        if (held.length > 0 && given.successor === null) {
          throw successorRequired(before.externalId, held.length, given.on);
        }
        if (isSameCsm(given.successor, before)) {
          throw new DomainError('INVALID_VALUE', 'the successor must be somebody else', ['successor']);
        }
        await stores.csms.save([{ id: before.id, csm: after }], stamp);
        if (given.successor !== null && held.length > 0) {
          const accounts = await lockPlaced(stores, held, model, stamp);
          const history = await stores.portfolios.historyOf(held);
          const staff = await staffOf(stores, [given.successor], stamp.today);
          const from = earlier(given.on, stamp.today);
          const request = {
            owner: given.successor,
            executiveSponsor: undefined,
            from,
            until: null,
            isHandover: true,
          };
          const refused: string[] = [];
          const writes = accounts.flatMap((account): AssignmentWrite[] => {
            const timeline = new Timeline(account, history.get(account.id) ?? []);
            try {
              timeline.assign(request, staff, model, stamp.today);
              return [timeline.write(`Handed over by ${before.name}`)].filter((write) => write !== null);
            } catch (error) {
              refused.push(`"${account.externalId}": ${refusalOf(error).message}`);
              return [];
            }
          });
          if (refused.length > 0) throw successorRefused(given.successor, refused);
          await saveAssignments(stores, accounts, writes, stamp);
        }
        return { csmId: before.id, accountIds: held };
      },
    );
  }

  private async change(
    actor: Actor,
    operation: string,
    given: CsmCall,
    decide: (csm: StoredCsm, stores: Stores, stamp: Stamp) => Promise<Csm>,
  ): Promise<string> {
    authorise(actor, 'MANAGE_CSMS');
    const { idempotencyKey, ...request } = given;
    return this.once(actor, { idempotencyKey, operation, request }, async (stores, stamp) => {
      await stores.csms.lockForChange();
      const before = await findCsm(stores, given.csm, 'csm');
      checkExpectedVersion(before.version, given.expectedVersion);
      await stores.csms.save([{ id: before.id, csm: await decide(before, stores, stamp) }], stamp);
      return before.id;
    });
  }

  private once<T>(
    actor: Actor,
    call: Parameters<typeof once>[2],
    work: (stores: Stores, stamp: Stamp) => Promise<T>,
  ): Promise<T> {
    const stamp = stampOf(actor, this.clock);
    return this.unitOfWork.run(stamp, (stores) => once(stores, stamp, call, () => work(stores, stamp)));
  }
}

async function findCsm(stores: Stores, externalId: string, field: string): Promise<StoredCsm> {
  const csm = (await stores.csms.byExternalIds([externalId])).get(externalId);
  if (csm === undefined) throw new DomainError('NOT_FOUND', `there is no CSM "${externalId}"`, [field]);
  return csm;
}

async function applyPools(stores: Stores, pools: readonly PoolWrite[], stamp: Stamp): Promise<PoolResult[]> {
  await stores.csms.lockForChange();
  const checked = pools.map(({ externalId, name }) => {
    try {
      return { externalId: checkExternalId(externalId), name: checkText('name', name, LONGEST_NAME) };
    } catch (error) {
      return refusalOf(error);
    }
  });
  const wanted = new Map(checked.flatMap((pool) => ('code' in pool ? [] : [[pool.externalId, pool]])));
  const known = await stores.csms.pools([...wanted.keys()]);
  const changed = [...wanted.values()].filter(({ externalId, name }) => known.get(externalId)?.name !== name);
  const ids = await stores.csms.savePools(changed, stamp);
  return checked.map((pool, index): PoolResult => {
    if ('code' in pool) {
      return { externalId: pools[index]?.externalId ?? '', outcome: 'REFUSED', id: null, errors: [pool] };
    }
    const { externalId } = pool;
    const before = known.get(externalId);
    const outcome = !ids.has(externalId) ? 'UNCHANGED' : before ? 'UPDATED' : 'CREATED';
    return { externalId, outcome, id: ids.get(externalId) ?? before?.id ?? null, errors: [] };
  });
}

/** Throws SUCCESSOR_REQUIRED where the one who leaves is all that a pool with accounts has. */
async function refuseEmptyPools(stores: Stores, before: Csm, after: Csm, today: CalendarDate): Promise<void> {
  const leaves = leavesEarlier(before, after, today) ?? today;
  const pools = [...new Set([...poolsOn(before.pools, today), ...poolsOn(before.pools, leaves)])];
  const counts = await stores.portfolios.pooledCounts(pools);
  const members = await stores.csms.membersOn([...counts.keys()], leaves);
  for (const [pool, accounts] of counts) {
    const stay = (members.get(pool) ?? []).filter((member) => member !== before.externalId);
    if (stay.length === 0 && !isEmployedOn(after, leaves))
      throw lastMember(before.externalId, pool, accounts);
  }
}

function isSameCsm(successor: Owner | null, { externalId }: Csm): boolean {
  return successor?.kind === 'CSM' && successor.externalId === externalId;
}

function successorRefused(successor: Owner, refused: readonly string[]): DomainError {
  const named = refused.slice(0, MOST_NAMED_REFUSALS).join('; ');
  const more = refused.length - MOST_NAMED_REFUSALS;
  return new DomainError(
    'SUCCESSOR_REFUSED',
    `${refused.length} accounts cannot go to "${successor.externalId}": ${named}${more > 0 ? `; and ${more} more` : ''}`,
    ['successor'],
  );
}

function refuseMany(items: readonly unknown[], field: string): void {
  if (items.length <= MOST_ACCOUNTS_AT_ONCE) return;
  throw new DomainError(
    'TOO_MANY_ITEMS',
    `${items.length} are more than the ${MOST_ACCOUNTS_AT_ONCE} of one call; split them`,
    [field],
  );
}
