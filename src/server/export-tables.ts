import { GraphQLList, GraphQLNonNull, type GraphQLInputType, type GraphQLSchema, isInputType } from 'graphql';
import { type Actor, authorise } from '../app/actor';
import { type AccountFilter } from '../app/ports/account-filter';
import { type BreakdownQuery } from '../app/ports/analytics';
import { type Clock } from '../app/ports/clock';
import { type Reads } from '../app/ports/reads';
import { type CalendarDate } from '../domain/calendar';
import { DomainError } from '../domain/errors';
import { type Dimension } from '../domain/segment';
import { codedError } from '../graphql/errors';
import { withSegments } from '../graphql/segment/segment-filter';
import { coerceValue } from '../graphql/variables';
import { type SqlReader } from '../persistence/reads/database-reader';
import { exportColumns, exportRows, FLAT_EXPORTS } from '../persistence/reads/export.reads';
import { type Table } from './export-text';

export const EXPORTS = [...FLAT_EXPORTS, 'breakdown'] as const;
export type ExportName = (typeof EXPORTS)[number];

/** What is asked of an export; each takes a part of it. */
export interface ExportQuery {
  readonly where?: AccountFilter | null | undefined;
  readonly from?: CalendarDate | undefined;
  readonly to?: CalendarDate | undefined;
  readonly by?: readonly Dimension[] | undefined;
  readonly asOf?: CalendarDate | undefined;
  readonly tierBasis?: BreakdownQuery['tierBasis'];
}

type Parameter = keyof ExportQuery;

/** The types of the API by which each parameter is read. */
const TYPES: Readonly<Record<Parameter, string>> = {
  where: 'AccountFilter',
  from: 'Date',
  to: 'Date',
  by: 'Dimension',
  asOf: 'Date',
  tierBasis: 'TierBasis',
};

const PARAMETERS: Readonly<Record<ExportName, readonly Parameter[]>> = {
  accounts: ['where'],
  movements: ['where', 'from', 'to'],
  history: ['where', 'from', 'to'],
  breakdown: ['where', 'by', 'asOf', 'tierBasis'],
};

const FIGURES = [
  'accounts',
  'accountShare',
  'arr',
  'arrShare',
  'averageArr',
  'medianArr',
  'averageHealth',
  'atRiskArr',
  'grr',
  'nrr',
  'logoRetention',
] as const;

export interface ExportParts {
  readonly reader: SqlReader;
  readonly reads: Pick<Reads, 'analytics' | 'models' | 'segments'>;
  readonly clock: Clock;
  /** Asked for only where a parameter is to be read. */
  readonly schema: () => GraphQLSchema;
}

/** The tables that can be exported, whoever asks for them: over HTTP or on the command line. */
export class ExportTables {
  constructor(private readonly parts: ExportParts) {}

  today(): CalendarDate {
    return this.parts.clock.today();
  }

  /**
   * What parameters, given as text, ask of an export. They are read by the types of the GraphQL API, `where` as
   * JSON and `by` as a list with commas. Throws BAD_USER_INPUT for one that the export does not have or that is
   * not what its type says, and NOT_FOUND for a segment that there is not.
   */
  async query(what: ExportName, given: Readonly<Record<string, string>>): Promise<ExportQuery> {
    const query: Record<string, unknown> = {};
    for (const [name, text] of Object.entries(given)) {
      const parameter = PARAMETERS[what].find((known) => known === name);
      if (parameter === undefined) {
        throw refused(`the export of ${what} has no parameter ${JSON.stringify(name.slice(0, 60))}`);
      }
      query[parameter] = await this.read(parameter, text);
    }
    return query;
  }

  /**
   * The table of an export. Throws FORBIDDEN unless the actor may read, and INVALID_VALUE as the reads do.
   *
   * @param signal ends the reading of rows once nobody waits for them any more
   */
  async table(actor: Actor, what: ExportName, query: ExportQuery, signal?: AbortSignal): Promise<Table> {
    authorise(actor, 'READ');
    if (what === 'breakdown') return this.breakdown(query);
    return { columns: exportColumns(what), rows: exportRows(what, this.parts.reader, query, { signal }) };
  }

  /** The groups of a breakdown, with a column for each dimension. */
  private async breakdown({ by = [], where, asOf, tierBasis }: ExportQuery): Promise<Table> {
    const asked = { by, where, asOf, tierBasis, withMedian: true, withRetention: true };
    const { rows, truncated } = await this.parts.reads.analytics.breakdown(asked);
    if (truncated) {
      // A part would be taken for the whole.
      const rule = `there are more than ${rows.length} groups; use fewer dimensions, or a filter`;
      throw new DomainError('INVALID_VALUE', rule, ['by']);
    }
    return {
      columns: [...by.map(columnOf), ...FIGURES],
      rows: rows.map((row) => ({
        ...Object.fromEntries(row.keys.map(({ dimension, value }) => [columnOf(dimension), value])),
        ...Object.fromEntries(FIGURES.map((figure) => [figure, row[figure]])),
      })),
    };
  }

  private async read(parameter: Parameter, text: string): Promise<unknown> {
    const type = this.type(parameter);
    if (parameter === 'by') {
      const names = text.split(',').map((name) => name.trim());
      return coerceValue(names, new GraphQLList(new GraphQLNonNull(type)), parameter);
    }
    if (parameter !== 'where') return coerceValue(text, type, parameter);
    const { reads, clock } = this.parts;
    return withSegments(coerceValue(readJson(text), type, parameter), type, [parameter], { reads, clock });
  }

  private type(parameter: Parameter): GraphQLInputType {
    const type = this.parts.schema().getType(TYPES[parameter]);
    if (!isInputType(type)) throw new Error(`the schema has no input type ${TYPES[parameter]}`);
    return type;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refused('where must be a filter of accounts as JSON, such as {"tier":{"eq":"core"}}');
  }
}

/** "ARR_BAND" is the column "arrBand". */
function columnOf(dimension: Dimension): string {
  return dimension.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function refused(rule: string): Error {
  return codedError('BAD_USER_INPUT', rule);
}
