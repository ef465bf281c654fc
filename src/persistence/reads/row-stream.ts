import { type CustomTypesConfig, type PoolClient } from 'pg';
import QueryStream from 'pg-query-stream';

const STREAM_BATCH = 1_000;

/** Rows that end with their connection: by itself the stream would wait for the last word of a lost one for ever. */
export class RowStream extends QueryStream {
  private isLost = false;
  private farewell: (() => void) | null = null;

  constructor(client: PoolClient, sql: string, parameters: readonly unknown[], types: CustomTypesConfig) {
    super(sql, [...parameters], { highWaterMark: STREAM_BATCH, types });
    client.once('error', this.lose).once('end', this.lose);
    this.once('close', () => {
      client.off('error', this.lose).off('end', this.lose);
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.isLost) {
      done(error);
      return;
    }
    let isTold = false;
    const tell = (reason?: Error | null): void => {
      if (isTold) return;
      isTold = true;
      done(reason);
    };
    this.farewell = () => {
      tell(error);
    };
    super._destroy(undefined as unknown as Error, (reason?: Error | null) => {
      tell(reason ?? error);
    });
  }

  private readonly lose = (error?: Error): void => {
    this.isLost = true;
    this.farewell?.();
    this.destroy(error ?? new Error('the connection to the database was lost'));
  };
}
