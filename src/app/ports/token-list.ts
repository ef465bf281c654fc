import { type Listed, type Window } from './reads';
import { type StoredToken } from './stores';

/** A stored token as lists show it. */
export interface TokenView extends StoredToken, Listed {
  /** The external id of the CSM whose portfolio is its own. */
  readonly csmExternalId: string | null;
  /** Whether it lets somebody in: it is neither revoked nor expired. */
  readonly usable: boolean;
  /** To within an hour; null for one that was never used. */
  readonly lastUsedAt: string | null;
}

export interface TokenFilter {
  readonly usable?: boolean | null | undefined;
}

/** Stored tokens, the newest first; whether one is usable depends on the moment. */
export interface TokenListReads {
  page(where: TokenFilter, window: Window, now: string): Promise<TokenView[]>;
  count(where: TokenFilter, now: string): Promise<number>;
  byIds(ids: readonly string[], now: string): Promise<TokenView[]>;
}
