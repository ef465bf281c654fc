import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** One step of the scheduled work of a day. */
@Entity('daily_step')
@Check('ck_daily_step_changed', `changed >= 0 AND (changed IS NULL) = (finished_at IS NULL)`)
export class DailyStepRow {
  @ForeignKey('DailyRunRow', { name: 'fk_daily_step_run' })
  @PrimaryColumn({ name: 'day', type: 'date', primaryKeyConstraintName: 'pk_daily_step' })
  day!: string;

  @PrimaryColumn({ name: 'step', type: 'text', primaryKeyConstraintName: 'pk_daily_step' })
  step!: string;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  @Column({ name: 'changed', type: 'integer', nullable: true })
  changed!: number | null;
}
