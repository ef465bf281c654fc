/** What is wrong with the file as a whole, or with the mapping of its columns, in one line that says what to do. */
export class CsvFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CsvFileError';
  }
}

/** A name for a message. It comes from the file: it must neither break the line nor steer the terminal. */
export function show(text: string): string {
  const readable = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ');
  return `"${readable.length > 80 ? `${readable.slice(0, 80)}...` : readable}"`;
}
