import { type TierBasis } from '../../src/app/ports/analytics';
import { type Dimension } from '../../src/domain/segment';
import { readKeptBook, scanBook } from '../../src/persistence/reads/breakdown.reads';
import { type DatabaseReader } from '../../src/persistence/reads/database-reader';
import { type Grouping } from '../../src/persistence/reads/grouped-book';
import { ModelCatalog } from '../../src/persistence/reads/model-catalog';
import { type TestClock } from './clock';

const KEPT: readonly Dimension[] = ['TIER', 'ARR_BAND', 'INDUSTRY', 'REGION', 'CSM', 'POOL'];

/** None of the dimensions by which figures are kept, each of them, and each pair in either order. */
export const KEPT_GROUPINGS: readonly (readonly Dimension[])[] = [
  [],
  ...KEPT.map((dimension) => [dimension]),
  ...KEPT.flatMap((first) => KEPT.filter((second) => second !== first).map((second) => [first, second])),
];

const NO_MORE = { withMedian: false, withRetention: false };

/** Holds the figures that are kept against the accounts, both as of one moment. */
export class KeptBookCheck {
  private readonly models: ModelCatalog;

  constructor(
    readonly reader: DatabaseReader,
    private readonly clock: TestClock,
  ) {
    this.models = new ModelCatalog({ database: reader });
  }

  async grouping(by: readonly Dimension[], tierBasis: TierBasis = 'RECORDED'): Promise<Grouping> {
    return { by, where: null, tierBasis, today: this.clock.today(), model: await this.models.published() };
  }

  /** Fails unless every grouping by which figures are kept is the same as that of the accounts. */
  async isExact(): Promise<void> {
    const today = this.clock.today();
    const { model } = await this.grouping([]);
    await this.reader.snapshot(async (reader) => {
      for (const [index, by] of KEPT_GROUPINGS.entries()) {
        const tierBasis = index % 2 === 1 && !by.includes('TIER') ? 'PUBLISHED_MODEL' : 'RECORDED';
        const grouping: Grouping = { by, where: null, tierBasis, today, model };
        const kept = await readKeptBook(reader, grouping, today, NO_MORE);
        expect({ by, ...kept }).toEqual({ by, ...(await scanBook(reader, grouping, today, NO_MORE)) });
      }
    });
  }

  /** Whether a breakdown is answered from figures. */
  async isKept(by: readonly Dimension[], tierBasis?: TierBasis): Promise<boolean> {
    const grouping = await this.grouping(by, tierBasis);
    return (await readKeptBook(this.reader, grouping, this.clock.today(), NO_MORE)) !== null;
  }
}
