import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { planPublication, type Publication } from '../domain/publication';
import { type AdjustmentKind } from '../domain/service-adjustment';
import { hasPercentiles, type TieringModel } from '../domain/tiering-model';
import { byIds } from './ports/account-names';
import { type Stamp } from './ports/clock';
import { type Stores } from './ports/stores';

/** A draft, and what somebody has seen of it. */
export interface SimulatedKey {
  readonly version: number;
  /** What a simulation gave; absent for one who did not look. */
  readonly digest?: string | null | undefined;
}

/**
 * How the draft would take the place of the published model today. Throws CONFLICT where the history goes beyond today,
 * and what planPublication throws.
 */
export async function planOf(
  stores: Stores,
  draft: TieringModel,
  published: TieringModel,
  today: CalendarDate,
): Promise<Publication> {
  const { accounts, until } = await stores.modelDrafts.aheadOf(today);
  if (accounts > 0) throw aheadError(accounts, until);
  const amounts = hasPercentiles(draft) ? await stores.accounts.payingArr() : [];
  return planPublication(draft, published, amounts, today);
}

/** Throws STALE_DIGEST where the caller has seen the digest of another book, draft, published model or day. */
export async function refuseStale(stores: Stores, key: SimulatedKey, { today }: Stamp): Promise<void> {
  if (hasSeen(key) && (await stores.modelDrafts.digest(key.version, today)) !== key.digest)
    throw staleDigest();
}

/** Whether the caller goes by a simulation. */
export function hasSeen({ digest }: SimulatedKey): boolean {
  return digest !== null && digest !== undefined;
}

/** The active service adjustments of accounts, by account id. */
export async function adjustmentsOf(
  stores: Stores,
  accounts: readonly { readonly id: string }[],
): Promise<Map<string, AdjustmentKind>> {
  const known = await stores.adjustments.knownOf(byIds(accounts.map(({ id }) => id)));
  return new Map(
    known.flatMap(({ accountId, kind, status }) => (status === 'ACTIVE' ? [[accountId, kind] as const] : [])),
  );
}

/** The refusal of a publication for a day that the history of accounts goes beyond. */
export function aheadError(accounts: number, until: CalendarDate | null): DomainError {
  return new DomainError(
    'CONFLICT',
    `the tier history of ${accounts} accounts goes up to ${until ?? ''}; a model can be published from that day on`,
    ['version'],
  );
}

/** The refusal of a digest of another book, draft, published model or day. */
export function staleDigest(): DomainError {
  return new DomainError(
    'STALE_DIGEST',
    'the book, the draft, the published model or the day is no longer what was simulated; simulate again and look at what would happen now',
    ['digest'],
  );
}
