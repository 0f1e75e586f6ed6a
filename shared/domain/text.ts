import * as z from 'zod/mini';

/** Control characters, line separators, bidirectional controls and the byte order mark: what a phone cannot show as signed. */
const UNSHOWABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\uFEFF\u{E0000}-\u{E007F}]/u;

/** Whether a phone shows the text exactly as it is signed: well-formed Unicode without invisible controls. */
export function isShowable(text: string): boolean {
  return text.isWellFormed() && !UNSHOWABLE.test(text);
}

/**
 * A line of text in NFC, of 1 to `maximum` code points, that a phone shows exactly as it is signed.
 * The length is that of the NFC form.
 */
export function textSchema(maximum: number) {
  return z.pipe(
    z.pipe(
      z.string().check(
        z.refine((text) => isShowable(text), {
          error: 'Contiene caracteres de control o no válidos · It has control or invalid characters',
          abort: true,
        }),
      ),
      z.transform((text: string) => text.normalize('NFC')),
    ),
    z.string().check(
      z.refine((text) => text.trim().length > 0, { error: 'No puede estar vacío · It cannot be blank', abort: true }),
      z.refine((text) => [...text].length <= maximum, {
        error: `Máximo ${maximum} caracteres · At most ${maximum} characters`,
      }),
    ),
  );
}
