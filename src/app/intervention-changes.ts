import {
  dueInterventions,
  type InterventionSubject,
  isLowTouch,
  mayRaise,
  raiseIntervention,
  watchedSince,
} from '../domain/intervention';
import { type CalendarDate } from '../domain/calendar';
import { effectiveTier } from '../domain/standing';
import { type TieringModel } from '../domain/tiering-model';
import { type Stamp } from './ports/clock';
import { type InterventionWrite } from './ports/intervention';
import { type AccountWrite } from './ports/account-write';
import { type StoredAccount, type Stores } from './ports/stores';
import { publishedModel } from './published-model';

/**
 * Writes what the rules decided for a batch of accounts, and raises the interventions that it gives reason for (spec
 * section 8). Every change of an account's facts or tiers goes this way. Gives the id of each by its external id.
 *
 * @param replaced the model that was in force before, where another one has just been published
 */
export async function saveAccounts(
  stores: Stores,
  writes: readonly AccountWrite[],
  stamp: Stamp,
  replaced?: TieringModel,
): Promise<Map<string, string>> {
  const ids = await stores.accounts.save(writes, stamp);
  const watched = writes.map(({ before, account }) => ({
    id: ids.get(account.externalId) ?? '',
    before,
    after: account,
  }));
  await raiseInterventions(stores, watched, stamp, replaced);
  return ids;
}

/**
 * Raises the interventions of accounts that have lost the CSM who looked after them by name.
 *
 * @param csmsBefore by account id, who that was
 */
export async function raiseForNewOwners(
  stores: Stores,
  accounts: readonly StoredAccount[],
  csmsBefore: ReadonlyMap<string, string | null>,
  stamp: Stamp,
): Promise<void> {
  const watched = accounts.map((account) => ({
    id: account.id,
    before: account,
    after: account,
    csmBefore: csmsBefore.get(account.id) ?? null,
  }));
  await raiseInterventions(stores, watched, stamp);
}

/** Whether a model that takes the place of another one would raise anything of an account whose facts stay. */
export function raisesByModel(
  { before, after }: ChangedAccount,
  today: CalendarDate,
  model: TieringModel,
  replaced: TieringModel,
): boolean {
  if (!mayRaise(before, after)) return false;
  const change = { before, after, csmBefore: null, csm: null, history: [], known: [] };
  return dueInterventions(change, today, model, replaced).length > 0;
}

/** A change of an account that may raise an intervention. */
export interface ChangedAccount {
  readonly id: string;
  readonly before: InterventionSubject | null;
  readonly after: InterventionSubject;
  /** Where it is left out, the CSM of now has been there before. */
  readonly csmBefore?: string | null;
}

/**
 * Raises the interventions that changes give reason for which are written already.
 *
 * @param replaced the model that was in force before, where another one has just been published
 */
export async function raiseInterventions(
  stores: Stores,
  changes: readonly ChangedAccount[],
  stamp: Stamp,
  replaced?: TieringModel,
): Promise<void> {
  const possible = changes.filter(({ before, after }) => mayRaise(before, after));
  if (possible.length === 0) return;
  const model = await publishedModel(stores);
  const watched = possible.filter(({ after }) => isLowTouch(model, effectiveTier(after.standing) ?? ''));
  if (watched.length === 0) return;
  const past = await stores.interventions.pastOf(
    watched.map(({ id }) => id),
    watchedSince(stamp.today, model),
  );
  const writes = watched.flatMap(({ id, before, after, csmBefore }): InterventionWrite[] => {
    const { csm = null, history = [], known = [] } = past.get(id) ?? {};
    const change = {
      before,
      after,
      csmBefore: csmBefore === undefined ? csm : csmBefore,
      csm,
      history,
      known,
    };
    return dueInterventions(change, stamp.today, model, replaced).map((due) => ({
      id: null,
      accountId: id,
      intervention: raiseIntervention(due, stamp, model.version),
    }));
  });
  await stores.interventions.save(writes);
}
