import { endOverride, startOverride } from '../domain/decided-move';
import {
  approveOverride,
  checkOverridable,
  checkOverrideTerms,
  closeOverride,
  type Override,
  overrideActive,
  type OverrideTerms,
  requestOpen,
  requestOverride,
  startOverrideAtOnce,
} from '../domain/override';
import { reviewSooner } from '../domain/tier-review';
import { type TieringModel } from '../domain/tiering-model';
import { movedWrite } from './account-decision';
import { saveAccounts } from './intervention-changes';
import { type Stamp } from './ports/clock';
import { type OverrideWrite, type StoredOverride } from './ports/override';
import { type AccountWrite } from './ports/account-write';
import { type StoredAccount, type Stores } from './ports/stores';

/** What one decision about an override wants written. The last override is the one that it is about. */
export interface OverrideChange {
  readonly overrides: readonly OverrideWrite[];
  /** Null where no tier of the account is touched, as by a request. */
  readonly account: AccountWrite | null;
}

/** The active override of the account among those that are open. */
export function activeAmong(open: readonly StoredOverride[], accountId: string): StoredOverride | null {
  return open.find((one) => one.accountId === accountId && one.status === 'ACTIVE') ?? null;
}

/**
 * Decides an override that is active at once (spec section 4). Throws INVALID_VALUE, REQUIRED, NOT_PLACED,
 * ACCOUNT_CHURNED, and OVERRIDE_ACTIVE where another one is active and is not to be superseded.
 */
export function planGrant(
  account: StoredAccount,
  open: readonly StoredOverride[],
  terms: OverrideTerms,
  stamp: Stamp,
  model: TieringModel,
  supersede: boolean,
): OverrideChange {
  checkOverridable(account);
  const checked = checkOverrideTerms(terms, stamp.today, model);
  const added = {
    id: null,
    accountId: account.id,
    modelVersion: model.version,
    override: startOverrideAtOnce(checked, stamp),
  };
  return planStart(account, open, added, stamp, model, supersede);
}

/**
 * Decides a request. Throws as planGrant, and CONFLICT where a request is open already: each account has one at most.
 */
export function planRequest(
  account: StoredAccount,
  open: readonly StoredOverride[],
  terms: OverrideTerms,
  stamp: Stamp,
  model: TieringModel,
  supersede: boolean,
): OverrideChange {
  checkOverridable(account);
  const override = requestOverride(checkOverrideTerms(terms, stamp.today, model), stamp);
  refuseActive(activeAmong(open, account.id), supersede);
  const request = open.find((one) => one.accountId === account.id && one.status === 'REQUESTED');
  if (request !== undefined) throw requestOpen(request);
  const added = { id: null, accountId: account.id, modelVersion: model.version, override };
  return { overrides: [added], account: null };
}

/** Decides the approval of a request, which starts it. Throws as approveOverride and planGrant. */
export function planApproval(
  account: StoredAccount,
  open: readonly StoredOverride[],
  request: StoredOverride,
  note: string | null,
  stamp: Stamp,
  model: TieringModel,
  supersede: boolean,
): OverrideChange {
  const override = approveOverride(request, stamp, note, model);
  checkOverridable(account);
  const started = { id: request.id, accountId: account.id, modelVersion: model.version, override };
  return planStart(account, open, started, stamp, model, supersede);
}

/** What becomes of the account when its active override has been closed. */
export function planEnd(
  account: StoredAccount,
  active: StoredOverride,
  closed: Override,
  stamp: Stamp,
  model: TieringModel,
): OverrideChange {
  const dataError = closed.end?.reason === 'DATA_ERROR';
  const move = endOverride(account.standing, { today: stamp.today, dataError }, model);
  return { overrides: [nextOf(active, closed)], account: movedWrite(account, move) };
}

/** The next state of a stored override. */
export function nextOf({ id, accountId, modelVersion }: StoredOverride, override: Override): OverrideWrite {
  return { id, accountId, modelVersion, override };
}

/** Writes what was decided about an override, and gives its id. */
export async function saveOverride(stores: Stores, change: OverrideChange, stamp: Stamp): Promise<string> {
  const [id] = await saveOverrides(stores, [change], stamp);
  return id ?? '';
}

/** Writes what was decided about overrides of different accounts, and gives the id of each. */
export async function saveOverrides(
  stores: Stores,
  changes: readonly OverrideChange[],
  stamp: Stamp,
): Promise<string[]> {
  if (changes.length === 0) return [];
  const [ids] = await Promise.all([
    stores.overrides.save(changes.flatMap(({ overrides }) => overrides)),
    saveAccounts(
      stores,
      changes.flatMap(({ account }) => account ?? []),
      stamp,
    ),
  ]);
  let end = 0;
  return changes.map(({ overrides }) => {
    end += overrides.length;
    return ids[end - 1] ?? '';
  });
}

function planStart(
  account: StoredAccount,
  open: readonly StoredOverride[],
  started: OverrideWrite,
  stamp: Stamp,
  model: TieringModel,
  supersede: boolean,
): OverrideChange {
  const active = activeAmong(open, account.id);
  refuseActive(active, supersede);
  const replaced = active === null ? [] : [nextOf(active, closeOverride(active, stamp, 'SUPERSEDED'))];
  const move = startOverride(account.standing, started.override.tier);
  const review = reviewSooner(account.review, move.standing, stamp.today, model);
  return { overrides: [...replaced, started], account: movedWrite({ ...account, review }, move) };
}

function refuseActive(active: StoredOverride | null, supersede: boolean): void {
  if (active !== null && !supersede) throw overrideActive(active);
}
