import { types } from 'pg';

/** How values are read, by the type's number in PostgreSQL; every other type stays text. */
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [types.builtins.BOOL]: (text) => text === 't',
  [types.builtins.INT2]: Number,
  [types.builtins.INT4]: Number,
  [types.builtins.FLOAT4]: Number,
  [types.builtins.FLOAT8]: Number,
  [types.builtins.JSON]: (text) => JSON.parse(text) as unknown,
  [types.builtins.JSONB]: (text) => JSON.parse(text) as unknown,
};

/** Arrays of text, bigint, date, timestamptz and numeric come as arrays of text. */
const TEXT_ARRAY = 1009;
const ARRAYS_OF_TEXT: readonly number[] = [TEXT_ARRAY, 1015, 1016, 1182, 1185, 1231];
const ARRAYS_OF_INTEGERS: readonly number[] = [1005, 1007];
const arrayParser = types.getTypeParser as (type: number, format: 'text') => (text: string) => unknown;

/** How values of a type are read; null where they stay text. */
export function valueParser(type: number): ((text: string) => unknown) | null {
  if (ARRAYS_OF_TEXT.includes(type)) return arrayParser(TEXT_ARRAY, 'text');
  if (ARRAYS_OF_INTEGERS.includes(type)) return arrayParser(type, 'text');
  return PARSERS[type] ?? null;
}

/** To be given with each query: `pg.types.setTypeParser` would change TypeORM's values too. */
export const VALUE_TYPES = {
  getTypeParser: (type: number): ((text: string) => unknown) => valueParser(type) ?? asText,
};

function asText(text: string): string {
  return text;
}
