import fc from 'fast-check';
import {
  DISABLED_HOLDER,
  isFoundBy,
  listSearchWords,
  normalizeForSearch,
  splitWords,
} from '../../../shared/domain/search-words.ts';

const ana = {
  fullName: 'Ana María Ñáñez-Anaya D’Ángelo',
  username: 'AM.Nanez',
  email: 'ana.nanez@correo.example',
  serial: 'VT-ABCDE23456',
  enabled: true,
};
const finds = (q: string, token = ana) => isFoundBy(listSearchWords(token), splitWords(q));

it.each([
  ['a word of the name, by its beginning', 'mar'],
  ['words in any order', 'nanez ana'],
  ['a part of a double surname', 'anaya'],
  ['a name with a straight apostrophe', "d'angelo"],
  ['a name with a letter for an apostrophe', 'dʼÁngelo'],
  ['a name with another hyphen', 'ñáñez‐anaya'],
  ['capitals, without accents', 'MARIA NANEZ'],
  ['decomposed accents', 'María'.normalize('NFD')],
  ['a word with an invisible character in it', 'ma\u00ADr\u200Bia'],
  ['the username, whole', 'am.nanez'],
  ['the e-mail address', 'ana.nanez@correo'],
  ['the serial', 'vt-abcde'],
  ['words of several of them', 'angelo abcde correo'],
  ['no words at all', ' - '],
])('a token is found by %s', (_, q) => {
  expect(finds(q)).toBe(true);
});

it.each([
  ['the middle of a word', 'aria'],
  ['a word that nothing begins with, beside one that does', 'ana pedro'],
  ['two words as if they were one', 'anamaria'],
  ['more than a word', 'mariana'],
])('a token is not found by %s', (_, q) => {
  expect(finds(q)).toBe(false);
});

it('keeps no word that only begins another, and twenty at most', () => {
  const fullName = Array.from({ length: 30 }, (_, n) => `n${String(n).padStart(2, '0')}`).join(' ');
  expect(listSearchWords({ ...ana, fullName: 'Ana Anabel' })).toEqual([
    'anabel',
    'vt',
    'abcde23456',
    'am',
    'nanez',
    'correo',
    'example',
  ]);
  expect(listSearchWords({ ...ana, fullName })).toHaveLength(20);
});

it('a disabled holder’s token has a word that nobody can type, also beside twenty others', () => {
  const fullName = Array.from({ length: 30 }, (_, n) => `n${String(n).padStart(2, '0')}`).join(' ');
  expect(listSearchWords({ ...ana, fullName, enabled: false })).toContain(DISABLED_HOLDER);
  expect(listSearchWords({ ...ana, fullName })).not.toContain(DISABLED_HOLDER);
  expect(splitWords(DISABLED_HOLDER)).not.toContain(DISABLED_HOLDER);
});

it('finds a token by the beginnings of any of its words, in any order, whatever the case', () => {
  const word = fc.stringMatching(/^[a-zñáéü0-9]{1,12}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), fc.nat(), fc.boolean(), (words, seed, capitals) => {
      const asked = words.map((each, n) => each.slice(0, 1 + ((seed + n) % each.length))).reverse();
      const q = capitals ? asked.join(' ').toUpperCase() : asked.join('  ');
      expect(finds(q, { ...ana, fullName: words.join(' ') })).toBe(true);
    }),
  );
});

it('sorts names without case, accents or extra spaces', () => {
  expect(normalizeForSearch('  Ana  MARÍA Ñáñez ')).toBe('ana maria nanez');
});
