/** Crockford's: no letter that is heard or read as another, or as a digit. */
const SPOKEN = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The characters of an id, each of six bits: base64url. */
const WRITTEN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A change's number for people, such as `K7QD-2M9X`: the first 40 bits of its id, to be read over the telephone. */
export function changeNumber(changeId: string): string {
  const bits = Array.from(changeId.padEnd(7, 'A').slice(0, 7), (character) =>
    Math.max(0, WRITTEN.indexOf(character)).toString(2).padStart(6, '0'),
  ).join('');
  const spoken = Array.from({ length: 8 }, (_, index) =>
    SPOKEN.charAt(Number.parseInt(bits.slice(index * 5, index * 5 + 5), 2)),
  ).join('');
  return `${spoken.slice(0, 4)}-${spoken.slice(4)}`;
}
