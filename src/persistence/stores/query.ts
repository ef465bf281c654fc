/**
 * Runs a statement in the transaction of the store. Nobody has to wait for its answer: where it fails, so does the
 * transaction.
 */
export type Query = (sql: string, parameters: readonly unknown[]) => Promise<unknown>;
