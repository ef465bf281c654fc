import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A version of the tiering policy; its definition is frozen once published. */
@Entity('tiering_model')
@Check('ck_tiering_model_status', `status IN ('DRAFT', 'PUBLISHED', 'RETIRED')`)
@Check('ck_tiering_model_version', `version >= 1`)
@Index('uq_tiering_model_published', { synchronize: false })
export class TieringModelRow {
  @PrimaryColumn({ name: 'version', type: 'integer', primaryKeyConstraintName: 'pk_tiering_model' })
  version!: number;

  @Column({ name: 'status', type: 'text' })
  status!: string;

  @Column({ name: 'definition', type: 'jsonb' })
  definition!: unknown;

  @Column({ name: 'reason', type: 'text', nullable: true })
  reason!: string | null;

  @Column({ name: 'published_by', type: 'text', nullable: true })
  publishedBy!: string | null;

  @Column({ name: 'published_at', type: 'timestamptz', nullable: true })
  publishedAt!: Date | null;

  @Column({ name: 'retired_at', type: 'timestamptz', nullable: true })
  retiredAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
