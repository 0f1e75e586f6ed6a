import type { Receipt } from '../../shared/domain/receipt.ts';
import { decisionPayloadSchema } from '../../shared/security/verify-decision.ts';
import { readJws } from '../../shared/security/verify-jws.ts';
import type { Language } from './texts.ts';

/** The lines that tell what a valid receipt proves by whose word: a phone's signature, or the bank's alone. */
export function describeProof(receipt: Receipt, language: Language): string[] {
  const { change, device, decision, keyId } = receipt;
  const words = WORDS[language];
  const bank = [words.bank, ...words.bankOf[change.action].map((line) => `- ${line}`)];
  if (!device || !decision || !change.authorization) {
    const told = change.authorization ? words.rescue : words.block;
    return [told, ...bank, `${words.signedWith} ${keyId}`];
  }
  const { userVerification } = decisionPayloadSchema.parse(readJws(decision).payload);
  const owner = change.authorization.decidedBy;
  return [
    `${words.phone} ${device.deviceId}:`,
    ...words.byPhone.map((line) => `- ${line}`),
    `- ${userVerification ? words.verified[userVerification] : words.unverified}`,
    ...bank,
    `- ${words.owner(`${owner.fullName} (${owner.userId})`)}`,
    `${words.phoneKey} ${String(device.enrolment.details.signingKeyThumbprint)}`,
    `${words.signedWith} ${keyId}`,
  ];
}

/** The texts of every kind of receipt, in one language. */
interface Words {
  readonly phone: string;
  readonly byPhone: readonly string[];
  readonly verified: Readonly<Record<'BIOMETRIC' | 'PIN' | 'NONE', string>>;
  readonly unverified: string;
  readonly block: string;
  readonly rescue: string;
  readonly bank: string;
  readonly bankOf: Readonly<Record<Receipt['change']['action'], readonly string[]>>;
  readonly owner: (name: string) => string;
  readonly phoneKey: string;
  readonly signedWith: string;
}

const ES = {
  requested: 'que lo solicitó esa persona: quien solicita no firma nada',
  authorized: 'los momentos, la política y que quien autorizó podía hacerlo',
};

const EN = {
  requested: 'that this person requested it: a requester signs nothing',
  authorized: 'the times, the policy and that whoever authorized was entitled to',
};

const WORDS: Readonly<Record<Language, Words>> = {
  es: {
    phone: 'Lo prueba la firma del celular, que el banco no puede hacer, con el dispositivo',
    byPhone: [
      'que esa llave aprobó este reto exacto: acción, token, titular, causal, nota, solicitante, solicitud y vencimiento',
      'que la aprobación lleva seis dígitos; que eran los de la web es palabra del banco',
    ],
    verified: {
      BIOMETRIC: 'que la app dijo haber verificado a la persona con biometría',
      PIN: 'que la app dijo haber verificado a la persona con un PIN',
      NONE: 'que la app dijo no haber verificado a la persona',
    },
    unverified: 'la app no dijo si verificó a la persona',
    block: 'Ningún celular lo firmó: un bloqueo no se autoriza, y todo es palabra del banco.',
    rescue: 'Ningún celular lo firmó: lo autorizaron dos personas del banco, y todo es palabra del banco.',
    bank: 'Es palabra del banco, por su firma:',
    bankOf: {
      RELEASE: [ES.requested, ES.authorized, 'que el token se liberó, y que la semilla se destruyó si así lo dice'],
      UNBLOCK: [ES.requested, ES.authorized, 'que el token se desbloqueó'],
      BLOCK: [ES.requested, 'los momentos', 'que el token se bloqueó'],
    },
    owner: (name) => `que el celular y su llave eran de ${name}`,
    phoneKey: 'llave del celular:',
    signedWith: 'firmado por el banco con la llave:',
  },
  en: {
    phone: 'Proven by the phone’s signature, which the bank cannot make, with the device',
    byPhone: [
      'that this key approved exactly this challenge: action, token, holder, reason, note, requester, request and expiry',
      'that the approval bears six digits; that they were those of the web is the bank’s word',
    ],
    verified: {
      BIOMETRIC: 'that the app said it verified the person by biometrics',
      PIN: 'that the app said it verified the person by a PIN',
      NONE: 'that the app said it did not verify the person',
    },
    unverified: 'the app did not say if it verified the person',
    block: 'No phone signed it: nobody authorizes a block, and everything is the bank’s word.',
    rescue: 'No phone signed it: two persons of the bank authorized it, and everything is the bank’s word.',
    bank: 'On the bank’s word, by its signature:',
    bankOf: {
      RELEASE: [EN.requested, EN.authorized, 'that the token was released, and its seed destroyed if it says so'],
      UNBLOCK: [EN.requested, EN.authorized, 'that the token was unblocked'],
      BLOCK: [EN.requested, 'the times', 'that the token was blocked'],
    },
    owner: (name) => `that the phone and its key were those of ${name}`,
    phoneKey: 'key of the phone:',
    signedWith: 'signed by the bank with the key:',
  },
};
