import { type BookRow, ReadableBook } from '../support/readable-book';

let book: ReadableBook;

beforeEach(async () => {
  book = await ReadableBook.create();
});
afterEach(async () => {
  await book.drop();
});

describe('the tier of a past day', () => {
  const COLUMNS = ['effective_tier', 'held_tier', 'computed_tier', 'pending_target'];

  beforeEach(async () => {
    await book.on('2026-01-10').account('acme', { arr: '30000' });
    await book.on('2026-02-01').account('acme', { arr: '120000' });
    await book.on('2026-03-01').account('acme', { arr: '6000' });
    book.on('2026-10-01');
    await book.runDaily();
    book.on('2026-11-01');
  });

  const standing = (tier: string | null, computed = tier, pending: string | null = null): BookRow => ({
    effective_tier: tier,
    held_tier: tier,
    computed_tier: computed,
    pending_target: pending,
  });

  test('is as it was recorded then: null before the first placement, held while a downgrade waits', async () => {
    expect(await book.bookOn('2026-01-09', COLUMNS)).toEqual({ acme: standing(null) });
    expect(await book.bookOn('2026-01-10', COLUMNS)).toEqual({ acme: standing('core') });
    expect(await book.bookOn('2026-01-31', COLUMNS)).toEqual({ acme: standing('core') });
    expect(await book.bookOn('2026-02-01', COLUMNS)).toEqual({ acme: standing('strategic') });
    expect(await book.bookOn('2026-03-01', COLUMNS)).toEqual({
      acme: standing('strategic', 'scale', 'scale'),
    });
    expect(await book.bookOn('2026-10-01', COLUMNS)).toEqual({ acme: standing('scale') });
    expect(await book.bookOn('2026-11-01', COLUMNS)).toEqual({ acme: standing('scale') });
  });

  test('comes with the scorecard of that day', async () => {
    const columns = ['total', 'completeness', 'model_version', 'expansion_potential', 'provisional'];
    const card = (total: string): BookRow => ({
      total,
      completeness: '40.00',
      model_version: 1,
      expansion_potential: null,
      provisional: true,
    });
    expect(await book.bookOn('2026-01-09', columns)).toEqual({
      acme: {
        total: null,
        completeness: null,
        model_version: null,
        expansion_potential: null,
        provisional: false,
      },
    });
    expect(await book.bookOn('2026-01-31', columns)).toEqual({ acme: card('24.00') });
    expect(await book.bookOn('2026-02-28', columns)).toEqual({ acme: card('40.00') });
    expect(await book.bookOn('2026-11-01', columns)).toEqual({ acme: card('8.00') });
  });

  test("by today's model is where that model puts the facts of the day", async () => {
    expect(
      await book.follow(
        'acme',
        'effective_tier',
        ['2024-01-01', '2026-02-01', '2026-03-01'],
        'PUBLISHED_MODEL',
      ),
    ).toEqual({ '2024-01-01': 'core', '2026-02-01': 'strategic', '2026-03-01': 'scale' });
    expect(
      await book.bookOn(
        '2026-02-15',
        ['held_tier', 'computed_tier', 'total', 'provisional', 'model_version'],
        'PUBLISHED_MODEL',
      ),
    ).toEqual({
      acme: {
        held_tier: 'strategic',
        computed_tier: 'strategic',
        total: '40.00',
        provisional: true,
        model_version: 1,
      },
    });
  });

  test("by today's model is the computed one today", async () => {
    book.on('2026-11-02');
    await book.account('acme', { arr: '4000' });
    expect(await book.bookOn('2026-11-02', COLUMNS, 'PUBLISHED_MODEL')).toEqual({
      acme: standing('tech-touch', 'tech-touch', 'tech-touch'),
    });
    expect(await book.bookOn('2026-11-02', COLUMNS)).toEqual({
      acme: standing('scale', 'tech-touch', 'tech-touch'),
    });
  });

  test("by today's model is none before ARR or status is known, and stays when the ARR goes missing", async () => {
    await book.on('2026-11-02').account('silent', { industry: 'FinTech', churnRisk: 'HIGH' });
    await book.account('forgotten', { arr: '30000', industry: 'FinTech' });
    await book.on('2026-11-03').account('forgotten', { arr: null });
    book.on('2026-11-04');
    const columns = ['effective_tier', 'model_version', 'total', 'provisional'];
    const { silent, forgotten } = await book.bookOn('2026-11-03', columns, 'PUBLISHED_MODEL');
    expect(silent).toEqual({ effective_tier: null, model_version: null, total: null, provisional: false });
    expect(forgotten).toEqual({
      effective_tier: 'tech-touch',
      model_version: 1,
      total: '0.00',
      provisional: true,
    });
  });

  test("by today's model counts an assessment as fresh as it was on the day", async () => {
    await book.on('2026-11-02').account('acme', { expansionAssessment: 'HIGH', arr: '40000' });
    await book.on('2028-01-01').runDaily();
    expect(
      await book.follow(
        'acme',
        'expansion_potential',
        ['2026-11-02', '2027-11-01', '2027-11-02'],
        'PUBLISHED_MODEL',
      ),
    ).toEqual({ '2026-11-02': 'HIGH', '2027-11-01': 'HIGH', '2027-11-02': null });
  });
});
