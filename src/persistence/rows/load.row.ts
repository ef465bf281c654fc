import { Column } from 'typeorm';

/** Accounts with one owner that weigh alike: how many they are, and their ARR. */
export abstract class LoadRow {
  /** Null, as is the pool, for accounts that nobody looks after. */
  @Column({ name: 'csm_id', type: 'bigint', nullable: true })
  csmId!: string | null;

  @Column({ name: 'pool_id', type: 'bigint', nullable: true })
  poolId!: string | null;

  @Column({ name: 'tier', type: 'text', nullable: true })
  tier!: string | null;

  /** How many facts of relationship complexity hold for each. */
  @Column({ name: 'relationship_facts', type: 'smallint' })
  relationshipFacts!: number;

  /** The kind of the active service adjustment. */
  @Column({ name: 'adjustment_kind', type: 'text', nullable: true })
  adjustmentKind!: string | null;

  @Column({ name: 'accounts', type: 'bigint' })
  accounts!: string;

  @Column({ name: 'arr', type: 'numeric' })
  arr!: string;
}
