import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A CSM is away from one day to another, and somebody stands in. */
@Entity('csm_leave')
@Check('ck_csm_leave_dates', `to_on > from_on`)
@Check('ck_csm_leave_backup', `backup_id <> csm_id`)
@Index('ix_csm_leave_backup', ['backupId'])
export class CsmLeaveRow {
  @ForeignKey('CsmRow', { name: 'fk_csm_leave_csm' })
  @PrimaryColumn({ name: 'csm_id', type: 'bigint', primaryKeyConstraintName: 'pk_csm_leave' })
  csmId!: string;

  @PrimaryColumn({ name: 'from_on', type: 'date', primaryKeyConstraintName: 'pk_csm_leave' })
  fromOn!: string;

  @Column({ name: 'to_on', type: 'date' })
  toOn!: string;

  @ForeignKey('CsmRow', { name: 'fk_csm_leave_backup' })
  @Column({ name: 'backup_id', type: 'bigint' })
  backupId!: string;
}
