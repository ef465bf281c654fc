import { type DocumentNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { takesLong } from '../../src/graphql/long-operation';
import { createSchema } from '../../src/graphql/schema';

const schema = createSchema();
const operationOf = (document: DocumentNode): OperationDefinitionNode => {
  const found = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return found as OperationDefinitionNode;
};

describe('an operation takes long', () => {
  test.each<[string, boolean]>([
    ['{ viewer { name } }', false],
    ['{ tieringHealth { __typename } }', true],
    ['{ viewer { name } ... on Query { h: tieringHealth { __typename } } }', true],
    ['query { ...F } fragment F on Query { tieringHealth { __typename } }', true],
    ['mutation { publishTieringModel(input: { version: 2 }) { __typename } }', true],
    ['mutation { calibrateTieringModel(input: { version: 2 }) { __typename } }', true],
    ['{ assignmentPlan(input: {}) { __typename } }', true],
    ['{ simulateTieringModel(version: 2) { __typename } }', true],
    ['mutation { applyAssignmentPlan(input: { digest: "x", plan: {} }) { __typename } }', true],
    ['mutation { upsertAccounts(input: { accounts: [] }) { __typename } }', false],
  ])('%s: %s', (query, expected) => {
    const document = parse(query);
    expect(takesLong(schema, document, operationOf(document))).toBe(expected);
  });
});
