/** The languages in which customers are spoken to (spec section 11). */
export const LOCALES = ['de', 'en', 'id', 'ms', 'pt'] as const;
export type Locale = (typeof LOCALES)[number];

/** The language of a tag such as "pt-BR"; null for one that there are no words in. */
export function localeOf(tag: string): Locale | null {
  const language = tag.trim().toLowerCase().split(/[-_]/)[0];
  return LOCALES.find((locale) => locale === language) ?? null;
}
