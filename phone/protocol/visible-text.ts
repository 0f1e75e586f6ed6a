/**
 * Characters that show nothing, or change how their neighbours are shown: controls, formats (bidirectional overrides
 * among them), surrogates without a partner, private use, and line and paragraph separators.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** Writes out characters that a screen would hide or obey as `\u{…}`, so that people read the text that they sign. */
export function visibleText(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
