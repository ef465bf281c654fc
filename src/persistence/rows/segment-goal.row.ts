import { Check, Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** What a segment aims at over a period. */
@Entity('segment_goal')
@Unique('uq_segment_goal', ['segmentId', 'metric', 'fromOn', 'toOn'])
@Check('ck_segment_goal_metric', `metric IN ('EXPANSION', 'GRR', 'NRR', 'LOGO_RETENTION', 'ADOPTION')`)
@Check('ck_segment_goal_target', `target >= 0`)
@Check('ck_segment_goal_period', `to_on > from_on`)
export class SegmentGoalRow {
  @PrimaryGeneratedColumn('identity', {
    name: 'id',
    type: 'bigint',
    generatedIdentity: 'BY DEFAULT',
    primaryKeyConstraintName: 'pk_segment_goal',
  })
  id!: string;

  @ForeignKey('SegmentRow', { name: 'fk_segment_goal_segment', onDelete: 'CASCADE' })
  @Column({ name: 'segment_id', type: 'bigint' })
  segmentId!: string;

  @Column({ name: 'metric', type: 'text' })
  metric!: string;

  @Column({ name: 'target', type: 'numeric', precision: 9, scale: 6 })
  target!: string;

  @Column({ name: 'from_on', type: 'date' })
  fromOn!: string;

  @Column({ name: 'to_on', type: 'date' })
  toOn!: string;
}
