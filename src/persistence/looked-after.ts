/**
 * The ids of the accounts that a CSM looks after on a day, as a query: the CSM's own, those of the CSM's pools, and
 * those of whom the CSM stands in for that day; none for one who does not work then (spec section 13). An assignment
 * never begins or ends after today, so the ones that count today are those without an end, which accounts know.
 *
 * @param csm an expression for the id of the CSM
 * @param today the placeholder of today
 */
export function lookedAfterBy(csm: string, today: string): string {
  const day = `${today}::date`;
  const runs = `from_on <= ${day} AND (to_on IS NULL OR to_on > ${day})`;
  const works = `EXISTS (SELECT FROM csm_employment WHERE csm_id = ${csm} AND ${runs})`;
  return `SELECT id FROM account WHERE ${works} AND csm_id IN (
      SELECT ${csm} UNION
      SELECT csm_id FROM csm_leave WHERE backup_id = ${csm} AND from_on <= ${day} AND to_on > ${day})
    UNION ALL
    SELECT id FROM account WHERE ${works} AND pool_id IN (
      SELECT pool_id FROM pool_membership WHERE csm_id = ${csm} AND ${runs})`;
}
