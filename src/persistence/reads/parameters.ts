/** The parameters of one statement; a value that is bound never becomes part of its text. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Adds a value and gives its placeholder, such as "$3". */
  bind(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
