import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** How much a CSM works from one day to another. */
@Entity('csm_employment')
@Check('ck_csm_employment_dates', `to_on > from_on`)
@Check('ck_csm_employment_fte', `fte > 0 AND fte <= 1`)
export class CsmEmploymentRow {
  @ForeignKey('CsmRow', { name: 'fk_csm_employment_csm' })
  @PrimaryColumn({ name: 'csm_id', type: 'bigint', primaryKeyConstraintName: 'pk_csm_employment' })
  csmId!: string;

  @PrimaryColumn({ name: 'from_on', type: 'date', primaryKeyConstraintName: 'pk_csm_employment' })
  fromOn!: string;

  @Column({ name: 'to_on', type: 'date', nullable: true })
  toOn!: string | null;

  @Column({ name: 'fte', type: 'numeric', precision: 3, scale: 2 })
  fte!: string;
}
