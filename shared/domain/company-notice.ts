import { type ApprovalPolicy, approvalPolicySchema } from './company.ts';
import type { EventType, TokenEvent } from './event.ts';
import {
  BANK,
  type Both,
  composeNotice,
  formatTime,
  type Language,
  type NoticeText,
  type Occurrence,
} from './notice.ts';

/** The events of a company's own record that its administrators learn of; the stream's filter names the same. */
export const COMPANY_NOTICED_EVENTS = [
  'POLICY_CHANGED',
  'ADMINISTRATOR_ADDED',
  'ADMINISTRATOR_REMOVED',
  'USER_ENABLED',
  'USER_DISABLED',
  'SIGN_IN_CHANGED',
  'NOTICE_ADDRESS_CHANGED',
] as const satisfies EventType[];

type CompanyNoticed = (typeof COMPANY_NOTICED_EVENTS)[number];

/** Finds what kind of event it is for the company's administrators; undefined where they do not learn of it. */
export function findCompanyNoticed({ type }: Pick<TokenEvent, 'type'>): CompanyNoticed | undefined {
  return COMPANY_NOTICED_EVENTS.find((noticed) => noticed === type);
}

const OCCURRENCES: Readonly<Record<CompanyNoticed, Occurrence>> = {
  POLICY_CHANGED: {
    headline: {
      es: 'Cambió quién autoriza los cambios de los tokens de la empresa',
      en: 'Who authorizes changes of the company’s tokens was changed',
    },
    effect: {
      es: 'Rige para toda solicitud desde ahora; las que ya están en espera conservan su autorizador.',
      en: 'It holds for every request from now on; those already held keep theirs.',
    },
  },
  ADMINISTRATOR_ADDED: {
    headline: { es: 'La empresa tiene un administrador más', en: 'The company has one administrator more' },
    effect: {
      es: 'Puede solicitar cambios de los tokens de la empresa y, según quién deba autorizarlos, autorizarlos.',
      en: 'They may request changes of the company’s tokens and, as the policy says, authorize them.',
    },
  },
  ADMINISTRATOR_REMOVED: {
    headline: { es: 'La empresa tiene un administrador menos', en: 'The company has one administrator less' },
    effect: {
      es: 'Ya no puede actuar como administrador; lo que había solicitado ya no se aprueba.',
      en: 'They act as administrator no more; what they had requested is approved no more.',
    },
  },
  USER_ENABLED: {
    headline: { es: 'Se habilitó de nuevo un usuario de la empresa', en: 'A user of the company was enabled again' },
    effect: {
      es: 'Puede entrar de nuevo; su token sigue en el estado en que estaba.',
      en: 'They may sign in again; their token is in the state in which it was.',
    },
  },
  USER_DISABLED: {
    headline: { es: 'Se inhabilitó un usuario de la empresa', en: 'A user of the company was disabled' },
    effect: {
      es: 'No puede entrar y los códigos de su token no son válidos.',
      en: 'They cannot sign in, and the codes of their token are not valid.',
    },
  },
  SIGN_IN_CHANGED: {
    headline: {
      es: 'Cambió el acceso de un administrador de la empresa',
      en: 'An administrator of the company has another sign-in',
    },
    effect: {
      es: 'Con el acceso anterior ya no se entra. Sus permisos, su token y su celular siguen como estaban.',
      en: 'The earlier one opens nothing any more. Their rights, token and phone are as they were.',
    },
  },
  NOTICE_ADDRESS_CHANGED: {
    headline: { es: 'Cambió el correo de avisos de un usuario', en: 'A user’s address for notices was changed' },
    effect: {
      es: 'Sus avisos llegan desde ahora a otra dirección; este también se envía a la anterior.',
      en: 'Their notices go to another address from now on; this one goes to the earlier one too.',
    },
  },
};

const POLICIES: Readonly<Record<ApprovalPolicy, Both>> = {
  REQUESTER: { es: 'El administrador que hace la solicitud', en: 'The administrator who makes the request' },
  OTHER_ADMINISTRATOR: { es: 'Otro administrador de la empresa', en: 'Another administrator of the company' },
  HOLDER: { es: 'El titular del token', en: 'The token’s holder' },
};

const LABELS = {
  company: { es: 'Empresa', en: 'Company' },
  user: { es: 'Usuario', en: 'User' },
  before: { es: 'Autorizaba', en: 'Authorized until now' },
  after: { es: 'Autoriza', en: 'Authorizes from now on' },
  by: { es: 'Hecho por', en: 'Done by' },
  when: { es: 'Fecha y hora', en: 'When' },
  reference: { es: 'Referencia', en: 'Reference' },
} as const satisfies Record<string, Both>;

/** The notice of an event of a company's own record, in Spanish, then in English. No address is in it. */
export function companyNoticeTexts(
  noticed: CompanyNoticed,
  event: TokenEvent,
  companyName: string,
): readonly [NoticeText, NoticeText] {
  const say = (language: Language): NoticeText =>
    composeNotice(OCCURRENCES[noticed], listFacts(noticed, event, companyName, language), event, language);
  return [say('es'), say('en')];
}

function listFacts(
  noticed: CompanyNoticed,
  { at, actor, details }: TokenEvent,
  companyName: string,
  language: Language,
): NoticeText['facts'] {
  const { fullName, from, to, requestId } = details;
  const policy = (value: unknown) => POLICIES[approvalPolicySchema.parse(value)][language];
  const values: Partial<Record<keyof typeof LABELS, string>> = {
    company: companyName,
    ...(typeof fullName === 'string' ? { user: fullName } : {}),
    ...(noticed === 'POLICY_CHANGED' ? { before: policy(from), after: policy(to) } : {}),
    by: actor.fullName ?? BANK[language],
    when: formatTime(new Date(at), language),
    ...(typeof requestId === 'string' ? { reference: requestId } : {}),
  };
  return Object.entries(LABELS).flatMap(([name, label]) => {
    const value = new Map(Object.entries(values)).get(name);
    return value ? [{ label: label[language], value }] : [];
  });
}
