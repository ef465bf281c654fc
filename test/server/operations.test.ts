import { Kind, parse } from 'graphql';
import { explorerTabs, readOperations } from '../../src/server/operations';

/** What the first operation of the document does. */
function kindOf(query: string): string {
  const operation = parse(query).definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.operation : 'nothing';
}

test('the explorer shows every example, those that only ask before those that change something', () => {
  // Subscriptions only ask, too.
  const kinds = explorerTabs().map(({ query }) => kindOf(query).replace('subscription', 'query'));
  const queries = kinds.filter((kind) => kind === 'query').length;
  const mutations = kinds.filter((kind) => kind === 'mutation').length;
  expect(Math.min(queries, mutations)).toBeGreaterThan(0);
  expect(kinds).toEqual([
    ...Array.from({ length: queries }, () => 'query'),
    ...Array.from({ length: mutations }, () => 'mutation'),
  ]);
  const byName = explorerTabs().sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(byName).toEqual(readOperations().sort((a, b) => (a.name < b.name ? -1 : 1)));
});
