import { type EventEmitter } from 'node:events';
import { type Socket } from 'node:net';
import QueryStream from 'pg-query-stream';

type Connection = EventEmitter & { readonly stream: Socket };

/**
 * The rows of a statement. When it ends early, a cursor waits for the server to say goodbye; where the connection is
 * lost, that would be for ever.
 */
export class RowStream extends QueryStream {
  override _destroy(error: Error, done: (error?: Error | null) => void): void {
    const { connection } = this.cursor as unknown as { readonly connection: Connection | null };
    let isDone = false;
    const end = (failure?: Error | null): void => {
      if (isDone) return;
      isDone = true;
      connection?.removeListener('end', lost);
      done(failure);
    };
    const lost = (): void => {
      end(error);
    };
    if (connection?.stream.destroyed) lost();
    else {
      connection?.once('end', lost);
      super._destroy(error, end);
    }
  }
}
