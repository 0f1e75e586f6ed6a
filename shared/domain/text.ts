import * as z from 'zod/mini';
import { isBlank, unshowableIn } from './invisible.ts';

/** Refuses a text with a character that a phone cannot show as signed, saying which it is and where. */
function showable({ value, issues }: z.core.ParsePayload<string>): void {
  const found = unshowableIn(value);
  if (!found) return;
  const { codePoint, position } = found;
  issues.push({
    code: 'custom',
    input: value,
    continue: false,
    message: `Contiene un carácter que no se ve: ${codePoint}, en la posición ${position} · It has a character that cannot be seen: ${codePoint}, at position ${position}`,
  });
}

/**
 * A line of text in NFC, of 1 to `maximum` code points, that a phone shows exactly as it is signed.
 * The length is that of the NFC form; what shows nothing is empty.
 */
export function textSchema(maximum: number) {
  return z.pipe(
    z.pipe(
      z
        .string()
        .check(
          z.check(showable),
          z.meta({ minLength: 1, maxLength: maximum, description: 'In code points of its NFC form, and not blank' }),
        ),
      z.transform((text: string) => text.normalize('NFC')),
    ),
    z.string().check(
      z.refine((text) => !isBlank(text), { error: 'No puede estar vacío · It cannot be blank', abort: true }),
      z.refine((text) => [...text].length <= maximum, {
        error: `Máximo ${maximum} caracteres · At most ${maximum} characters`,
      }),
    ),
  );
}
