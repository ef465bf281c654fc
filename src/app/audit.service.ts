import { type Actor, authorise } from './actor';
import { type AuditEntryView, type AuditFilter, type AuditReads } from './ports/audit';
import { type Window } from './ports/list';

/** Who wrote what, for those who may know (spec section 13). What is written there, the database writes itself. */
export class AuditService {
  constructor(private readonly reads: AuditReads) {}

  /** A window of the entries, the newest first. Throws FORBIDDEN. */
  async page(actor: Actor, where: AuditFilter, window: Window): Promise<AuditEntryView[]> {
    authorise(actor, 'READ_AUDIT');
    return this.reads.page(where, window);
  }

  /** How many entries there are. Throws FORBIDDEN. */
  async count(actor: Actor, where: AuditFilter): Promise<number> {
    authorise(actor, 'READ_AUDIT');
    return this.reads.count(where);
  }

  /** The entries with these ids, in any order. Throws FORBIDDEN. */
  async byIds(actor: Actor, ids: readonly string[]): Promise<AuditEntryView[]> {
    authorise(actor, 'READ_AUDIT');
    return this.reads.byIds(ids);
  }
}
