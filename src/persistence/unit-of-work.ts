import { type DataSource, type EntityManager } from 'typeorm';
import { type Stores, type UnitOfWork } from '../app/ports/stores';
import { constraintError, isWorthRetrying } from './constraint-errors';
import { SqlAccountStore } from './stores/account.store';
import { SqlCsmStore } from './stores/csm.store';
import { SqlIdempotencyStore } from './stores/idempotency.store';
import { SqlModelStore } from './stores/model.store';
import { SqlPortfolioStore } from './stores/portfolio.store';
import { SqlSubscriptionStore } from './stores/subscription.store';
import { SqlTokenStore } from './stores/token.store';

const MOST_TRIES = 4;

/** Transactions over TypeORM's connection; see the port for what it promises. */
export class TypeOrmUnitOfWork implements UnitOfWork {
  constructor(private readonly dataSource: DataSource) {}

  async run<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.dataSource.transaction((manager) => work(storesOf(manager)));
      } catch (error) {
        if (tries >= MOST_TRIES || !isWorthRetrying(error)) throw constraintError(error) ?? error;
      }
    }
  }

  async rehearse<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    await runner.connect();
    await runner.startTransaction();
    try {
      return await work(storesOf(runner.manager));
    } catch (error) {
      throw constraintError(error) ?? error;
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  }
}

function storesOf(manager: EntityManager): Stores {
  return {
    accounts: new SqlAccountStore(manager),
    csms: new SqlCsmStore(manager),
    idempotency: new SqlIdempotencyStore(manager),
    models: new SqlModelStore(manager),
    portfolios: new SqlPortfolioStore(manager),
    subscriptions: new SqlSubscriptionStore(manager),
    tokens: new SqlTokenStore(manager),
  };
}
