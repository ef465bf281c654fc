/** A place in PostgreSQL's write-ahead log; what was written later is greater. */
export type WalPosition = bigint;

const TEXT = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/;
const HALF = 32n;

/** Reads a position such as "0/16B3748"; null for any other text. */
export function parseWalPosition(text: string): WalPosition | null {
  const [, high, low] = TEXT.exec(text) ?? [];
  return high === undefined || low === undefined ? null : (BigInt(`0x${high}`) << HALF) | BigInt(`0x${low}`);
}

/** The position as PostgreSQL writes it. */
export function formatWalPosition(position: WalPosition): string {
  const half = (part: bigint): string => part.toString(16).toUpperCase();
  return `${half(position >> HALF)}/${half(BigInt.asUintN(Number(HALF), position))}`;
}
