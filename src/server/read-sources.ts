import { type Actor } from '../app/actor';
import { type DatabaseReader } from '../persistence/reads/database-reader';
import { type ReplicaSet } from '../persistence/replicas/replica-set';
import { type ReadWish } from './http';

/**
 * Where requests read: from the primary, or each from one replica. A document with a mutation reads from the primary
 * throughout.
 */
export class ReadSources {
  constructor(
    private readonly replicas: ReplicaSet | null,
    private readonly primary: DatabaseReader,
  ) {}

  choose({ id }: Actor, { writes, after }: ReadWish): DatabaseReader {
    if (this.replicas === null || writes) return this.primary;
    return this.replicas.choose(id, after)?.reader ?? this.primary;
  }
}
