/** Beginnings and endings of invented names; any two make a word that reads like a company's. */
// prettier-ignore
const BEGINNINGS = [
  'Ald', 'Anver', 'Ardel', 'Avel', 'Balder', 'Bel', 'Berrin', 'Brenn', 'Calder', 'Carrow', 'Cel', 'Corven',
  'Dall', 'Delm', 'Dorv', 'Drum', 'Eld', 'Elmar', 'Ern', 'Fal', 'Fenn', 'Fjel', 'Galt', 'Garr',
  'Gwel', 'Hald', 'Harrow', 'Hel', 'Hesp', 'Ister', 'Jarn', 'Jorv', 'Kald', 'Kelm', 'Kest', 'Lanner',
  'Lisk', 'Lorn', 'Mall', 'Marl', 'Merr', 'Mond', 'Nael', 'Nev', 'Norv', 'Oren', 'Osk', 'Parr',
  'Pell', 'Quill', 'Rast', 'Riven', 'Rost', 'Sel', 'Skarr', 'Sorr', 'Tarn', 'Thal', 'Tov', 'Ulv',
  'Vall', 'Verr', 'Wend', 'Zel',
] as const;

// prettier-ignore
const ENDINGS = [
  'adon', 'aire', 'ana', 'ara', 'aris', 'aven', 'beck', 'berg', 'borne', 'brand', 'bury', 'by',
  'combe', 'dahl', 'dane', 'dene', 'don', 'eira', 'elle', 'en', 'era', 'ester', 'fell', 'ford',
  'gard', 'gate', 'grave', 'ham', 'haven', 'holm', 'holt', 'ia', 'ica', 'ient', 'ine', 'is',
  'land', 'lund', 'maren', 'mere', 'mont', 'nes', 'ona', 'ora', 'oris', 'quist', 'ridge', 'rise',
  'rode', 'sted', 'strand', 'thorpe', 'trop', 'une', 'vale', 'vik', 'wall', 'wick', 'worth', 'yard',
] as const;

/** What companies of an industry call themselves. No word stands twice, so that no two names meet. */
// prettier-ignore
const TRADES = {
  Software: ['Software', 'Systems', 'Analytics', 'Cloud', 'Data', 'Platforms', 'Labs', 'Technologies'],
  'Financial Services': ['Capital', 'Payments', 'Credit', 'Insurance', 'Leasing', 'Wealth', 'Finance', 'Mutual'],
  Healthcare: ['Health', 'Clinics', 'Diagnostics', 'Medical', 'Care', 'Pharma', 'Biosciences', 'Dental'],
  Manufacturing: ['Industries', 'Works', 'Components', 'Machinery', 'Plastics', 'Metals', 'Tools', 'Automation'],
  Retail: ['Stores', 'Outfitters', 'Home', 'Market', 'Trading', 'Apparel', 'Goods', 'Grocers'],
  Logistics: ['Logistics', 'Freight', 'Shipping', 'Transport', 'Warehousing', 'Couriers', 'Cargo', 'Distribution'],
  Education: ['Learning', 'Academy', 'College', 'Schools', 'Education', 'Training', 'Institute', 'Tutors'],
  Media: ['Media', 'Press', 'Studios', 'Publishing', 'Broadcasting', 'Pictures', 'Events', 'Creative'],
  Energy: ['Energy', 'Power', 'Solar', 'Utilities', 'Wind', 'Grid', 'Water', 'Renewables'],
  'Professional Services': ['Consulting', 'Partners', 'Advisory', 'Legal', 'Engineering', 'Staffing', 'Audit', 'Research'],
  Telecommunications: ['Telecom', 'Networks', 'Mobile', 'Broadband', 'Fibre', 'Connect', 'Wireless', 'Signal'],
  Hospitality: ['Hotels', 'Resorts', 'Catering', 'Travel', 'Leisure', 'Restaurants', 'Voyages', 'Lodges'],
} as const;

const TAILS = [
  '',
  ' Group',
  ' International',
  ' Holdings',
  ' Associates',
  ' Services',
  ' Company',
  ' & Sons',
];

export const INDUSTRIES = Object.keys(TRADES) as Industry[];
export type Industry = keyof typeof TRADES;

const STEMS = BEGINNINGS.length * ENDINGS.length;
// It shares no divisor with the number of stems, so neighbours get different words and none comes twice.
const STRIDE = 1_021;

/** The invented name of the `index`-th company, which no other index has. */
export function companyName(index: number, industry: Industry): string {
  const stem = (index * STRIDE) % STEMS;
  const round = Math.floor(index / STEMS);
  const trades = TRADES[industry];
  const beginning = BEGINNINGS[stem % BEGINNINGS.length] ?? '';
  const ending = ENDINGS[Math.floor(stem / BEGINNINGS.length)] ?? '';
  const trade = trades[(stem + round) % trades.length] ?? '';
  const turn = Math.floor(round / trades.length);
  const tail = TAILS[turn] ?? ` ${turn}`;
  // "Sorr" and "rise" make "Sorrise".
  const joint = beginning.at(-1) === ending.at(0) ? ending.slice(1) : ending;
  return `${beginning}${joint} ${trade}${tail}`;
}
