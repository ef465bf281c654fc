import { type Question } from '../question';

/** The questions as Tierbook's schema puts them. */
export const TIERBOOK_DOCUMENTS: Readonly<Record<Question, string>> = {
  account: `query Account($externalId: String!) {
    account(externalId: $externalId) {
      externalId name arr industry region country status healthScore churnRisk customerSince renewalDate
      seatsPurchased seatsUsed
      tier { key } heldTier { key } computedTier { key }
      csm { externalId name } pool { externalId name }
      scorecard {
        total completeness provisional
        criteria { key fact points weight contribution missing }
      }
      pendingDowngrade { targetTier { key } detectedOn graceUntil reason }
      history(first: 5) { nodes { kind cause effectiveFrom { key } effectiveTo { key } occurredOn actor } }
      movements(first: 5) { nodes { kind arrFrom arrTo effectiveOn } }
    }
  }`,
  page: `query Page($most: Decimal!) {
    accounts(first: 50, where: { arr: { lte: $most } }, orderBy: [{ field: ARR, direction: DESC }]) {
      nodes {
        externalId name arr tier { key } csm { externalId name }
        scorecard { total criteria { key points weight contribution } }
        history(first: 3) { nodes { kind effectiveFrom { key } effectiveTo { key } occurredOn } }
      }
    }
  }`,
  'csm-load': `query CsmLoad($region: String!) {
    csms(first: 50, where: { region: $region }) {
      nodes {
        externalId name
        capacity { load { limit } tiers { tier { key } accounts load { limit } } }
      }
    }
  }`,
  override: `mutation Override(
    $externalId: String!, $tier: String!, $reason: OverrideReason!, $note: String!, $expiresOn: Date!
  ) {
    overrideTier(
      input: { externalId: $externalId, tier: $tier, reason: $reason, note: $note, expiresOn: $expiresOn }
    ) {
      override { status expiresOn }
      account { externalId tier { key } heldTier { key } }
      userErrors { code message }
    }
  }`,
  breakdown: `query Breakdown { breakdown(by: [TIER]) { rows { keys { value } accounts arr } } }`,
  'review-queue': `query ReviewQueue($dueBy: Date!) {
    reviewQueue(first: 20, where: { dueBy: $dueBy }) {
      nodes { account { externalId name arr tier { key } } dueOn daysOverdue escalatedOn triggers { code on } }
    }
  }`,
  'csm-day': `query Day($csm: String!) {
    dueTouches(first: 20, where: { csm: $csm }) {
      nodes { kind dueFrom dueOn overdueDays lastOn tier { key } account { externalId name arr } }
    }
  }`,
};

/** The same for a schema that is made for these questions. */
export const PLAIN_DOCUMENTS: Partial<Readonly<Record<Question, string>>> = {
  account: `query Account($externalId: String!) {
    account(externalId: $externalId) {
      externalId name arr industry region country status healthScore churnRisk customerSince renewalDate
      seatsPurchased seatsUsed
      tier heldTier computedTier
      csm { externalId name } pool { externalId name }
      scorecard {
        total completeness provisional
        criteria { key fact points weight contribution missing }
      }
      pendingDowngrade { targetTier detectedOn graceUntil reason }
      history(first: 5) { kind cause effectiveFrom effectiveTo occurredOn actor }
      movements(first: 5) { kind arrFrom arrTo effectiveOn }
    }
  }`,
  page: `query Page($most: String!) {
    accounts(first: 50, most: $most) {
      externalId name arr tier csm { externalId name }
      scorecard { total criteria { key points weight contribution } }
      history(first: 3) { kind effectiveFrom effectiveTo occurredOn }
    }
  }`,
  'csm-load': `query CsmLoad($region: String!) {
    csms(first: 50, region: $region) {
      externalId name
      capacity { load tiers { tier accounts load } }
    }
  }`,
  override: `mutation Override(
    $externalId: String!, $tier: String!, $reason: String!, $note: String!, $expiresOn: String!
  ) {
    overrideTier(externalId: $externalId, tier: $tier, reason: $reason, note: $note, expiresOn: $expiresOn) {
      override { status expiresOn }
      account { externalId tier heldTier }
    }
  }`,
};
