import { type Actor } from '../app/actor';
import { type Reads } from '../app/ports/reads';
import { type DatabaseReader } from '../persistence/reads/database-reader';
import { type Replica } from '../persistence/replicas/replica';
import { type ReplicaSet } from '../persistence/replicas/replica-set';
import { type ReadWish } from './http';

/**
 * Where requests read: from the primary, or each from one replica. A document with a mutation reads from the primary
 * throughout.
 */
export class ReadSources {
  readonly onPrimary: Reads;
  private readonly onReplicas: ReadonlyMap<Replica, Reads>;

  constructor(
    private readonly replicas: ReplicaSet | null,
    readsBy: (reader: DatabaseReader) => Reads,
    primary: DatabaseReader,
  ) {
    this.onPrimary = readsBy(primary);
    this.onReplicas = new Map(replicas?.replicas.map((replica) => [replica, readsBy(replica.reader)]));
  }

  choose({ id }: Actor, { writes, after }: ReadWish): Reads {
    if (this.replicas === null || writes) return this.onPrimary;
    const replica = this.replicas.choose(id, after);
    return (replica === null ? undefined : this.onReplicas.get(replica)) ?? this.onPrimary;
  }
}
