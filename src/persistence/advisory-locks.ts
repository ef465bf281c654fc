/**
 * The numbers by which everybody who works on the database takes turns, each for one thing; 1 keeps hierarchies of
 * accounts free of cycles and stands in the migration that made its trigger.
 */
export const ADVISORY_LOCKS = {
  /** Held shared by whoever places accounts, and alone by whoever publishes. */
  PUBLISHING: 7_116_900_002,
  MIGRATION: 7_116_900_003,
  /** Held by whoever changes CSMs or assigns accounts to them. */
  STAFF: 7_116_900_004,
  /** Held while a draft takes the next version. */
  MODEL_VERSION: 7_116_900_005,
  /** Held by whoever adds deltas to the figures of the book, or counts these anew. */
  BOOK_FIGURES: 7_116_900_006,
  /** Held by whoever counts the book of a past day, or forgets what has been restated. */
  PAST_BOOKS: 7_116_900_007,
  /** Held by whoever prepares a publication, and shared by whoever brings accounts up to the one before. */
  PREPARATION: 7_116_900_008,
  /** Held by whoever adds deltas to the loads that are kept, or counts these anew. */
  LOAD_FIGURES: 7_116_900_009,
  /** Held by the process that does the daily run. */
  DAILY_RUN: 7_116_900_045,
} as const;
