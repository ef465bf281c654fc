import {
  getNamedType,
  isEnumType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
  type GraphQLNamedType,
} from 'graphql';
import { createSchema } from '../../src/graphql/schema';

const schema = createSchema();

/** Every type that any chain of selections can reach, with the fields on the way. */
function reached(from: string): { types: string[]; fields: string[] } {
  const types = new Set<string>();
  const fields: string[] = [];
  const visit = (type: GraphQLNamedType | undefined): void => {
    if (type === undefined || types.has(type.name)) return;
    types.add(type.name);
    if (isUnionType(type)) type.getTypes().forEach(visit);
    if (isInterfaceType(type)) schema.getPossibleTypes(type).forEach(visit);
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    type.getInterfaces().forEach(visit);
    for (const field of Object.values(type.getFields())) {
      fields.push(`${type.name}.${field.name}`);
      visit(getNamedType(field.type));
    }
  };
  visit(schema.getType(from));
  return { types: [...types].sort(), fields: fields.sort() };
}

test('a customer reaches the label, the promises and the contacts, and nothing else by any path', () => {
  const { types, fields } = reached('CustomerView');
  expect(fields).toEqual([
    'CustomerContact.email',
    'CustomerContact.name',
    'CustomerContact.role',
    'CustomerView.contacts',
    'CustomerView.label',
    'CustomerView.locale',
    'CustomerView.promises',
    'ServicePromise.code',
    'ServicePromise.text',
  ]);
  expect(
    types.filter((name) => !isEnumType(schema.getType(name)) && !isScalarType(schema.getType(name))),
  ).toEqual(['CustomerContact', 'CustomerView', 'ServicePromise']);
});

test('neither does the reader of a message about a move', () => {
  expect(reached('MoveMessage').fields).toEqual([
    'MoveMessage.body',
    'MoveMessage.locale',
    'MoveMessage.promises',
    'MoveMessage.subject',
    'MoveMessage.validFrom',
    'ServicePromise.code',
    'ServicePromise.text',
  ]);
});

test('the walk would find what leads further: an account reaches its score', () => {
  expect(reached('Account').fields).toContain('Scorecard.total');
});
