import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The scheduled work of one day. */
@Entity('daily_run')
export class DailyRunRow {
  @PrimaryColumn({ name: 'day', type: 'date', primaryKeyConstraintName: 'pk_daily_run' })
  day!: string;

  @Column({ name: 'started_at', type: 'timestamptz' })
  startedAt!: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;
}
