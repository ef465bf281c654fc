import { type AccountGroup } from '../../src/domain/load';
import { type Owner } from '../../src/domain/portfolio';
import { readKeptGroups, scanGroups } from '../../src/persistence/reads/capacity.reads';
import { type DatabaseReader, type SqlReader } from '../../src/persistence/reads/database-reader';
import { readKeptTotals, scanTotals } from '../../src/persistence/reads/portfolio.reads';
import { type TestClock } from './clock';

/** Holds the loads that are kept against the accounts, both as of one moment. */
export class KeptLoadsCheck {
  constructor(
    readonly reader: DatabaseReader,
    private readonly clock: TestClock,
  ) {}

  /** Fails unless the loads of everybody, of each, and of some together are the same as those of the accounts. */
  async isExact(): Promise<void> {
    await this.reader.snapshot((reader) => this.isExactTo(reader));
  }

  /** The same as of a moment that goes on. */
  async isExactTo(reader: SqlReader): Promise<void> {
    const today = this.clock.today();
    const owners = await ownersOf(reader);
    const asked: (readonly Owner[] | null)[] = [
      null,
      owners,
      owners.slice(0, 2),
      ...owners.map((one) => [one]),
    ];
    for (const of of asked) {
      const kept = await readKeptGroups(reader, of);
      expect({ of, groups: kept }).toEqual({ of, groups: await scanGroups(reader, of, today, today) });
    }
    for (const kind of ['csm', 'pool'] as const) {
      const names = owners
        .filter((one) => one.kind === kind.toUpperCase())
        .map(({ externalId }) => externalId);
      const kept = await readKeptTotals(reader, kind, names);
      expect(sorted(kept)).toEqual(sorted(await scanTotals(reader, kind, names, today, today)));
    }
  }

  async isKept(): Promise<boolean> {
    return (await readKeptGroups(this.reader, null)) !== null;
  }

  /** "anna core 1 EXTRA: 3 of 1200.00" for each group of an owner, "- core 0" for those of nobody. */
  async shown(): Promise<string[]> {
    const groups = await readKeptGroups(this.reader, null);
    if (groups === null) throw new Error('the loads are not kept');
    return groups.map(line).sort();
  }
}

function line({ owner, tier, relationshipFacts, adjustment, accounts, arr }: AccountGroup): string {
  const group = [owner?.externalId ?? '-', tier ?? 'none', relationshipFacts, adjustment ?? ''];
  return `${group.join(' ').trim()}: ${accounts} of ${Number(arr) / 100}`;
}

function ownersOf(reader: SqlReader): Promise<Owner[]> {
  return reader.rows<Owner>(
    `SELECT 'CSM' AS kind, external_id AS "externalId" FROM csm
     UNION ALL SELECT 'POOL', external_id FROM pool ORDER BY 1, 2`,
  );
}

function sorted<Totals extends { readonly owner: string }>(
  totals: readonly Totals[] | null,
): Totals[] | null {
  return totals && [...totals].sort((a, b) => (a.owner < b.owner ? -1 : 1));
}
