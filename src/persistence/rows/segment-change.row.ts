import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An account entered a segment, or left it. */
@Entity('segment_change')
@Check('ck_segment_change_kind', `kind IN ('ENTERED', 'LEFT')`)
@Check('ck_segment_change_cause', `cause IN ('SEGMENT_CREATED', 'CRITERIA_CHANGED', 'ACCOUNT_CHANGED')`)
@Index('ix_segment_change_segment', { synchronize: false })
@Index('ix_segment_change_account', { synchronize: false })
export class SegmentChangeRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_segment_change',
  })
  id!: string;

  @ForeignKey('SegmentRow', { name: 'fk_segment_change_segment', onDelete: 'CASCADE' })
  @Column({ name: 'segment_id', type: 'bigint' })
  segmentId!: string;

  @ForeignKey('AccountRow', { name: 'fk_segment_change_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: string;

  @Column({ name: 'cause', type: 'text' })
  cause!: string;

  @Column({ name: 'occurred_on', type: 'date' })
  occurredOn!: string;
}
