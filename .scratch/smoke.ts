import { openBook } from '../src/server/book';
import { compose } from '../src/server/compose';
import { readConfig } from '../src/server/config';
import { createLogger } from '../src/server/log';
import { rmSync } from 'node:fs';
(async () => {
  rmSync('/tmp/smoke-data', { recursive: true, force: true });
  const config = readConfig({ TIERBOOK_DATA_DIR: '/tmp/smoke-data' });
  console.time('open');
  const book = await openBook(config, 'server', (l) => console.log('log', l));
  console.timeEnd('open');
  const app = await compose(book, [{ text: 'x'.repeat(20), actor: { kind: 'TOKEN', id: 't', name: 'T', role: 'ADMIN' } }], createLogger('warn'));
  await app.http.ready();
  const q = async (query: string, variables: object = {}) => {
    const r = await app.http.inject({ method: 'POST', url: '/graphql', headers: { authorization: 'Bearer ' + 'x'.repeat(20), 'content-type': 'application/json' }, payload: JSON.stringify({ query, variables }) });
    console.log(r.statusCode, JSON.stringify(JSON.parse(r.body), null, 1).slice(0, 6000));
  };
  await q('{ viewer { name role permissions } tieringModel { version ladder { tier { key } arrFrom } criteria { key weight bands { points arrFrom } } } }');
  const up = `mutation U($input: UpsertAccountsInput!) { upsertAccounts(input: $input) { results { externalId outcome userErrors { code field message } account { id name arr tier { name } score scorecard { total explanation counterfactuals { text tier { name } } guardrails { code from { key } to { key } } } history(first: 3) { nodes { kind cause effectiveTo { key } actor occurredOn } } movements(first: 3) { nodes { kind arrFrom arrTo } totalCount } parent { name } children(first: 3) { nodes { name parent { externalId } } totalCount } } } userErrors { code message } } }`;
  await q(up, { input: { accounts: [
    { externalId: 'a1', name: 'One', arr: '40000.00', expansionAssessment: 'HIGH', parentExternalId: 'a2' },
    { externalId: 'a2', name: 'Two', arr: '600000', status: 'ACTIVE' },
    { externalId: 'a3', name: 'Three', arr: '-1' },
    { externalId: 'a4', name: 'Four', parentExternalId: 'a4' },
    { externalId: 'a1', name: 'Dup' },
  ] } });
  await q(up, { input: { accounts: [{ externalId: 'a1', arr: '10000', expansionAssessment: null }] } });
  await q('{ accounts(orderBy: [{field: ARR, direction: DESC}], first: 1) { totalCount edges { cursor node { name tier { key } pendingDowngrade { graceUntil targetTier { key } heldTier { key } account { name } } tierAt(date: "2030-01-01") { effective { key } } } } pageInfo { hasNextPage endCursor } } tierMoves { nodes { kind account { name } scorecard { total } } } pendingDowngrades { totalCount nodes { account { name } graceUntil } } breakdown(by: [TIER]) { rows { keys { value } accounts arr medianArr grr } totals { arr accounts } } }');
  await app.close(); await book.close();
})();
