/** Letters that stand for an apostrophe, beside the characters that are no letter anyway. */
const LETTER_APOSTROPHES = /[\u02B9-\u02C1\uA78B\uA78C]/gu;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** A further word of a token whose holder is disabled. Nobody can type it: it begins with neither letter nor digit. */
export const DISABLED_HOLDER = '~disabled';

/** A token is found by so many words at most, so that a person's writes fit one transaction. */
const MAXIMUM = 20;

/** Lower case without accents, words parted by one space: the form in which names are sorted. */
export function normalizeForSearch(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/gu, ' ').trim();
}

/** Splits a text into its words: runs of letters and digits, without case, accents or invisible characters. */
export function splitWords(text: string): string[] {
  const plain = text.normalize('NFKD').toLowerCase().normalize('NFKD').replace(INVISIBLE, '').replace(/\p{M}/gu, '');
  return plain
    .replace(LETTER_APOSTROPHES, ' ')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** The texts by which a token is found. */
export interface Searchable {
  readonly fullName: string;
  readonly serial: string;
  readonly username: string;
  readonly email: string;
  readonly enabled: boolean;
}

/** Lists the words by which a token is found, without one that only begins another. */
export function listSearchWords({ fullName, serial, username, email, enabled }: Searchable): string[] {
  const words = [...new Set([fullName, serial, username, email].flatMap(splitWords))];
  const longest = words.filter((word) => !words.some((other) => other !== word && other.startsWith(word)));
  return [...(enabled ? [] : [DISABLED_HOLDER]), ...longest].slice(0, MAXIMUM);
}

/** True if each of the words begins one by which the token is found. */
export function isFoundBy(searchWords: readonly string[], words: readonly string[]): boolean {
  return words.every((word) => searchWords.some((other) => other.startsWith(word)));
}
