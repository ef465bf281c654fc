import { planPublication, type Publication, publishTo } from '../domain/publication';
import { type Rescoring } from '../domain/rescoring';
import { hasPercentiles, type TieringModel } from '../domain/tiering-model';
import { isAheadOf, writeOf } from './account-decision';
import { batchesOf, rowBatches, LOOKED_AT, MOVED_WITH_THE_MODEL, WRITTEN } from './batches';
import { bringUp } from './bring-up';
import { type ChangedAccount, raiseInterventions, raisesByModel, saveAccounts } from './intervention-changes';
import { checkedDraft, type DraftKey, lockDraft, modelInForce } from './model-draft.service';
import {
  adjustmentsOf,
  aheadError,
  hasSeen,
  planOf,
  refuseStale,
  type SimulatedKey,
  staleDigest,
} from './planned-publication';
import { type AccountWrite } from './ports/account-write';
import { type Stamp } from './ports/clock';
import { type StoredModelVersion } from './ports/model-drafts';
import { type AccountOutline, type Stores } from './ports/stores';
import { PublicationOutcome, type Published } from './publication-outcome';
import { publishedModel } from './published-model';
import { segmentsFollow } from './segment.service';

/** The draft that is to be published, and what the caller has seen of it. */
export type PublicationKey = DraftKey & SimulatedKey;

/**
 * The draft was changed while a publication was prepared, or the book so that its percentiles are other amounts; or a
 * server of an older version, which prepares nothing, has published another model.
 */
export class Overtaken extends Error {}

/**
 * Puts the draft in the place of the published model, in the caller's transaction, and with it moves the accounts that
 * cannot wait. Decides everything before anybody has to wait for it, and only then keeps others from placing accounts;
 * what has changed until then is decided again. All others are left to `bringUpBatch`: writing them, too, would keep
 * everybody waiting who changes one of them.
 *
 * Throws Overtaken, and what `PublicationService.publish` throws.
 *
 * @param waiting whether others are kept from placing accounts from the beginning, so that none can overtake it
 */
export async function bringOver(
  stores: Stores,
  key: PublicationKey,
  reason: string,
  stamp: Stamp,
  waiting: boolean,
): Promise<Published> {
  await stores.preparedPublications.begin();
  if (waiting) {
    await stores.models.publishedForChange();
    await lockDraft(stores, key);
  }
  const { draft, publication, watched, outcome } = await prepare(stores, key, stamp);
  const published = await stores.models.publishedForChange();
  const locked = await lockDraft(stores, key);
  const isOvertaken = await stores.preparedPublications.noteOvertaken();
  const isAsPrepared =
    locked.revision === draft.revision &&
    published?.version === publication.from.version &&
    (await hasSameCuts(stores, locked.model, publication));
  // What was simulated was there still when it was prepared.
  if ((isOvertaken || !isAsPrepared) && hasSeen(key)) throw staleDigest();
  if (!isAsPrepared) throw new Overtaken('the publication has to be prepared anew');
  const { from, to } = publication;
  await stores.modelDrafts.publish(to, from.version, reason, stamp);
  const unused = await stores.preparedPublications.apply(stamp);
  await raiseApplied(stores, watched, stamp, from);
  if (isOvertaken) await decideOvertaken(stores, publication, unused, outcome, stamp);
  const successors = new Map(Object.entries(to.successors));
  if (successors.size > 0) {
    await stores.overrides.requestsFollow(successors, to.version);
    await segmentsFollow(stores, successors, to, stamp);
  }
  return outcome.published();
}

/**
 * Decides the accounts that have come or changed while the others were prepared, and writes those that cannot wait for
 * `bringUpBatch`.
 *
 * @param unused the scorecards that were prepared for them, by account id
 */
async function decideOvertaken(
  stores: Stores,
  publication: Publication,
  unused: ReadonlyMap<string, string>,
  outcome: PublicationOutcome,
  stamp: Stamp,
): Promise<void> {
  const { from, today } = publication;
  outcome.takeBack(await stores.preparedPublications.overtakenGroups());
  const overtaken = (after: string): Promise<string[]> =>
    stores.preparedPublications.overtakenAfter(after, WRITTEN);
  for await (const ids of batchesOf(overtaken)) {
    const outlines = await stores.accounts.outlinesOf(ids);
    const adjustments = await adjustmentsOf(stores, outlines);
    const urgent = outlines.flatMap((outline) => {
      const { id } = outline;
      const decided = publishTo(outline, publication);
      outcome.add(outline, decided.account.standing, adjustments.get(id) ?? null);
      return unused.has(id) || decided.succeeds || raises(outline, decided, publication) ? [id] : [];
    });
    if (urgent.length === 0) continue;
    const accounts = await stores.accounts.lockByIds(urgent, today);
    const ahead = accounts.find((account) => isAheadOf(account, today));
    if (ahead !== undefined) throw aheadError(1, ahead.lastHistoryOn);
    const writes = accounts.flatMap((account) => {
      const write = writeOf(account, publishTo(account, publication), { model: publication.to, today });
      return write === null ? [] : [{ ...write, scorecardId: unused.get(account.id) }];
    });
    await saveAccounts(stores, writes, stamp, from);
  }
}

/**
 * Places accounts by the published model and moves them, unless another one has been published since. Gives how many
 * were written.
 */
export async function bringUpBatch(
  stores: Stores,
  version: number,
  ids: readonly string[],
  stamp: Stamp,
): Promise<number> {
  await stores.preparedPublications.awaitNone();
  const model = await publishedModel(stores);
  if (model.version !== version) return 0;
  return (await bringUp(stores, await stores.accounts.lockSummariesByIds(ids), model, stamp)).length;
}

/** What a publication is going to do, decided without keeping anybody waiting. */
interface Prepared {
  readonly draft: StoredModelVersion;
  readonly publication: Publication;
  /** Accounts of which it may raise an intervention. */
  readonly watched: readonly ChangedAccount[];
  readonly outcome: PublicationOutcome;
}

/** Decides what publishing does to each account and keeps it; takes no lock that others would wait for. */
async function prepare(stores: Stores, key: PublicationKey, stamp: Stamp): Promise<Prepared> {
  const { today } = stamp;
  const draft = checkedDraft(await stores.modelDrafts.read(key.version), key);
  await refuseStale(stores, key, stamp);
  const publication = await planOf(stores, draft.model, await modelInForce(stores), today);
  const watched: ChangedAccount[] = [];
  let moved = 0;
  for await (const outlines of rowBatches((after) => stores.accounts.outlinesAfter(after, LOOKED_AT))) {
    const prepared = outlines.map((outline) => {
      const decided = publishTo(outline, publication);
      const isWatched = raises(outline, decided, publication);
      if (isWatched) watched.push(changeBy(outline, decided));
      const movesWithModel = decided.moves && !decided.succeeds && moved < MOVED_WITH_THE_MODEL;
      if (movesWithModel) moved += 1;
      const withModel = movesWithModel || decided.succeeds || isWatched;
      return { version: outline.version, write: preparedWrite(outline, decided), withModel };
    });
    await stores.preparedPublications.keep(prepared, stamp);
  }
  const outcome = new PublicationOutcome(publication);
  outcome.addGroups(await stores.preparedPublications.seal());
  // Once more, since what has changed before it was read is not overtaken.
  await refuseStale(stores, key, stamp);
  return { draft, publication, watched, outcome };
}

/** Whether publishing raises an intervention of the account by itself. */
function raises(before: AccountOutline, decided: Rescoring, { from, to, today }: Publication): boolean {
  return raisesByModel(changeBy(before, decided), today, to, from);
}

function changeBy(before: AccountOutline, { account }: Rescoring): ChangedAccount {
  return { id: before.id, before, after: account };
}

function preparedWrite(before: AccountOutline, { account, entries, newScorecard }: Rescoring): AccountWrite {
  const { id } = before;
  return { id, before, account, linesAppliedOn: null, changes: [], movement: null, newScorecard, entries };
}

/** Whether the percentiles of the draft, if it has any, still are the amounts that they were prepared with. */
async function hasSameCuts(stores: Stores, draft: TieringModel, prepared: Publication): Promise<boolean> {
  if (!hasPercentiles(draft)) return true;
  const { to } = planPublication(draft, prepared.from, await stores.accounts.payingArr(), prepared.today);
  return JSON.stringify(to) === JSON.stringify(prepared.to);
}

async function raiseApplied(
  stores: Stores,
  watched: readonly ChangedAccount[],
  stamp: Stamp,
  replaced: TieringModel,
): Promise<void> {
  for (let from = 0; from < watched.length; from += WRITTEN) {
    const some = watched.slice(from, from + WRITTEN);
    const applied = await stores.preparedPublications.applied(some.map(({ id }) => id));
    const changes = some.filter(({ id }) => applied.has(id));
    await raiseInterventions(stores, changes, stamp, replaced);
  }
}
