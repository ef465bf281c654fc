/** Where a customer is, and what goes with it. */
export interface Place {
  readonly country: string;
  /** The country as it stands in the name of a subsidiary. */
  readonly countryName: string;
  readonly region: 'North America' | 'Europe' | 'Asia Pacific' | 'Latin America';
  readonly language: string;
  readonly timeZones: readonly string[];
  /** The form of company that some carry in their name. */
  readonly legalForm: string;
}

function place(
  country: string,
  countryName: string,
  region: Place['region'],
  language: string,
  legalForm: string,
  ...timeZones: readonly string[]
): Place {
  return { country, countryName, region, language, legalForm, timeZones };
}

/** With weights: how common each is among the customers. */
// prettier-ignore
export const PLACES: readonly (readonly [Place, number])[] = [
  [place('US', 'America', 'North America', 'en', 'Inc.', 'America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles'), 34],
  [place('CA', 'Canada', 'North America', 'en', 'Inc.', 'America/Toronto', 'America/Vancouver'), 6],
  [place('GB', 'UK', 'Europe', 'en', 'Ltd', 'Europe/London'), 11],
  [place('DE', 'Germany', 'Europe', 'de', 'GmbH', 'Europe/Berlin'), 9],
  [place('FR', 'France', 'Europe', 'fr', 'SAS', 'Europe/Paris'), 5],
  [place('NL', 'Netherlands', 'Europe', 'nl', 'B.V.', 'Europe/Amsterdam'), 4],
  [place('SE', 'Sweden', 'Europe', 'sv', 'AB', 'Europe/Stockholm'), 2],
  [place('CH', 'Switzerland', 'Europe', 'de', 'AG', 'Europe/Zurich'), 2],
  [place('AT', 'Austria', 'Europe', 'de', 'GmbH', 'Europe/Vienna'), 1.5],
  [place('ES', 'Spain', 'Europe', 'es', 'S.L.', 'Europe/Madrid'), 3],
  [place('PT', 'Portugal', 'Europe', 'pt', 'Lda', 'Europe/Lisbon'), 1.5],
  [place('IE', 'Ireland', 'Europe', 'en', 'Ltd', 'Europe/Dublin'), 1.5],
  [place('SG', 'Singapore', 'Asia Pacific', 'en', 'Pte. Ltd.', 'Asia/Singapore'), 3],
  [place('MY', 'Malaysia', 'Asia Pacific', 'ms', 'Sdn. Bhd.', 'Asia/Kuala_Lumpur'), 2.5],
  [place('ID', 'Indonesia', 'Asia Pacific', 'id', 'Tbk', 'Asia/Jakarta'), 3],
  [place('AU', 'Australia', 'Asia Pacific', 'en', 'Pty Ltd', 'Australia/Sydney', 'Australia/Perth'), 4],
  [place('NZ', 'New Zealand', 'Asia Pacific', 'en', 'Ltd', 'Pacific/Auckland'), 1],
  [place('JP', 'Japan', 'Asia Pacific', 'ja', 'K.K.', 'Asia/Tokyo'), 2],
  [place('BR', 'Brazil', 'Latin America', 'pt-BR', 'Ltda.', 'America/Sao_Paulo'), 4],
  [place('MX', 'Mexico', 'Latin America', 'es', 'S.A. de C.V.', 'America/Mexico_City'), 2],
];
