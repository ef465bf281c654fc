const MOST_KNOWN = 20_000;

/**
 * Which ids accounts have that were found by their external ids. Whoever knows an id can ask for all that belongs to
 * the account at once, instead of for the account first; and whether it is still the one is seen by what is found.
 */
export class KnownAccountIds {
  private readonly ids = new Map<string, string>();

  of(externalId: string): string | null {
    return this.ids.get(externalId) ?? null;
  }

  /** Once it is full it begins anew. */
  note(externalId: string, id: string): void {
    if (this.ids.size >= MOST_KNOWN && !this.ids.has(externalId)) this.ids.clear();
    this.ids.set(externalId, id);
  }
}
