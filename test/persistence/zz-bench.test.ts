import { fixedClock } from '../support/clock';
import { openAnalytics } from '../support/analytics';
import { day } from '../support/facts';
import { readFileSync } from 'fs';
test('bench', async () => {
  const a = openAnalytics({ url: readFileSync('/tmp/bench/dburl', 'utf8') } as any, fixedClock('2026-06-30'));
  const out: string[] = [];
  const time = async (name: string, run: () => Promise<unknown>) => {
    const t: number[] = [];
    for (let i = 0; i < 7; i++) { const s = performance.now(); await run(); t.push(performance.now() - s); }
    out.push(`${name}: first ${t[0]!.toFixed(0)} ms, median ${t.sort((x, y) => x - y)[3]!.toFixed(0)} ms`);
  };
  const r = a.reads;
  await time('today by tier', () => r.breakdown({ by: ['TIER'] }));
  await time('today by tier, industry, country', () => r.breakdown({ by: ['TIER', 'INDUSTRY', 'COUNTRY'] }));
  await time('today by arr band', () => r.breakdown({ by: ['ARR_BAND'] }));
  await time('today by maturity', () => r.breakdown({ by: ['MATURITY'] }));
  await time('today by tier, filter industry', () => r.breakdown({ by: ['TIER'], where: { industry: { eq: 'EdTech' } } }));
  await time('today by tier, median', () => r.breakdown({ by: ['TIER'], withMedian: true }));
  await time('today by tier, retention', () => r.breakdown({ by: ['TIER'], withRetention: true }));
  await time('past year by tier', () => r.breakdown({ by: ['TIER'], asOf: day('2025-06-30') }));
  await time('past year by industry', () => r.breakdown({ by: ['INDUSTRY'], asOf: day('2025-06-30') }));
  await time('yesterday by industry', () => r.breakdown({ by: ['INDUSTRY'], asOf: day('2026-06-29') }));
  await time('past year by score band', () => r.breakdown({ by: ['SCORE_BAND'], asOf: day('2025-06-30') }));
  await time('past year by tier, model', () => r.breakdown({ by: ['TIER'], asOf: day('2025-06-30'), tierBasis: 'PUBLISHED_MODEL' }));
  await time('retention year to today by industry', () => r.retention({ by: ['INDUSTRY'], from: day('2025-06-30'), to: day('2026-06-30') }));
  await time('retention 2 past days by tier', () => r.retention({ by: ['TIER'], from: day('2024-06-30'), to: day('2025-06-30') }));
  await time('retention 2 past days by tier, model', () => r.retention({ by: ['TIER'], from: day('2024-06-30'), to: day('2025-06-30'), tierBasis: 'PUBLISHED_MODEL' }));
  console.log(out.join('\n'));
  await a.close();
}, 600_000);
