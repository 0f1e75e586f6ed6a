/**
 * Characters that show nothing, or change how their neighbours are shown: controls, formats (bidirectional overrides
 * among them), surrogates without a partner, private use, and line and paragraph separators.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** The text with every character that a screen would hide or obey written out as `\u{…}`: what is read is what is signed. */
export function visibleText(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
