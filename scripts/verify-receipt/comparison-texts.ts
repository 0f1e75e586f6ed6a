import type { Fork } from './compare-receipts.ts';
import type { Mismatch } from './exported-record.ts';
import type { Language } from './texts.ts';
import type { DayProofFailure } from './verify-day-proof.ts';

/** Everything the verifier says of receipts beside each other and beside an exported record, in one language. */
interface ComparisonTexts {
  readonly compared: string;
  readonly fork: (fork: Fork) => string;
  readonly agree: (tokenId: string, common: number) => string;
  readonly record: string;
  readonly mismatch: (mismatch: Mismatch) => string;
  readonly days: string;
  readonly dayFailures: Readonly<Record<DayProofFailure, string>>;
}

export const COMPARISON_TEXTS: Readonly<Record<Language, ComparisonTexts>> = {
  es: {
    compared: 'Comparación: los comprobantes de un mismo token son de un solo registro',
    fork: ({ tokenId, seq, files: [one, other] }) =>
      `NO VÁLIDO: el registro se bifurcó. ${one} y ${other} no coinciden en el evento ${seq} del token ${tokenId}.`,
    agree: (tokenId, common) =>
      common > 0
        ? `Los comprobantes del token ${tokenId} coinciden en los eventos que comparten: ${common}.`
        : `Los comprobantes del token ${tokenId} no comparten ningún evento: sin --record no se pueden comparar.`,
    record: 'Registro exportado: está completo, y los eventos de los comprobantes son los suyos',
    mismatch: (mismatch) => {
      switch (mismatch.cause) {
        case 'RECORD_NOT_WHOLE':
          return `NO VÁLIDO: el registro exportado no está completo: ${mismatch.finding}`;
        case 'OTHER_COMPANY':
          return `NO VÁLIDO: ${mismatch.file} es de otra empresa que el registro exportado.`;
        case 'EVENT_DIFFERS':
          return `NO VÁLIDO: ${mismatch.file}: el evento ${mismatch.event.seq} del token ${mismatch.event.tokenId} es otro en el registro exportado.`;
        case 'EVENT_MISSING':
          return `NO VÁLIDO: ${mismatch.file}: el registro exportado no tiene el evento ${mismatch.event.seq} del token ${mismatch.event.tokenId}.`;
      }
    },
    days: 'Días firmados: cada evento del cambio está en el árbol de un día que el banco firmó',
    dayFailures: {
      DAY_SIGNATURE_WRONG: 'NO VÁLIDO: un día no está firmado por una llave del archivo de llaves.',
      PATH_WRONG: 'NO VÁLIDO: el camino de un evento no lleva a la raíz del día firmado.',
      EVENTS_DIFFER: 'NO VÁLIDO: el documento no tiene un camino, y uno solo, para cada evento del cambio.',
    },
  },
  en: {
    compared: 'Comparison: the receipts of one token are of one record',
    fork: ({ tokenId, seq, files: [one, other] }) =>
      `NOT VALID: the record was forked. ${one} and ${other} do not agree on event ${seq} of token ${tokenId}.`,
    agree: (tokenId, common) =>
      common > 0
        ? `The receipts of token ${tokenId} agree on the events that they share: ${common}.`
        : `The receipts of token ${tokenId} share no event: without --record they cannot be compared.`,
    record: 'Exported record: it is whole, and the events of the receipts are its own',
    mismatch: (mismatch) => {
      switch (mismatch.cause) {
        case 'RECORD_NOT_WHOLE':
          return `NOT VALID: the exported record is not whole: ${mismatch.finding}`;
        case 'OTHER_COMPANY':
          return `NOT VALID: ${mismatch.file} is of another company than the exported record.`;
        case 'EVENT_DIFFERS':
          return `NOT VALID: ${mismatch.file}: event ${mismatch.event.seq} of token ${mismatch.event.tokenId} is another in the exported record.`;
        case 'EVENT_MISSING':
          return `NOT VALID: ${mismatch.file}: the exported record has no event ${mismatch.event.seq} of token ${mismatch.event.tokenId}.`;
      }
    },
    days: 'Signed days: each event of the change is in the tree of a day that the bank signed',
    dayFailures: {
      DAY_SIGNATURE_WRONG: 'NOT VALID: a day is not signed by a key of the key file.',
      PATH_WRONG: 'NOT VALID: the path of an event does not lead to the root of the signed day.',
      EVENTS_DIFFER: 'NOT VALID: the document has not one path, and one alone, for each event of the change.',
    },
  },
};
