/**
 * Control characters, line separators, bidirectional controls, the byte order mark and surrogates without a partner:
 * what a phone cannot show as signed.
 */
const UNSHOWABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\uFEFF\u{E0000}-\u{E007F}]/gu;

/** Blanks and whatever else leaves no mark: fillers, joiners, variation selectors, the empty pattern of Braille. */
const MARKLESS = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800\uFFF9-\uFFFB\u{1D159}]/gu;

/** A character as Unicode names it, and its place in the text, counted in code points from 1. */
export interface FoundCharacter {
  readonly codePoint: string;
  readonly position: number;
}

/** The first character that a phone cannot show as signed; undefined where it shows the whole text. */
export function unshowableIn(text: string): FoundCharacter | undefined {
  const index = text.search(UNSHOWABLE);
  if (index < 0) return undefined;
  const hexadecimal = (text.codePointAt(index) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return { codePoint: `U+${hexadecimal}`, position: [...text.slice(0, index)].length + 1 };
}

/** The text without the characters that a phone cannot show as signed. */
export function withoutUnshowable(text: string): string {
  return text.replaceAll(UNSHOWABLE, '');
}

/** True if whoever reads the text sees nothing. */
export function isBlank(text: string): boolean {
  return text.replaceAll(MARKLESS, '') === '';
}
