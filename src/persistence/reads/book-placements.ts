import { type AccountFacts, FACT_FIELDS } from '../../domain/account';
import { type CalendarDate } from '../../domain/calendar';
import { formatHundredths, parseMoney } from '../../domain/money';
import { placeAccount } from '../../domain/placement';
import { type TieringModel } from '../../domain/tiering-model';
import { ACCOUNT_COLUMNS } from '../account-columns';
import { type SqlReader } from './database-reader';
import { type Parameters } from './parameters';

const FACT_COLUMNS = ACCOUNT_COLUMNS.filter(({ field }) =>
  (FACT_FIELDS as readonly string[]).includes(field),
);

/** The columns of the book that placement looks at. */
export const PLACEMENT_INPUTS: readonly string[] = [...FACT_COLUMNS.map(({ name }) => name), 'placed'];

/** Where one model puts the accounts of one day, by account id. */
export class BookPlacements {
  private readonly ids: string[] = [];
  private readonly tiers: (string | null)[] = [];
  private readonly totals: string[] = [];
  private readonly completeness: string[] = [];
  private readonly potentials: (string | null)[] = [];
  private readonly provisional: boolean[] = [];

  constructor(private readonly model: TieringModel) {}

  get modelVersion(): number {
    return this.model.version;
  }

  place(id: string, facts: AccountFacts, day: CalendarDate): void {
    const scorecard = placeAccount(facts, this.model, day);
    this.ids.push(id);
    this.tiers.push(scorecard.computedTier);
    this.totals.push(formatHundredths(scorecard.total));
    this.completeness.push(formatHundredths(scorecard.completeness));
    this.potentials.push(scorecard.expansionPotential);
    this.provisional.push(scorecard.provisional);
  }

  /** The placements as a table `placed`. */
  sql(parameters: Parameters): string {
    const columns = [
      `${parameters.bind(this.ids)}::bigint[]`,
      `${parameters.bind(this.tiers)}::text[]`,
      `${parameters.bind(this.totals)}::numeric[]`,
      `${parameters.bind(this.completeness)}::numeric[]`,
      `${parameters.bind(this.potentials)}::text[]`,
      `${parameters.bind(this.provisional)}::boolean[]`,
    ];
    return `unnest(${columns.join(', ')}) AS placed(id, tier, total, completeness, expansion_potential, provisional)`;
  }
}

/**
 * Places the accounts of a day by the model, one after another in constant memory save for the result.
 *
 * @param book SQL with the columns `id` and PLACEMENT_INPUTS
 */
export async function placeBook(
  reader: SqlReader,
  book: string,
  parameters: Parameters,
  model: TieringModel,
  day: CalendarDate,
): Promise<BookPlacements> {
  const placements = new BookPlacements(model);
  const rows = reader.stream<Record<string, unknown>>(
    `SELECT a.id, ${PLACEMENT_INPUTS.map((name) => `a.${name}`).join(', ')} FROM ${book} a`,
    parameters.values,
  );
  for await (const row of rows) {
    const facts = factsOf(row);
    // Nobody is placed before the first ARR or status is known (spec section 3).
    if (row.placed === true || facts.arr !== null || facts.status !== null) {
      placements.place(row.id as string, facts, day);
    }
  }
  return placements;
}

function factsOf(row: Readonly<Record<string, unknown>>): AccountFacts {
  const facts: Record<string, unknown> = {};
  for (const { field, name, type } of FACT_COLUMNS) {
    const value = row[name];
    facts[field] = type === 'numeric' && typeof value === 'string' ? parseMoney(value) : value;
  }
  return facts as unknown as AccountFacts;
}
