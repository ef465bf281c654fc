/** What pg itself makes of a parameter; its own types do not have it. */
declare module 'pg/lib/utils' {
  export function prepareValue(value: unknown): string | Buffer | null;
}
