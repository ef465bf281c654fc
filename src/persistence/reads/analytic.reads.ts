import {
  type AnalyticReads,
  type Breakdown,
  type BreakdownQuery,
  type Retention,
  type RetentionQuery,
} from '../../app/ports/analytics';
import { type PastBook } from '../../app/ports/past-books';
import { type Clock } from '../../app/ports/clock';
import { type ModelReads } from '../../app/ports/reads';
import { type CalendarDate } from '../../domain/calendar';
import { checkDimensions } from '../../domain/segment';
import { readBreakdown } from './breakdown.reads';
import { type DatabaseReader, type SqlReader } from './database-reader';
import { checkDay, type Grouping, isPlacedAnew } from './grouped-book';
import { checkRetention, readRetention } from './retention.reads';

export class SqlAnalyticReads implements AnalyticReads {
  constructor(
    private readonly database: DatabaseReader,
    private readonly models: ModelReads,
    private readonly clock: Clock,
    /** Told of past days whose figures are worth keeping. */
    private readonly missed?: (book: PastBook) => void,
  ) {}

  async breakdown(query: BreakdownQuery): Promise<Breakdown> {
    const today = this.clock.today();
    const day = checkDay(query.asOf ?? today, today, 'asOf');
    checkDimensions(query.by);
    const { withRetention = false, withMedian = false } = query;
    const grouping = await this.grouping(query, today);
    const isPlaced =
      isPlacedAnew(grouping, day) || (withRetention && grouping.tierBasis === 'PUBLISHED_MODEL');
    return this.asOfOneMoment(isPlaced, (reader) =>
      readBreakdown(reader, grouping, day, { withRetention, withMedian }, this.missed),
    );
  }

  async retention(query: RetentionQuery): Promise<Retention> {
    const today = this.clock.today();
    checkRetention(query, today);
    const grouping = await this.grouping(query, today);
    const { from, to } = query;
    return this.asOfOneMoment(isPlacedAnew(grouping, from), (reader) =>
      readRetention(reader, grouping, { from, to }),
    );
  }

  private async grouping(
    { by, where, tierBasis }: BreakdownQuery | RetentionQuery,
    today: CalendarDate,
  ): Promise<Grouping> {
    return {
      by,
      where: where ?? null,
      tierBasis: tierBasis ?? 'RECORDED',
      today,
      model: await this.models.published(),
    };
  }

  /** A single statement sees one moment by itself; placing the book anew takes several. */
  private asOfOneMoment<T>(isPlaced: boolean, read: (reader: SqlReader) => Promise<T>): Promise<T> {
    return isPlaced ? this.database.snapshot(read) : read(this.database);
  }
}
