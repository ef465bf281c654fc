import { addMonths } from '../../src/domain/calendar';
import { type OverrideReason } from '../../src/domain/override';
import { recommendReview } from '../../src/domain/review-recommendation';
import { reviewed } from '../../src/domain/tier-review';
import { AccountStory } from '../support/account-story';
import { day, type WrittenValues } from '../support/facts';

/** An account that was placed and reviewed, and what has become of it since. */
function storyOf(first: WrittenValues, then: WrittenValues = {}, on = '2026-01-10'): AccountStory {
  const story = new AccountStory(day(on));
  story.learn(first);
  story.account = { ...story.account, review: reviewed(story.account, story.today, story.model) };
  story.sleep(20).learn(then);
  return story;
}

function overridden(
  story: AccountStory,
  tier: string,
  reason: OverrideReason = 'OTHER',
  expiresOn = '2026-12-01',
): AccountStory {
  story.override(tier);
  story.account = { ...story.account, activeOverride: { reason, expiresOn: day(expiresOn) } };
  return story;
}

function extended(story: AccountStory): AccountStory {
  const { pending } = story.standing;
  if (pending === null) throw new Error('nothing is pending');
  story.account = {
    ...story.account,
    standing: { ...story.standing, pending: { ...pending, extended: true } },
  };
  return story;
}

const advice = (story: AccountStory): [string, string] => {
  const { decision, reason } = recommendReview(story.account, story.today, story.model);
  return [decision, reason];
};

const TOP = { arr: '150,000', expansionAssessment: 'MEDIUM' } as const;
const FALLEN = { arr: '60,000', expansionAssessment: 'LOW' } as const;

describe('a tier review is advised', () => {
  test.each<{ case: string; story: () => AccountStory; decision: string; reason: string }>([
    {
      case: 'nothing asks for another tier',
      story: () => storyOf({ arr: '40,000' }),
      decision: 'KEEP',
      reason: 'The rules place it in Core, and nothing asks for another tier.',
    },
    {
      case: 'a pending downgrade that nothing speaks against',
      story: () => storyOf(TOP, FALLEN),
      decision: 'LET_FALL',
      reason: 'The rules place it in Core since 2026-01-30, and nothing speaks for Strategic.',
    },
    {
      case: 'a pending downgrade at HIGH churn risk whose grace runs on',
      story: () => storyOf(TOP, { ...FALLEN, churnRisk: 'HIGH' }),
      decision: 'KEEP',
      reason:
        'Less service would meet HIGH churn risk; the grace runs until 2026-07-29, beyond the next review.',
    },
    {
      case: 'the same when its grace is about to end',
      story: () => storyOf(TOP, { ...FALLEN, churnRisk: 'HIGH' }).goTo('2026-07-10'),
      decision: 'EXTEND_GRACE',
      reason: 'Less service would meet HIGH churn risk, and the grace ends on 2026-07-29.',
    },
    {
      case: 'the same when it was extended before',
      story: () => extended(storyOf(TOP, { ...FALLEN, churnRisk: 'HIGH' }).goTo('2026-07-10')),
      decision: 'KEEP',
      reason:
        'Less service would meet HIGH churn risk; the grace until 2026-07-29 has been extended once already.',
    },
    {
      case: 'a pending downgrade of an account that is a little short of its tier',
      story: () => storyOf(TOP, { arr: '95,000' }).goTo('2026-07-10'),
      decision: 'EXTEND_GRACE',
      reason: 'ARR +5000.00 would bring it back to Strategic, and the grace ends on 2026-07-29.',
    },
    {
      case: 'a pending downgrade whose health has recovered',
      story: () => {
        const story = storyOf({ ...TOP, healthScore: 50 }, FALLEN).goTo('2026-07-10');
        story.learn({ healthScore: 70 });
        return story;
      },
      decision: 'EXTEND_GRACE',
      reason: 'Its health has risen by 20 points since the last review, and the grace ends on 2026-07-29.',
    },
    {
      case: 'a pending downgrade shortly before the renewal, at MEDIUM churn risk',
      story: () =>
        storyOf({ ...TOP, renewalDate: '2026-08-01' }, { ...FALLEN, churnRisk: 'MEDIUM' }).goTo('2026-07-10'),
      decision: 'EXTEND_GRACE',
      reason: 'The contract renews on 2026-08-01, and the grace ends on 2026-08-01.',
    },
    {
      case: 'a pending downgrade of an account that stopped paying',
      story: () => storyOf(TOP, { arr: '0', status: 'FREE', expansionAssessment: 'HIGH' }),
      decision: 'LET_FALL',
      reason: 'The rules place it in Tech-Touch since 2026-01-30, and nothing speaks for Strategic.',
    },
    {
      case: 'an override to the tier that the rules hold by themselves',
      story: () => overridden(storyOf({ arr: '40,000' }), 'core'),
      decision: 'END_OVERRIDE',
      reason: 'The rules hold it in Core by themselves, so the override is needed no longer.',
    },
    {
      case: 'an override that keeps it low',
      story: () => overridden(storyOf({ arr: '40,000' }), 'scale'),
      decision: 'MOVE_UP',
      reason: 'The rules place it in Core, and only the override keeps it in Scale.',
    },
    {
      case: 'an override for a risk that is over',
      story: () => overridden(storyOf({ arr: '40,000', churnRisk: 'LOW' }), 'strategic', 'RISK_RECOVERY'),
      decision: 'END_OVERRIDE',
      reason: 'The ground of the override is gone: the churn risk is LOW.',
    },
    {
      case: 'an override for an expansion that is not in sight',
      story: () => overridden(storyOf({ arr: '40,000' }), 'strategic', 'EXPECTED_EXPANSION'),
      decision: 'END_OVERRIDE',
      reason: 'The ground of the override is gone: the expansion potential is LOW.',
    },
    {
      case: 'an override for a brand that may still be one',
      story: () => overridden(storyOf({ arr: '40,000', logoValue: null }), 'strategic', 'BRAND'),
      decision: 'KEEP',
      reason:
        'An override holds it in Strategic until 2026-12-01; when that ends, it falls to Core with grace.',
    },
    {
      case: 'a freeze below the tier that is held through a grace',
      story: () => overridden(storyOf(TOP, { arr: '40,000', expansionAssessment: 'LOW' }), 'core'),
      decision: 'KEEP',
      reason: 'An override holds it in Core until 2026-12-01; when that ends, it rises to Strategic at once.',
    },
    {
      case: 'a designation that is to be looked at and has its factors',
      story: () => designated(storyOf({ arr: '40,000', logoValue: true, marketInfluence: true })),
      decision: 'KEEP',
      reason: 'The designation still rests on 2 strategic factors.',
    },
    {
      case: 'a designation that is to be looked at and has none',
      story: () => designated(storyOf({ arr: '40,000' })),
      decision: 'KEEP',
      reason:
        'The designation rests on its reason alone: 0 strategic factors are known. End it if the reason holds no longer.',
    },
    {
      case: 'three strategic factors right below the top',
      story: () =>
        storyOf({ arr: '40,000', logoValue: true, marketInfluence: true, referencePotential: true }),
      decision: 'DESIGNATE',
      reason: 'It has 3 strategic factors and stands right below the top tier.',
    },
    {
      case: 'three strategic factors two tiers below the top',
      story: () =>
        storyOf({ arr: '4,000', logoValue: true, marketInfluence: true, referencePotential: true }),
      decision: 'KEEP',
      reason: 'The rules place it in Scale, and nothing asks for another tier.',
    },
    {
      case: 'a little short of the next tier, with growth in sight',
      story: () => storyOf({ arr: '95,000', expansionAssessment: 'MEDIUM' }),
      decision: 'MOVE_UP',
      reason: 'ARR +5000.00 would place it in Strategic, and its expansion potential is MEDIUM.',
    },
    {
      case: 'a tenth short of the next tier',
      story: () => storyOf({ arr: '90,909', expansionAssessment: 'MEDIUM' }),
      decision: 'KEEP',
      reason: 'The rules place it in Core, and nothing asks for another tier.',
    },
    {
      case: 'a little short of the next tier, at HIGH churn risk',
      story: () => storyOf({ arr: '95,000', expansionAssessment: 'MEDIUM', churnRisk: 'HIGH' }),
      decision: 'KEEP',
      reason: 'The rules place it in Core, and nothing asks for another tier.',
    },
    {
      case: 'a churned account',
      story: () => storyOf({ arr: '40,000' }, { status: 'CHURNED' }),
      decision: 'KEEP',
      reason: 'It holds no tier, so there is nothing to decide.',
    },
  ])('$decision: $case', ({ story, decision, reason }) => {
    expect(advice(story())).toEqual([decision, reason]);
  });
});

function designated(story: AccountStory): AccountStory {
  const designation = {
    reason: 'Logo',
    author: 'Ada',
    designatedOn: story.today,
    reviewOn: addMonths(story.today, 12),
  };
  story.account = { ...story.account, designation };
  story.learn({ strategicDesignation: true });
  return story.goTo(addMonths(story.today, 12));
}
