import type { Receipt } from '../../shared/domain/receipt.ts';
import type { Failure, Step } from '../../shared/security/receipt-step.ts';
import type { Malformation } from './malformation.ts';

export const LANGUAGES = ['es', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Everything the verifier says, in one language. */
export interface Texts {
  readonly steps: Readonly<Record<Step, string>>;
  readonly failures: Readonly<Record<Failure, string>>;
  readonly valid: string;
  readonly invalid: (step: string) => string;
  readonly malformations: Readonly<Record<Malformation, string>>;
  readonly about: (receipt: Receipt) => readonly string[];
}

const es: Texts = {
  steps: {
    FORM: 'Forma: el archivo es, byte por byte, la forma canónica de su contenido (RFC 8785)',
    SIGNATURE: 'Firma: lo firmó una llave del archivo de llaves, y nada ha cambiado desde entonces',
    CONTENTS: 'Contenido: es un comprobante completo, del formato llavero-receipt/1',
    RECORD: 'Registro: cada evento conserva su huella y continúa el anterior, sin huecos',
    CHANGE: 'Cambio: los eventos son de este cambio, de estas personas y de estos momentos',
    CHALLENGE: 'Reto: lo que había que decidir es este cambio, y se decidió antes de su vencimiento',
    DEVICE: 'Celular: la llave es la que el registro muestra habilitada por esa persona antes del cambio',
    DECISION: 'Decisión: esa llave firmó la autorización de este reto, y su dueño podía darla',
    RESCUE: 'Rescate: lo propuso una persona del banco y lo confirmó otra, como dicen los eventos',
    EFFECT: 'Efecto: el token quedó en el estado que corresponde a la acción',
  },
  failures: {
    NOT_CANONICAL: 'el archivo no es la forma canónica de su contenido: no es el que entregó el servicio',
    KEY_NOT_PINNED: 'la llave que dice haberlo firmado no está en el archivo de llaves',
    SIGNATURE_WRONG: 'la firma no corresponde al contenido',
    NOT_THIS_FORMAT: 'el contenido no es el del formato llavero-receipt/1',
    KEY_ID_DIFFERS: 'el comprobante nombra otra llave que su firma',
    EVENT_HASH_WRONG: 'un evento no corresponde a su huella',
    EVENTS_NOT_LINKED: 'un evento no continúa el anterior',
    HEAD_WRONG: 'el último evento no concuerda con la cabeza del registro',
    EVENTS_OF_ANOTHER_CHANGE: 'los eventos no son los de este cambio',
    FOREIGN_RECORD: 'el registro es de otro token',
    PERSON_OR_TIME_DIFFERS: 'una persona o un momento no es el que dicen los eventos',
    TIMES_OUT_OF_ORDER: 'los momentos no siguen el orden en que ocurre un cambio',
    CHALLENGE_DIFFERS: 'el reto no dice lo mismo que el cambio',
    KEY_NOT_ENROLLED: 'la llave no es la que esa persona habilitó según el registro',
    ENROLLED_TOO_LATE: 'el celular se habilitó después de solicitado el cambio',
    FOREIGN_PHONE: 'el celular no es del token que corresponde a su dueño',
    DECISION_SIGNATURE_WRONG: 'la decisión no está firmada por la llave del celular',
    DECISION_OF_ANOTHER: 'la decisión firmada no aprueba este reto',
    NOT_AN_APPROVER: 'quien decidió no podía hacerlo según la política',
    NOT_TWO_PERSONS: 'no son dos personas del banco distintas, o no son las de los eventos',
    OUT_OF_TIME: 'no se decidió dentro del plazo, o el plazo pasa de diez minutos',
    EFFECT_DIFFERS: 'el efecto no es el de la acción',
    STATES_NOT_LINKED: 'un evento no parte del estado o del celular en que quedó el anterior',
    MEMBER_MISSING: 'falta un dato necesario, o sobra uno que no debe estar',
  },
  valid: 'VÁLIDO: el comprobante es auténtico y está completo.',
  invalid: (step) => `NO VÁLIDO: falló el paso ${step}.`,
  malformations: {
    TOO_LONG: 'no es un comprobante: es demasiado largo',
    NOT_TEXT: 'no es un comprobante: no es texto UTF-8',
    NOT_JSON: 'no es un comprobante: no es JSON',
    NO_SIGNATURE: 'no es un comprobante: no tiene firma',
  },
  about: ({ change, record, issuedAt }) => [
    `${ACTIONS.es[change.action]} del token ${change.tokenId} de ${change.holder.fullName} (${change.companyId})`,
    `solicitado por ${change.requestedBy.fullName}: ${change.createdAt}, causal ${change.reason}, ${describeNote(change, 'nota', 'sin nota')}`,
    ...describeAuthorization(change, 'autorizado por', 'política'),
    `aplicado: ${change.appliedAt}${describeSeed(record, ', semilla destruida', ', no había semilla')}`,
    `comprobante emitido: ${issuedAt}`,
  ],
};

const en: Texts = {
  steps: {
    FORM: 'Form: the file is, byte for byte, the canonical form of its contents (RFC 8785)',
    SIGNATURE: 'Signature: a key of the key file signed it, and nothing has changed since',
    CONTENTS: 'Contents: it is a whole receipt of the format llavero-receipt/1',
    RECORD: 'Record: each event has its hash and follows the one before, without a gap',
    CHANGE: 'Change: the events are of this change, of these persons and these times',
    CHALLENGE: 'Challenge: what was to be decided is this change, and it was decided before it expired',
    DEVICE: 'Phone: the key is the one that the record shows as enrolled by that person before the change',
    DECISION: 'Decision: that key signed the approval of this challenge, and its owner was one who may',
    RESCUE: 'Rescue: one person of the bank proposed it and another confirmed it, as the events tell',
    EFFECT: 'Effect: the token came to the state that the action leads to',
  },
  failures: {
    NOT_CANONICAL: 'the file is not the canonical form of its contents: not the one that the service gave',
    KEY_NOT_PINNED: 'the key that is said to have signed it is not in the key file',
    SIGNATURE_WRONG: 'the signature is not of these contents',
    NOT_THIS_FORMAT: 'the contents are not of the format llavero-receipt/1',
    KEY_ID_DIFFERS: 'the receipt names another key than its signature',
    EVENT_HASH_WRONG: 'an event has not the hash it says',
    EVENTS_NOT_LINKED: 'an event does not follow the one before',
    HEAD_WRONG: 'the last event does not agree with the head of the record',
    EVENTS_OF_ANOTHER_CHANGE: 'the events are not those of this change',
    FOREIGN_RECORD: 'the record is of another token',
    PERSON_OR_TIME_DIFFERS: 'a person or a time is not the one that the events tell',
    TIMES_OUT_OF_ORDER: 'the times are not in the order in which a change happens',
    CHALLENGE_DIFFERS: 'the challenge does not say what the change says',
    KEY_NOT_ENROLLED: 'the key is not the one that this person enrolled according to the record',
    ENROLLED_TOO_LATE: 'the phone was enrolled after the change was requested',
    FOREIGN_PHONE: 'the phone is not on the token that its owner has',
    DECISION_SIGNATURE_WRONG: 'the decision is not signed with the phone’s key',
    DECISION_OF_ANOTHER: 'the signed decision does not approve this challenge',
    NOT_AN_APPROVER: 'whoever decided could not under the policy',
    NOT_TWO_PERSONS: 'they are not two different persons of the bank, or not those of the events',
    OUT_OF_TIME: 'it was not decided in time, or the hold is longer than ten minutes',
    EFFECT_DIFFERS: 'the effect is not that of the action',
    STATES_NOT_LINKED: 'an event does not begin with the state or the phone that the one before left',
    MEMBER_MISSING: 'a needed member is missing, or one is there that must not be',
  },
  valid: 'VALID: the receipt is authentic and whole.',
  invalid: (step) => `NOT VALID: the step ${step} failed.`,
  malformations: {
    TOO_LONG: 'is not a receipt: it is too long',
    NOT_TEXT: 'is not a receipt: it is not UTF-8 text',
    NOT_JSON: 'is not a receipt: it is not JSON',
    NO_SIGNATURE: 'is not a receipt: it has no signature',
  },
  about: ({ change, record, issuedAt }) => [
    `${ACTIONS.en[change.action]} of token ${change.tokenId} of ${change.holder.fullName} (${change.companyId})`,
    `requested by ${change.requestedBy.fullName}: ${change.createdAt}, reason ${change.reason}, ${describeNote(change, 'note', 'no note')}`,
    ...describeAuthorization(change, 'authorized by', 'policy'),
    `applied: ${change.appliedAt}${describeSeed(record, ', seed destroyed', ', there was no seed')}`,
    `receipt issued: ${issuedAt}`,
  ],
};

const ACTIONS = {
  es: { RELEASE: 'Liberación', BLOCK: 'Bloqueo', UNBLOCK: 'Desbloqueo' },
  en: { RELEASE: 'Release', BLOCK: 'Block', UNBLOCK: 'Unblock' },
} as const;

/** In quotes, as JSON: a note cannot pass for another line of this text. */
function describeNote({ note }: Receipt['change'], label: string, none: string): string {
  return note === null ? none : `${label} ${JSON.stringify(note)}`;
}

function describeAuthorization({ authorization }: Receipt['change'], by: string, policy: string): string[] {
  if (!authorization) return [];
  const { decidedBy, decidedAt } = authorization;
  return [`${by} ${decidedBy.fullName}: ${decidedAt}, ${policy} ${authorization.policy}`];
}

function describeSeed({ events }: Receipt['record'], destroyed: string, none: string): string {
  const seedDestroyed = events.at(-1)?.details.seedDestroyed;
  if (seedDestroyed === undefined) return '';
  return seedDestroyed === true ? destroyed : none;
}

export const TEXTS: Readonly<Record<Language, Texts>> = { es, en };
