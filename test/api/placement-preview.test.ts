import { fixedClock } from '../support/clock';
import { startApi, type TestApi } from '../support/api';
import { known, only } from '../support/facts';
import { PLACEMENT_CASES } from '../support/placement-cases';
import { formatMoney } from '../../src/domain/money';
import { type AccountFacts } from '../../src/domain/account';

const PREVIEW = `query Preview($facts: AccountFactsInput!) {
  placementPreview(facts: $facts) {
    total completeness provisional opensReview computedTier { key } guardrails { code }
  }
}`;

interface Preview {
  placementPreview: {
    total: string;
    completeness: number;
    provisional: boolean;
    opensReview: boolean;
    computedTier: { key: string } | null;
    guardrails: { code: string }[];
  };
}

describe('a placement preview over HTTP', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startApi(fixedClock('2026-03-02'));
  });
  afterAll(async () => {
    await api.close();
  });

  /** As a caller writes the facts: amounts as text. */
  const written = (facts: AccountFacts): object => ({
    ...facts,
    arr: facts.arr === null ? null : formatMoney(facts.arr),
    expansionArr: facts.expansionArr === null ? null : formatMoney(facts.expansionArr),
  });

  test.each(PLACEMENT_CASES)(
    '$case: $total, $placed',
    async ({ facts, nothingElse = false, total, placed, by = [], review = false }) => {
      const given = written(nothingElse ? only(facts) : known(facts));
      const { status, data } = await api.send<Preview>('VIEWER', PREVIEW, { facts: given });
      expect(status).toBe(200);
      expect(data.placementPreview).toEqual({
        total,
        completeness: nothingElse ? 40 : 100,
        provisional: nothingElse,
        opensReview: review,
        computedTier: { key: placed },
        guardrails: by.map((code) => ({ code })),
      });
    },
  );

  test('writes nothing', async () => {
    await api.send('ADMIN', PREVIEW, { facts: { arr: '1000' } });
    expect(await api.database.query('SELECT id FROM account UNION ALL SELECT id FROM scorecard')).toEqual([]);
  });

  test('of a churned account has no tier', async () => {
    const { data } = await api.send<Preview>('VIEWER', PREVIEW, {
      facts: { arr: '1000', status: 'CHURNED' },
    });
    expect(data.placementPreview.computedTier).toBeNull();
  });

  test.each([
    ['a negative ARR', { arr: '-1.00' }, 'arr'],
    ['a health of 101', { healthScore: 101 }, 'healthScore'],
    [
      'an assessment of tomorrow',
      { expansionAssessment: 'HIGH', expansionAssessedOn: '2026-03-03' },
      'expansionAssessedOn',
    ],
  ])('refuses %s and names the field', async (_title, facts, field) => {
    const { status, errors } = await api.send('VIEWER', PREVIEW, { facts });
    expect({ status, code: errors[0]?.extensions.code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
    expect(JSON.stringify(errors[0])).toContain(field);
  });
});
