import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** An account that was in a segment when its members were last recorded. */
@Entity('segment_member')
export class SegmentMemberRow {
  @ForeignKey('SegmentRow', { name: 'fk_segment_member_segment', onDelete: 'CASCADE' })
  @PrimaryColumn({ name: 'segment_id', type: 'bigint', primaryKeyConstraintName: 'pk_segment_member' })
  segmentId!: string;

  @ForeignKey('AccountRow', { name: 'fk_segment_member_account' })
  @PrimaryColumn({ name: 'account_id', type: 'bigint', primaryKeyConstraintName: 'pk_segment_member' })
  accountId!: string;

  @Column({ name: 'entered_on', type: 'date' })
  enteredOn!: string;
}
