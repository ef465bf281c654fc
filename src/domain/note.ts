import { checkNote } from './account-field';

/** Characters that people may write beside a decision. */
export const LONGEST_NOTE = 1_000;

/** A note that need not be given; an empty one is none. Throws INVALID_VALUE for one that is too long or unreadable. */
export function checkOptionalNote(note: string | null): string | null {
  return note === null || note.trim() === '' ? null : checkNote('note', note, LONGEST_NOTE);
}
