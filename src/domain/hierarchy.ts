/**
 * Whether making `parent` the parent of `child` would put an account among its own ancestors.
 *
 * @param parentOf the parents as they are now, for every account above `parent`
 */
export function wouldCycle(
  child: string,
  parent: string,
  parentOf: (externalId: string) => string | null,
): boolean {
  const seen = new Set<string>([child]);
  for (let ancestor: string | null = parent; ancestor !== null; ancestor = parentOf(ancestor)) {
    if (seen.has(ancestor)) return true;
    seen.add(ancestor);
  }
  return false;
}
