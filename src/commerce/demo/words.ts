/** What the demo shop sells. Prices are in cents. */
export const CATALOGUE = [
  { sku: 'COFFEE-HOUSE-250', name: 'House blend, 250 g', amount: 690 },
  { sku: 'COFFEE-HOUSE-1000', name: 'House blend, 1 kg', amount: 2_390 },
  { sku: 'COFFEE-DECAF-250', name: 'Decaf, 250 g', amount: 750 },
  { sku: 'ESPRESSO-DARK-500', name: 'Dark espresso, 500 g', amount: 1_450 },
  { sku: 'TEA-ASSAM-100', name: 'Assam, 100 g', amount: 820 },
  { sku: 'TEA-MINT-80', name: 'Peppermint, 80 g', amount: 540 },
  { sku: 'MUG-BLUE', name: 'Mug, blue', amount: 1_190 },
  { sku: 'MUG-WHITE', name: 'Mug, white', amount: 1_190 },
  { sku: 'POUR-OVER-2', name: 'Pour-over cone, 2 cups', amount: 2_450 },
  { sku: 'PAPER-FILTERS-100', name: 'Paper filters, 100 pieces', amount: 390 },
  { sku: 'GRINDER-HAND', name: 'Hand grinder', amount: 6_900 },
  { sku: 'KETTLE-GOOSENECK', name: 'Gooseneck kettle', amount: 8_400 },
  { sku: 'ESPRESSO-MACHINE', name: 'Espresso machine, two groups', amount: 219_000 },
] as const;

export const PLANS = [
  { name: 'Monthly coffee, one bag', amount: 1_190 },
  { name: 'Monthly coffee, two bags', amount: 2_190 },
  { name: 'Tea of the month', amount: 990 },
] as const;

export const FIRST_NAMES = [
  'Ada', 'Bruno', 'Carla', 'Davi', 'Elif', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Kaja', 'Leon', 'Mira', 'Nils', 'Olga', 'Pavel', 'Rosa', 'Sami', 'Tilda', 'Umar', 'Vera', 'Wim', 'Yara', 'Zoe',
] as const;

export const LAST_NAMES = [
  'Adler', 'Bauer', 'Costa', 'Demir', 'Engel', 'Fischer', 'Garcia', 'Holm', 'Ivanova', 'Jansen', 'Kowalski', 'Lund', 'Moreau', 'Novak', 'Okafor', 'Peeters', 'Quist', 'Rossi', 'Silva', 'Thal', 'Unger', 'Vidal', 'Weiss', 'Zeman',
] as const;

export const STREETS = ['Lindenweg', 'Hafenstraße', 'Rue du Moulin', 'Via Verdi', 'Kerkstraat', 'Calle Mayor', 'Storgata', 'Dworcowa'] as const;

export const CITIES = [
  { city: 'Ulm', postalCode: '89073', country: 'DE' },
  { city: 'Bremen', postalCode: '28195', country: 'DE' },
  { city: 'Nantes', postalCode: '44000', country: 'FR' },
  { city: 'Parma', postalCode: '43121', country: 'IT' },
  { city: 'Gent', postalCode: '9000', country: 'BE' },
  { city: 'Bilbao', postalCode: '48001', country: 'ES' },
  { city: 'Bergen', postalCode: '5003', country: 'NO' },
  { city: 'Gdynia', postalCode: '81-198', country: 'PL' },
] as const;

export const CARRIERS = ['Parcel Post', 'Blue Courier', 'Cargo Bike'] as const;
export const REFUSALS = ['card declined', 'not enough funds', 'no answer from the bank'] as const;
export const CHANGES_OF_MIND = ['customer changed their mind', 'ordered twice', 'delivery takes too long'] as const;
export const COMPLAINTS = ['arrived broken', 'wrong size', 'not as described'] as const;
export const GOODBYES = ['too much coffee', 'moving abroad', 'found it cheaper'] as const;
export const FORMS = [
  { formId: 'contact', page: '/contact', questions: ['Do you ship to islands?', 'Which grind suits a moka pot?', 'My invoice lacks the VAT number.'] },
  { formId: 'newsletter', page: '/', questions: ['once a month', 'every week'] },
  { formId: 'wholesale', page: '/for-cafes', questions: ['20 kg a month', '5 kg a week', 'samples first, please'] },
] as const;
