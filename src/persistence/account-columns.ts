import { ACCOUNT_FIELDS, type AccountField } from '../domain/account';
import { FIELD_KINDS, type FieldKind } from '../domain/account-field';

const TYPES: Record<FieldKind, string> = {
  status: 'text',
  level: 'text',
  money: 'numeric',
  date: 'date',
  count: 'integer',
  score: 'integer',
  months: 'integer',
  flag: 'boolean',
  text: 'text',
  key: 'text',
  country: 'text',
  language: 'text',
  timeZone: 'text',
};

/** A column of the account table that holds a field as it was given. */
export interface AccountColumn {
  readonly field: AccountField;
  readonly name: string;
  readonly type: string;
}

/** The columns of all fields but the parent, which is stored as a reference. */
export const ACCOUNT_COLUMNS: readonly AccountColumn[] = ACCOUNT_FIELDS.filter(
  (field) => field !== 'parentExternalId',
).map((field) => ({ field, name: columnName(field), type: TYPES[FIELD_KINDS[field]] }));

/** "expansionArr" is stored in "expansion_arr". */
export function columnName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
