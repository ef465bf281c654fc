import { type CsmIdentityReads } from '../../app/ports/csm-identity';
import { LRUCache } from '../../graphql/lru-cache';
import { type CsmKey } from './claims';

const MOST_PEOPLE = 1_000;
const KEPT_MS = 60_000;

/** Finds the CSM that somebody is, and remembers it for a minute. */
export class CsmDirectory {
  private readonly found = new LRUCache<string, { readonly id: string | null; readonly at: number }>(
    MOST_PEOPLE,
  );

  /** @param elapsed milliseconds from any fixed moment */
  constructor(
    private readonly reads: CsmIdentityReads,
    private readonly elapsed: () => number,
  ) {}

  /** The id of the CSM; null where there is none, or no one alone. */
  async idOf(key: CsmKey): Promise<string | null> {
    const [name, at] = [JSON.stringify(key), this.elapsed()];
    const known = this.found.get(name);
    if (known !== undefined && at - known.at < KEPT_MS) return known.id;
    const id = await ('email' in key
      ? this.reads.idByEmail(key.email)
      : this.reads.idByExternalId(key.externalId));
    this.found.set(name, { id, at });
    return id;
  }
}
