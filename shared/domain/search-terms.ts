/** Lower case without accents, words parted by one space: the form in which names are compared. */
export function normalizeForSearch(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/gu, ' ').trim();
}

/**
 * The terms under which a holder is found by their beginnings: the username, and the name from each of its words on,
 * so that a search of several words works as well. Without repetitions, in code-unit order as DynamoDB sorts ASCII.
 */
export function searchTerms(holder: { fullName: string; username: string }): string[] {
  const words = normalizeForSearch(holder.fullName).split(' ');
  const terms = words.map((_, index) => words.slice(index).join(' '));
  return [...new Set([...terms, normalizeForSearch(holder.username)])].filter(Boolean).sort();
}

/** The term under which a listing for this beginning shows the holder: the first that has it, so that none shows twice. */
export function shownUnder(holder: { fullName: string; username: string }, beginning: string): string | undefined {
  return searchTerms(holder)
    .filter((term) => term.startsWith(beginning))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))[0];
}
