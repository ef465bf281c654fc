import { fixedClock } from '../support/clock';
import { createTestDatabase } from '../support/database';
import { openAnalytics } from '../support/analytics';
import { day } from '../support/facts';

test('bench', async () => {
  const db = await createTestDatabase();
  const clock = fixedClock('2026-06-30');
  const a = openAnalytics(db, clock);
  const N = 100_000;
  await db.query(`INSERT INTO account (external_id, name, industry, country, region, plan, language, employees, customer_since, status, arr, health_score, churn_risk, had_arr, placed, computed_tier, held_tier, effective_tier, model_version, total, completeness, logo_value, seats_used, seats_available)
   SELECT 'a'||n, 'Account '||n, (ARRAY['FinTech','EdTech','HealthTech','DevTools','Cyber'])[1+n%5], (ARRAY['DE','US','ID','MY','BR','FR'])[1+n%6], (ARRAY['EMEA','APAC'])[1+n%2], (ARRAY['Basic','Pro','Ent'])[1+n%3], 'de', n%6000, date '2023-01-01' + (n%900), CASE WHEN n%20=0 THEN 'CHURNED' ELSE 'ACTIVE' END, (n*7919)%200000, n%101, (ARRAY['LOW','MEDIUM','HIGH'])[1+n%3], true, true,
    CASE WHEN n%20=0 THEN NULL ELSE t END, CASE WHEN n%20=0 THEN NULL ELSE t END, CASE WHEN n%20=0 THEN NULL ELSE t END, 1, n%100, 70, n%2=0, n%50, 60
   FROM (SELECT n, (ARRAY['strategic','core','scale','tech-touch'])[1+n%4] t FROM generate_series(1,${N}) n) x`);
  await db.query(`INSERT INTO arr_movement (account_id, kind, arr_from, arr_to, effective_on, recorded_on, source, actor_id, recorded_at)
   SELECT id, CASE WHEN k=1 THEN 'NEW' ELSE 'EXPANSION' END, CASE WHEN k=1 THEN NULL ELSE arr*(k-1)/5 END, arr*k/5, date '2023-02-01' + k*220 + (id%100)::int, date '2026-06-30', 'FACTS','x',now() FROM account, generate_series(1,5) k ORDER BY k, id`);
  await db.query(`INSERT INTO fact_change (account_id, field, effective_on, value_from, value_to, source, actor_id, recorded_at)
   SELECT id, (ARRAY['healthScore','plan','churnRisk','seatsUsed'])[1+k%4], date '2024-01-01' + k*80 + (id%100)::int, (ARRAY['50','"Basic"','"LOW"','5'])[1+k%4]::jsonb, (ARRAY['60','"Pro"','"HIGH"','6'])[1+k%4]::jsonb,'FACTS','x',now() FROM account, generate_series(1,8) k ORDER BY k, id`);
  await db.query(`INSERT INTO fact_change (account_id, field, effective_on, value_from, value_to, source, actor_id, recorded_at)
   SELECT id, 'status', date '2025-10-01', '"ACTIVE"', '"CHURNED"','FACTS','x',now() FROM account WHERE status='CHURNED'`);
  await db.query(`INSERT INTO tier_history (account_id, kind, cause, computed_tier, held_to, effective_to, caused_by, model_version, actor_id, actor_name, occurred_on, occurred_at)
   SELECT id, 'UPGRADE','FACTS', effective_tier, effective_tier, effective_tier, '[]', 1, 'x','x', date '2024-01-01' + k*200, now() FROM account, generate_series(1,4) k ORDER BY k, id`);
  await db.query(`INSERT INTO scorecard (account_id, model_version, scored_on, scored_at, total, completeness, score_tier, ladder_tier, computed_tier, provisional, opens_review, criteria, guardrails, facts)
   SELECT id, 1, date '2024-01-01' + k*150, now(), 50, 70, 'core','core','core', false,false, (SELECT jsonb_agg(jsonb_build_object('key','CURRENT_ARR','fact','100000.00','points',100,'weight',4000,'contribution',4000,'missing',false)) FROM generate_series(1,4)), '[]', jsonb_build_object('arr','100000.00','status','ACTIVE','healthScore',5,'logoValue',true) FROM account, generate_series(1,6) k ORDER BY k, id`);
  await db.query('VACUUM ANALYZE');
  require('fs').writeFileSync('/tmp/bench/dburl', db.url);
  await a.close(); await db.dataSource.destroy();
}, 600_000);
