/** Runs a statement in the transaction of the store. */
export type Query = (sql: string, parameters: readonly unknown[]) => Promise<unknown>;
