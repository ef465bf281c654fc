import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A version of the tiering policy; its definition is frozen once published. */
@Entity('tiering_model')
@Check('ck_tiering_model_status', `status IN ('DRAFT', 'PUBLISHED', 'RETIRED')`)
@Check('ck_tiering_model_revision', `revision >= 1`)
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

  @Column({ name: 'revision', type: 'integer', default: 1 })
  revision!: number;

  @ForeignKey('TieringModelRow', { name: 'fk_tiering_model_based_on' })
  @Column({ name: 'based_on', type: 'integer', nullable: true })
  basedOn!: number | null;

  @ForeignKey('TieringModelRow', { name: 'fk_tiering_model_replaces' })
  @Column({ name: 'replaces', type: 'integer', nullable: true })
  replaces!: number | null;

  @Column({ name: 'created_by', type: 'text', nullable: true })
  createdBy!: string | null;

  @Column({ name: 'updated_by', type: 'text', nullable: true })
  updatedBy!: string | null;

  @Column({ name: 'updated_at', type: 'timestamptz', nullable: true })
  updatedAt!: Date | null;
}
