import { DatabaseReader, type DatabaseReaderOptions, type SqlReader } from '../reads/database-reader';
import { replicaFailure } from './replica-failure';

export interface ReplicaReaderOptions extends DatabaseReaderOptions {
  readonly primary: DatabaseReader;
  /** Whether the replica may be asked at all at the moment. */
  readonly inService: () => boolean;
  /** Told of every question that the primary had to answer in its place. */
  readonly failed: (failure: 'lost' | 'refused') => void;
}

/**
 * Reads from a replica. What fails there because of the replica is asked once more, of the primary: reads change
 * nothing, so that is always safe.
 */
export class ReplicaReader extends DatabaseReader {
  constructor(private readonly options: ReplicaReaderOptions) {
    super(options);
  }

  override async rows<Row>(...question: Parameters<DatabaseReader['rows']>): Promise<Row[]> {
    return this.orPrimary(
      () => super.rows<Row>(...question),
      (primary) => primary.rows<Row>(...question),
    );
  }

  override async *stream<Row>(
    ...question: Parameters<DatabaseReader['stream']>
  ): AsyncGenerator<Row, void, undefined> {
    let begun = false;
    try {
      if (this.options.inService()) {
        for await (const row of super.stream<Row>(...question)) {
          begun = true;
          yield row;
        }
        return;
      }
    } catch (error) {
      // Rows that were given cannot be taken back, and the primary may have others.
      if (begun || !this.isOfTheReplica(error)) throw error;
    }
    yield* this.primary.stream<Row>(...question);
  }

  /** The whole work is done once more where the replica fails, as of one moment of the primary. */
  override async snapshot<T>(work: (reader: SqlReader) => Promise<T>): Promise<T> {
    return this.orPrimary(
      () => super.snapshot(work),
      (primary) => primary.snapshot(work),
    );
  }

  private async orPrimary<T>(
    ask: () => Promise<T>,
    askPrimary: (primary: DatabaseReader) => Promise<T>,
  ): Promise<T> {
    if (this.options.inService()) {
      try {
        return await ask();
      } catch (error) {
        if (!this.isOfTheReplica(error)) throw error;
      }
    }
    return askPrimary(this.primary);
  }

  private get primary(): DatabaseReader {
    const { primary } = this.options;
    return this.scope === undefined ? primary : primary.within(this.scope);
  }

  private isOfTheReplica(error: unknown): boolean {
    const failure = replicaFailure(error);
    if (failure !== null) this.options.failed(failure);
    return failure !== null;
  }
}
