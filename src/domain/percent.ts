/** "12.5%" for 0.125. */
export function percentText(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
