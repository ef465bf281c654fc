/** Who looks after whom (spec section 7). */
export interface PortfolioStore {
  /** Which of the accounts the CSM looks after today, alone or with a pool. */
  ownedBy(csmId: string, accountIds: readonly string[], today: string): Promise<ReadonlySet<string>>;
}
