import { DomainError } from '../../domain/errors';

/** The parameters of one statement; a value that is bound never becomes part of its text. */
export class Parameters {
  readonly values: unknown[] = [];

  /**
   * Adds a value and gives its placeholder, such as "$3". Throws INVALID_VALUE for a text with the character that
   * PostgreSQL has no text for.
   */
  bind(value: unknown): string {
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (texts.some((text) => typeof text === 'string' && text.includes('\0'))) {
      throw new DomainError('INVALID_VALUE', 'a text must not hold control characters');
    }
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
