import { type Clock } from '../app/ports/clock';
import { type UnitOfWork } from '../app/ports/stores';
import { modelInForce } from '../app/model-draft.service';
import { type SegmentCreation, SegmentService } from '../app/segment.service';
import { addMonths, type CalendarDate } from '../domain/calendar';
import { type Dimension } from '../domain/segment';
import { type SegmentCriterion } from '../domain/segment-criterion';
import { type GoalMetric } from '../domain/segment-goal';
import { type TieringModel } from '../domain/tiering-model';
import { actorOf, momentOf } from './cast';

interface DemoSegment {
  readonly creation: SegmentCreation;
  readonly goals: readonly (readonly [GoalMetric, number])[];
}

const MONTHS_EACH_WAY = 6;

/** Saves a few segments of the demo book, with goals over the half years before and after the day. */
export async function saveDemoSegments(unitOfWork: UnitOfWork, today: CalendarDate): Promise<void> {
  const model = await unitOfWork.observe(modelInForce);
  const clock: Clock = { now: () => momentOf('PEOPLE', today), today: () => today };
  const service = new SegmentService(unitOfWork, clock);
  const actor = actorOf('PEOPLE', today);
  const from = addMonths(today, -MONTHS_EACH_WAY);
  const to = addMonths(today, MONTHS_EACH_WAY);
  for (const { creation, goals } of segmentsOf(model)) {
    const id = await service.create(actor, creation);
    await service.setGoals(actor, {
      id,
      goals: goals.map(([metric, target]) => ({ metric, target, from, to })),
    });
  }
}

function segmentsOf({ tiers }: TieringModel): DemoSegment[] {
  const keys = tiers.map(({ key }) => key);
  return [
    {
      creation: {
        name: 'Top tiers at risk',
        description: 'Accounts of the two highest tiers that may leave us',
        criteria: [criterion('TIER', ...keys.slice(0, 2)), criterion('CHURN_RISK', 'HIGH')],
      },
      goals: [
        ['LOGO_RETENTION', 0.95],
        ['GRR', 0.9],
      ],
    },
    {
      creation: {
        name: 'Room to grow',
        description: 'Accounts below the top tier that could become several times as large',
        criteria: [criterion('TIER', ...keys.slice(1)), criterion('EXPANSION_POTENTIAL', 'HIGH')],
      },
      goals: [
        ['EXPANSION', 0.1],
        ['NRR', 1.05],
      ],
    },
    {
      creation: {
        name: 'In their first year',
        description: null,
        criteria: [criterion('MATURITY', 'ONBOARDING', 'ADOPTING')],
      },
      goals: [['ADOPTION', 0.6]],
    },
  ];
}

function criterion(dimension: Dimension, ...values: string[]): SegmentCriterion {
  return { dimension, values, includeUnknown: false };
}
