import { DEFAULT_MODEL } from '../domain/defaults';
import { resolvePercentiles } from '../domain/tiering-model';
import { stampOf } from './account.service';
import { SYSTEM } from './actor';
import { type Clock } from './ports/clock';
import { type UnitOfWork } from './ports/stores';

/** The versions of the tiering policy. */
export class TieringModelService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Publishes the built-in model where none is published yet; says whether it did. */
  async ensurePublished(): Promise<boolean> {
    const stamp = stampOf(SYSTEM, this.clock);
    return this.unitOfWork.run(stamp, async (stores) => {
      // The lock would wait for everybody who places accounts, and make everybody else wait for it.
      if (await stores.models.hasPublished()) return false;
      if ((await stores.models.publishedForChange()) !== null) return false;
      const model = resolvePercentiles(DEFAULT_MODEL, await stores.accounts.payingArr());
      await stores.models.publish(model, 'The built-in model', stamp);
      return true;
    });
  }
}
