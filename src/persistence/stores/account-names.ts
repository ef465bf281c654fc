/** The ids of accounts that are named by their ids, or by those of the CRM; both are parameters. */
export function idsOfNamed(ids: string, externalIds: string): string {
  return `${ids}::bigint[] || ARRAY(SELECT id FROM account WHERE external_id = ANY(${externalIds}::text[]))`;
}
