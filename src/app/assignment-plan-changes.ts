import { type PlanProposal } from '../domain/assignment-plan';
import { DomainError, type Refusal, refusalOf } from '../domain/errors';
import { checkSponsor } from '../domain/portfolio';
import { type TieringModel } from '../domain/tiering-model';
import { WRITTEN } from './batches';
import { type AccountKey, lockPlacedAccounts } from './locked-account';
import { saveAssignments, staffOf, Timeline } from './portfolio-changes';
import { type Stamp } from './ports/clock';
import { type AssignmentWrite } from './ports/portfolio';
import { type StoredAccount, type Stores } from './ports/stores';

/** Who stands behind one account. */
export interface NamedSponsor {
  readonly account: AccountKey;
  readonly executiveSponsor: string;
}

export interface AppliedPlan {
  /** The ids of the accounts that got a new owner. */
  readonly assigned: readonly string[];
  readonly refused: readonly { readonly accountId: string; readonly error: Refusal }[];
}

/**
 * The sponsor of each account: the one that is named for it, else the one for all others. Throws NOT_FOUND for one
 * that is named for an account which the plan does not give to anybody, or which needs none.
 */
export async function readSponsors(
  stores: Stores,
  executiveSponsor: string | null | undefined,
  sponsors: readonly NamedSponsor[],
  proposals: readonly PlanProposal[],
): Promise<(accountId: string) => string | null> {
  const forAll = checkSponsor(executiveSponsor ?? null);
  const names = sponsors.map((one) => checkSponsor(one.executiveSponsor));
  const ids = await stores.accounts.idsOf(sponsors.flatMap(({ account }) => account.externalId ?? []));
  const lacking = new Set(
    proposals.flatMap(({ accountId, needsExecutiveSponsor }) => (needsExecutiveSponsor ? accountId : [])),
  );
  const byAccount = new Map(
    sponsors.map(({ account }, index) => {
      const id = account.id ?? ids.get(account.externalId ?? '');
      if (id !== undefined && lacking.has(id)) return [id, names[index] ?? null] as const;
      throw new DomainError('NOT_FOUND', 'the plan has no such account that lacks an executive sponsor', [
        'executiveSponsors',
        String(index),
      ]);
    }),
  );
  return (accountId) => byAccount.get(accountId) ?? forAll;
}

export interface Applying {
  readonly model: TieringModel;
  readonly stamp: Stamp;
  readonly sponsorOf: (accountId: string) => string | null;
  readonly reason: string;
}

/** Assigns what is proposed, in batches, by the same rules as a person's assignment; with what was refused by name. */
export async function assignProposals(
  stores: Stores,
  proposals: readonly PlanProposal[],
  { model, stamp, sponsorOf, reason }: Applying,
): Promise<AppliedPlan> {
  const { today } = stamp;
  const staff = await staffOf(
    stores,
    proposals.map(({ to }) => to),
    today,
  );
  const assigned: string[] = [];
  const refused: { accountId: string; error: Refusal }[] = [];
  for (let from = 0; from < proposals.length; from += WRITTEN) {
    const batch = proposals.slice(from, from + WRITTEN);
    const ids = batch.map(({ accountId }) => accountId);
    const keys = ids.map((id) => ({ id }));
    const accounts = await lockPlacedAccounts(stores, keys, model, stamp);
    const history = await stores.portfolios.historyOf(ids);
    const touched: StoredAccount[] = [];
    const writes: AssignmentWrite[] = [];
    for (const [index, { accountId, to, needsExecutiveSponsor }] of batch.entries()) {
      const account = accounts[index];
      try {
        if (account === undefined || account instanceof DomainError) throw account ?? stalePlan();
        const timeline = new Timeline(account, history.get(accountId) ?? []);
        const executiveSponsor = needsExecutiveSponsor ? sponsorOf(accountId) : undefined;
        timeline.assign({ owner: to, executiveSponsor, from: today, until: null }, staff, model, today);
        const write = timeline.write(reason);
        if (write === null) continue;
        writes.push(write);
        touched.push(account);
        assigned.push(accountId);
      } catch (error) {
        refused.push({ accountId, error: refusalOf(error) });
      }
    }
    await saveAssignments(stores, touched, writes, stamp);
  }
  return { assigned, refused };
}

/** What is thrown where the book, or what was asked for, is another one by now. */
export function stalePlan(): DomainError {
  return new DomainError(
    'STALE_PLAN',
    'the book, the CSMs, the model, the day or what was asked for is no longer what was planned with; ask for a plan again and look at it',
    ['digest'],
  );
}
