import { registerEnumType } from 'type-graphql';

type EnumOf<V extends string> = { readonly [K in V]: K };

/** Declares an enum of the schema from a list of the domain; its values are the names themselves. */
export function enumOf<V extends string>(
  name: string,
  values: readonly V[],
  description: string,
  meanings: Partial<Record<V, string>> = {},
): EnumOf<V> {
  const type = Object.fromEntries(values.map((value) => [value, value])) as EnumOf<V>;
  const valuesConfig = Object.fromEntries(
    Object.entries(meanings).map(([value, meaning]) => [value, { description: meaning as string }]),
  ) as NonNullable<Parameters<typeof registerEnumType<EnumOf<V>>>[1]['valuesConfig']>;
  registerEnumType(type, { name, description, valuesConfig });
  return type;
}
