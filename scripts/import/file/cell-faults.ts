import { say } from '../say.ts';

/** As a spreadsheet writes a long number: 4,52001E+11. Letters in a code of digits, as in 452E12, are none. */
const SCIENTIFIC = /^[+-]?(?:\d(?:[.,]\d+)?E\d{1,3}|\d+[.,]\d+E\d{1,3}|\d+(?:[.,]\d+)?E[+-]\d{1,3})$/i;

/** Cells that a spreadsheet shows for a formula that it could not calculate, in Spanish or English. */
const FORMULA_ERROR = /^#(?:[A-Z]+\/[A-Z0]+[!?]?|[¡¿]?\p{Lu}+[!?])$/u;

/**
 * Text that was read in a wrong encoding: UTF-8 or its byte order mark (Ã±, Â, â€™) or DOS code page 850 (Nu¤ez), each
 * read as Windows-1252. Also the mark that a program puts in place of a character that it could not read.
 */
const WRONGLY_DECODED =
  /[ÂÃ][\u0080-\u00BF€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|ï»¿|[\uFFFD\u0080-\u009F]|\p{L}[¤¢£¥¡‚?]\p{L}/u;

/** Leaves no mark, and is no blank: joiners, soft hyphens, fillers, controls, tags. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u2800\u{1D159}]/u;

/** Why a cell cannot be what its owner wrote, whichever column it is in; undefined where nothing shows. */
export function findCellFault(cell: string): string | undefined {
  if (SCIENTIFIC.test(cell)) {
    return say(
      'es un número en notación científica, que perdió sus últimos dígitos: dé a la columna formato de texto y escríbalo de nuevo',
      'is a number in scientific notation, which has lost its last digits: format the column as text and type it again',
    );
  }
  if (FORMULA_ERROR.test(cell)) {
    return say('es el error de una fórmula: escriba el valor', 'is the error of a formula: type the value');
  }
  if (WRONGLY_DECODED.test(cell)) {
    return say(
      'tiene letras mal decodificadas: escríbalo de nuevo y guarde el archivo como «CSV UTF-8»',
      'has wrongly decoded letters: type it again and save the file as "CSV UTF-8"',
    );
  }
  if (/[\r\n]/.test(cell)) {
    return say('tiene un salto de línea: bórrelo', 'has a line break: delete it');
  }
  const found = INVISIBLE.exec(cell);
  if (!found) return undefined;
  const codePoint = `U+${(found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const position = [...cell.slice(0, found.index)].length + 1;
  return say(
    `tiene un carácter que no se ve (${codePoint}, en la posición ${position}): bórrelo`,
    `has a character that cannot be seen (${codePoint}, at position ${position}): delete it`,
  );
}

/** The cell as it is shown, with plain spaces alone. */
export function withPlainSpaces(cell: string): string {
  return cell.replaceAll(/\p{Zs}/gu, ' ');
}
