import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Whether a digital program ran for an account, from a day to another. */
@Entity('digital_program')
@Check(
  'ck_digital_program_program',
  `program IN ('NURTURE', 'ONBOARDING', 'HEALTH_MONITORING', 'RENEWAL_NOTICES', 'IN_APP_MESSAGING', 'RENEWAL_OFFERS')`,
)
@Check('ck_digital_program_period', `to_on >= from_on`)
@Index('uq_digital_program_current', { synchronize: false })
@Index('ix_digital_program_account', { synchronize: false })
export class DigitalProgramRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_digital_program',
  })
  id!: string;

  @ForeignKey('AccountRow', { name: 'fk_digital_program_account' })
  @Column({ name: 'account_id', type: 'bigint' })
  accountId!: string;

  @Column({ name: 'program', type: 'text' })
  program!: string;

  @Column({ name: 'running', type: 'boolean' })
  running!: boolean;

  @Column({ name: 'from_on', type: 'date' })
  fromOn!: string;

  @Column({ name: 'to_on', type: 'date', nullable: true })
  toOn!: string | null;

  @Column({ name: 'recorded_by_id', type: 'text' })
  recordedById!: string;

  @Column({ name: 'recorded_by', type: 'text' })
  recordedBy!: string;

  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt!: Date;
}
