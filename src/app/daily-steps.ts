import { SYSTEM } from './actor';
import { AnnouncementService } from './announcement.service';
import { type DailyStep } from './daily-run.service';
import { OverrideService } from './override.service';
import { type Clock } from './ports/clock';
import { type UnitOfWork } from './ports/stores';
import { RecalculationService } from './recalculation.service';
import { RenewalNoticeService } from './renewal-notice.service';
import { SegmentService } from './segment.service';
import { ServiceAdjustmentService } from './service-adjustment.service';
import { TierReviewService } from './tier-review.service';

/** Keys of scripts are kept for 30 days: whoever repeats a call later gets it done again. */
const KEYS_ARE_KEPT_MS = 30 * 86_400_000;

/** The scheduled work of a day, in the order of DAILY_STEPS. */
export function dailySteps(unitOfWork: UnitOfWork, clock: Clock): DailyStep[] {
  const overrides = new OverrideService(unitOfWork, clock);
  const adjustments = new ServiceAdjustmentService(unitOfWork, clock);
  const tierReviews = new TierReviewService(unitOfWork, clock);
  const renewalNotices = new RenewalNoticeService(unitOfWork);
  const announcements = new AnnouncementService(unitOfWork);
  const segments = new SegmentService(unitOfWork, clock);
  return [
    { name: 'OVERRIDES', run: (stamp, stopping) => overrides.expireDue(SYSTEM, stamp, stopping) },
    recalculationStep(new RecalculationService(unitOfWork, clock)),
    {
      // After recalculation: proposals look at the tiers and the guardrails of the day.
      name: 'SERVICE_ADJUSTMENTS',
      run: async (stamp, stopping) => {
        const ended = await adjustments.endDue(SYSTEM, stamp, stopping);
        const { changed } = await adjustments.proposeDue(SYSTEM, stamp, stopping);
        return ended + changed;
      },
    },
    { name: 'TIER_REVIEWS', run: (stamp, stopping) => tierReviews.runDue(SYSTEM, stamp, stopping) },
    {
      name: 'RENEWAL_NOTICES',
      run: (stamp, stopping) => renewalNotices.recordDue(SYSTEM, stamp, stopping),
    },
    { name: 'SEGMENTS', run: (stamp, stopping) => segments.recordDay(SYSTEM, stamp, stopping) },
    { name: 'ANNOUNCEMENTS', run: (stamp) => announcements.announceDue(SYSTEM, stamp) },
    idempotencyKeysStep(unitOfWork),
    { name: 'EVENTS', run: (stamp) => announcements.forgetOld(SYSTEM, stamp) },
  ];
}

/** Subscription lines that start or end, facts that age, downgrades that fall due. */
export function recalculationStep(recalculation: RecalculationService): DailyStep {
  return {
    name: 'RECALCULATION',
    run: async (stamp, stopping) => (await recalculation.bringUpTo(SYSTEM, stamp, { stopping })).changed,
  };
}

/** Forgets the keys of calls that nobody repeats any more. */
export function idempotencyKeysStep(unitOfWork: UnitOfWork): DailyStep {
  return {
    name: 'IDEMPOTENCY_KEYS',
    run: (stamp) => {
      const moment = new Date(new Date(stamp.now).getTime() - KEYS_ARE_KEPT_MS).toISOString();
      return unitOfWork.run(stamp, (stores) => stores.idempotency.forgetBefore(moment));
    },
  };
}
