import { type CalendarDate } from '../domain/calendar';
import { type KnownProgram, tellOfProgram } from '../domain/digital-program';
import { type DigitalProgram } from '../domain/engagement-program';
import { DomainError, type Refusal, refusalOf } from '../domain/errors';
import { stampOf } from './account.service';
import { type Actor, authorise } from './actor';
import { once } from './idempotency';
import { type AccountKey, lockAccounts } from './locked-account';
import { type Clock, type Stamp } from './ports/clock';
import { type ToldProgram } from './ports/digital-program';
import { type Stores, type UnitOfWork } from './ports/stores';

const MOST_PROGRAMS_AT_ONCE = 500;

/** What is told of one program of one account. */
export interface ProgramReport {
  readonly account: AccountKey;
  readonly program: DigitalProgram;
  readonly running: boolean;
  /** The day since which it is so; today if absent. */
  readonly since?: CalendarDate | null | undefined;
}

export const PROGRAM_OUTCOMES = ['SET', 'UNCHANGED', 'REFUSED'] as const;

export interface ProgramResult {
  readonly outcome: (typeof PROGRAM_OUTCOMES)[number];
  /** Null where there is no such account. */
  readonly accountId: string | null;
  readonly errors: readonly Refusal[];
}

/** Which digital programs run for which account: facts of operation, told by the tools that run them (spec section 8). */
export class DigitalProgramService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Tells of up to 500 programs in one transaction, with a result for each in the order given; what is wrong with one
   * does not touch the others. Throws FORBIDDEN, TOO_MANY_ITEMS, IDEMPOTENCY_KEY_MISMATCH.
   */
  async set(
    actor: Actor,
    reports: readonly ProgramReport[],
    idempotencyKey?: string | null,
  ): Promise<ProgramResult[]> {
    authorise(actor, 'SET_DIGITAL_PROGRAMS');
    if (reports.length > MOST_PROGRAMS_AT_ONCE) {
      throw new DomainError(
        'TOO_MANY_ITEMS',
        `${reports.length} programs are more than the ${MOST_PROGRAMS_AT_ONCE} of one call; split them`,
        ['programs'],
      );
    }
    const stamp = stampOf(actor, this.clock);
    const call = { idempotencyKey, operation: 'setDigitalPrograms', request: reports };
    return this.unitOfWork.run(stamp, (stores) =>
      once(stores, stamp, call, () => setDigitalPrograms(stores, reports, stamp)),
    );
  }
}

/** The same within a transaction that runs already. */
export async function setDigitalPrograms(
  stores: Stores,
  reports: readonly ProgramReport[],
  stamp: Stamp,
): Promise<ProgramResult[]> {
  const accounts = await lockAccounts(
    stores,
    reports.map(({ account }) => account),
    stamp.today,
  );
  const ids = accounts.flatMap((account) => (account instanceof DomainError ? [] : account.id));
  const known = new Map<string, KnownProgram>();
  for (const state of await stores.digitalPrograms.knownOf([...new Set(ids)])) {
    known.set(`${state.accountId} ${state.program}`, state);
  }
  const told = new Map<string, ToldProgram>();
  const results = reports.map(({ program, running, since }, index): ProgramResult => {
    const account = accounts[index];
    const accountId = account === undefined || account instanceof DomainError ? null : account.id;
    try {
      if (account === undefined || account instanceof DomainError) throw account ?? new Error('no account');
      if (account.values.status === 'CHURNED') throw churned();
      const key = `${account.id} ${program}`;
      if (told.has(key)) throw twice(account.externalId, program);
      const state = tellOfProgram(
        known.get(key) ?? null,
        { program, running, since: since ?? stamp.today },
        stamp.today,
      );
      if (state === null) return { outcome: 'UNCHANGED', accountId, errors: [] };
      told.set(key, { ...state, accountId: account.id });
      return { outcome: 'SET', accountId, errors: [] };
    } catch (error) {
      return { outcome: 'REFUSED', accountId, errors: [refusalOf(error)] };
    }
  });
  await stores.digitalPrograms.save([...told.values()], stamp);
  return results;
}

function churned(): DomainError {
  return new DomainError('ACCOUNT_CHURNED', 'no programs run for a churned account', ['account']);
}

function twice(externalId: string, program: string): DomainError {
  return new DomainError(
    'CONFLICT',
    `"${externalId}" has ${program} more than once; only the first one counts`,
    ['program'],
  );
}
