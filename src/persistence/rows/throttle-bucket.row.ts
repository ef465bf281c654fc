import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many points an actor has left, for all processes together. The table is unlogged. */
@Entity('throttle_bucket')
export class ThrottleBucketRow {
  @PrimaryColumn({ name: 'actor', type: 'text', primaryKeyConstraintName: 'pk_throttle_bucket' })
  actor!: string;

  @Column({ name: 'available', type: 'double precision' })
  available!: number;

  /** Points that processes hold, spent or not. */
  @Column({ name: 'leased', type: 'double precision' })
  leased!: number;

  @Column({ name: 'leased_until', type: 'timestamptz' })
  leasedUntil!: Date;

  /** What the last question got. */
  @Column({ name: 'granted', type: 'double precision' })
  granted!: number;

  /** The moment as of which `available` is right. */
  @Column({ name: 'restored_at', type: 'timestamptz' })
  restoredAt!: Date;
}
