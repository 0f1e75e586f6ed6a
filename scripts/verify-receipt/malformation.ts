/** Why a file is no receipt at all. */
export type Malformation = 'TOO_LONG' | 'NOT_TEXT' | 'NOT_JSON' | 'NO_SIGNATURE';

/** The file is no receipt at all. */
export class NotAReceiptError extends Error {
  override readonly name = 'NotAReceiptError';
  readonly malformation: Malformation;

  constructor(malformation: Malformation, cause?: unknown) {
    super(malformation, cause === undefined ? {} : { cause });
    this.malformation = malformation;
  }
}
