import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

declare module 'graphql' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** Whether the field works through the whole book, so that its request may take longer than others. */
    takesLong?: boolean;
  }
}

const known = new WeakMap<OperationDefinitionNode, boolean>();

/** Whether one of the operation's root fields says that it takes long. The document is a valid one. */
export function takesLong(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): boolean {
  const before = known.get(operation);
  if (before !== undefined) return before;
  const fields = schema.getRootType(operation.operation)?.getFields() ?? {};
  const names = rootFields(operation.selectionSet, document);
  const result = names.some((name) => fields[name]?.extensions.takesLong === true);
  known.set(operation, result);
  return result;
}

function rootFields({ selections }: SelectionSetNode, document: DocumentNode): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(selection.selectionSet, document);
    const fragment = document.definitions.find(
      (definition): definition is FragmentDefinitionNode =>
        definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
    );
    return fragment === undefined ? [] : rootFields(fragment.selectionSet, document);
  });
}
