/** Accounts by their ids, and by those of the CRM. */
export interface AccountNames {
  readonly ids: readonly string[];
  readonly externalIds: readonly string[];
}

/** Accounts by their ids alone. */
export function byIds(ids: readonly string[]): AccountNames {
  return { ids, externalIds: [] };
}
