import { type AccountWrite } from '../../app/ports/account-write';
import { type AccountIds } from './account-rows';
import { changesGiven } from './account-writes';

/** What has to be asked for before the rows of accounts can be written: they refer to each other before they exist. */
export interface WantedIds {
  /** Those that need an id. */
  readonly added: readonly AccountWrite[];
  /** Those whose scorecard needs one. */
  readonly scored: readonly AccountWrite[];
  /** External ids of accounts that others belong to. */
  readonly parents: readonly string[];
}

export interface TakenIds {
  readonly accounts: readonly string[];
  readonly scorecards: readonly string[];
  readonly parents: readonly [string, string][] | null;
}

/** What has to be asked for; null where all of it is known, as for a decision about accounts that are there. */
export function wantedIds(writes: readonly AccountWrite[]): WantedIds | null {
  const added = writes.filter(({ id }) => id === null);
  const scored = writes.filter(({ newScorecard, scorecardId }) => newScorecard && scorecardId === undefined);
  const parents = writes.filter(changesGiven).flatMap(({ account }) => account.values.parentExternalId ?? []);
  return added.length + scored.length + parents.length === 0 ? null : { added, scored, parents };
}

/** The ids of everything that is written. */
export function allocated(
  writes: readonly AccountWrite[],
  wanted: WantedIds | null,
  taken: TakenIds | undefined,
): AccountIds {
  const { added = [], scored = [] } = wanted ?? {};
  const accountIds = new Map(taken?.parents ?? []);
  writes.forEach(({ id, account }) => id !== null && accountIds.set(account.externalId, id));
  added.forEach(({ account }, index) => accountIds.set(account.externalId, taken?.accounts[index] ?? ''));
  const scorecardIds = new Map(
    scored.map(({ account }, index) => [account.externalId, taken?.scorecards[index] ?? '']),
  );
  writes.forEach(({ account, scorecardId }) => {
    if (scorecardId !== undefined) scorecardIds.set(account.externalId, scorecardId);
  });
  return { accountIds, scorecardIds };
}
