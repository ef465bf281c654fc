import { type PoolClient, type QueryResult } from 'pg';
import { type EntityManager, QueryFailedError } from 'typeorm';
import { type StatementNames } from './statement-names';

/**
 * The manager of a transaction, whose statements with parameters stay prepared on their connection: most of them are
 * planned for longer than they run, and a request sends the same ones as the one before. What they give is what
 * TypeORM's own manager gives.
 */
export function preparing(manager: EntityManager, names: StatementNames): EntityManager {
  const prepared = Object.create(manager) as EntityManager;
  prepared.query = async <T>(sql: string, parameters?: unknown[]): Promise<T> => {
    const { queryRunner } = manager;
    // Several statements at once, which have none, cannot be prepared.
    const values = parameters ?? [];
    const name = values.length === 0 ? undefined : names.of(sql);
    if (name === undefined || queryRunner === undefined || queryRunner.isReleased)
      return manager.query<T>(sql, parameters);
    const client = (await queryRunner.connect()) as PoolClient;
    try {
      return resultOf(await client.query({ name, text: sql, values })) as T;
    } catch (error) {
      throw new QueryFailedError(sql, parameters, error as Error);
    }
  };
  return prepared;
}

function resultOf({ command, rows, rowCount }: QueryResult): unknown {
  return command === 'UPDATE' || command === 'DELETE' ? [rows, rowCount] : rows;
}
