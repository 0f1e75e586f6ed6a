import { type Action, type Change, isRescue } from './change.ts';
import { namePerson } from './change-names.ts';
import { changeNumber } from './change-number.ts';
import type { EventType, TokenEvent } from './event.ts';
import { nameFully } from './full-name.ts';
import { findReason } from './reasons.ts';
import { supportAt } from './support.ts';
import type { Person, User } from './user.ts';

/** The events of a token that its holder learns of; the stream's filter names the same. */
export const NOTICED_EVENTS = ['CHANGE_REQUESTED', 'CHANGE_APPLIED', 'TOKEN_ENROLLED'] as const satisfies EventType[];

/** True if the holder learns of this kind of event. */
export function isNoticed(event: Pick<TokenEvent, 'type'>): boolean {
  return NOTICED_EVENTS.some((type) => type === event.type);
}

export type Language = 'es' | 'en';

/** The texts of a notice in one language: none is secret, and no code, seed or push token is among them. */
export interface NoticeText {
  readonly language: Language;
  readonly headline: string;
  readonly effect: string;
  /** Who, when and why, each with its label. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly adviceTitle: string;
  /** The advice for whoever did not expect it. */
  readonly advice: readonly string[];
}

export type Both = Readonly<Record<Language, string>>;

/** The event, and its consequence. */
export interface Occurrence {
  readonly headline: Both;
  readonly effect: Both;
}

const HELD: Both = {
  es: 'Nada cambia hasta que se autorice en el celular; si nadie lo autoriza a tiempo, la solicitud vence.',
  en: 'Nothing changes until it is authorized on the phone; if nobody does in time, the request expires.',
};

const REQUESTED: Readonly<Record<Action, Occurrence>> = {
  RELEASE: {
    headline: { es: 'Se solicitó liberar el token virtual', en: 'A release of the virtual token was requested' },
    effect: HELD,
  },
  UNBLOCK: {
    headline: { es: 'Se solicitó desbloquear el token virtual', en: 'An unblock of the virtual token was requested' },
    effect: HELD,
  },
  BLOCK: {
    headline: { es: 'Se solicitó bloquear el token virtual', en: 'A block of the virtual token was requested' },
    effect: HELD,
  },
};

const APPLIED: Readonly<Record<Action, Occurrence>> = {
  RELEASE: {
    headline: { es: 'El token virtual fue liberado', en: 'The virtual token was released' },
    effect: {
      es: 'La semilla fue destruida y el celular quedó desvinculado: sus códigos ya no sirven.',
      en: 'The seed was destroyed and the phone unbound: its codes are not valid any more.',
    },
  },
  UNBLOCK: {
    headline: { es: 'El token virtual fue desbloqueado', en: 'The virtual token was unblocked' },
    effect: {
      es: 'El token vuelve al estado que tenía antes del bloqueo.',
      en: 'The token is again as it was before the block.',
    },
  },
  BLOCK: {
    headline: { es: 'El token virtual fue bloqueado', en: 'The virtual token was blocked' },
    effect: {
      es: 'Mientras esté bloqueado no da códigos válidos ni autoriza nada.',
      en: 'While it is blocked it gives no valid codes and authorizes nothing.',
    },
  },
};

/** A rescue asks no phone. */
const HELD_BY_BANK: Both = {
  es: 'Nada cambia hasta que otra persona del banco lo confirme; si nadie lo confirma a tiempo, la solicitud vence.',
  en: 'Nothing changes until another person of the bank confirms it; if nobody does in time, the request expires.',
};

/** A block of a token that was blocked ends what was asked for meanwhile, but for a rescue. */
const BLOCKED_AGAIN: Occurrence = {
  headline: {
    es: 'Se bloqueó otra vez el token virtual, que ya estaba bloqueado',
    en: 'The virtual token was blocked again; it was blocked already',
  },
  effect: {
    es: 'Lo que la empresa hubiera solicitado para él queda sin efecto. Sigue sin dar códigos válidos ni autorizar nada.',
    en: 'What the company had asked for of it has no effect. It still gives no valid codes and authorizes nothing.',
  },
};

/** There was no seed to destroy: no phone was ever bound, or the seed had been lost. */
const RELEASED_WITHOUT_SEED: Occurrence = {
  headline: APPLIED.RELEASE.headline,
  effect: {
    es: 'El token quedó sin semilla y sin celular: ningún código suyo es válido.',
    en: 'The token is left without a seed and without a phone: no code of it is valid.',
  },
};

const ENROLLED: Occurrence = {
  headline: { es: 'El token virtual fue habilitado en un celular', en: 'The virtual token was enrolled on a phone' },
  effect: {
    es: 'Los códigos de ese celular son válidos desde ahora; el token físico, si lo había, queda inhabilitado.',
    en: 'That phone’s codes are valid from now on; the physical token, if there was one, is disabled.',
  },
};

const LABELS = {
  company: { es: 'Empresa', en: 'Company' },
  holder: { es: 'Titular', en: 'Holder' },
  enrolledBy: { es: 'Habilitó', en: 'Enrolled by' },
  requestedBy: { es: 'Solicitó', en: 'Requested by' },
  authorizedBy: { es: 'Autorizó', en: 'Authorized by' },
  phone: { es: 'Celular', en: 'Phone' },
  when: { es: 'Fecha y hora', en: 'When' },
  reason: { es: 'Causal', en: 'Reason' },
  note: { es: 'Nota', en: 'Note' },
  number: { es: 'Número del cambio', en: 'Change number' },
  reference: { es: 'Referencia', en: 'Reference' },
} as const satisfies Record<string, Both>;

export const BANK: Both = { es: 'Personal del banco', en: 'The bank’s staff' };

const ADVICE_TITLE: Both = {
  es: 'Si usted no esperaba esto, avise de inmediato:',
  en: 'If you did not expect this, tell us at once:',
};

/** The subject of a notice. */
export interface NoticeSubject {
  readonly event: TokenEvent;
  readonly holder: Pick<User, 'fullName' | 'username'>;
  readonly companyName: string | undefined;
  /** The change of the event, where it has one. */
  readonly change: Change | undefined;
  /** The enrolled phone's name, for an enrolment. */
  readonly phoneName: string | undefined;
}

/** The notice in Spanish, then in English. */
export function noticeTexts(subject: NoticeSubject): readonly [NoticeText, NoticeText] {
  return [noticeText(subject, 'es'), noticeText(subject, 'en')];
}

function noticeText(subject: NoticeSubject, language: Language): NoticeText {
  return composeNotice(describeOccurrence(subject), listFacts(subject, language), subject.event, language);
}

/** A notice of this occurrence with these facts, and what to do if it was not expected. */
export function composeNotice(
  { headline, effect }: Occurrence,
  facts: NoticeText['facts'],
  { at }: Pick<TokenEvent, 'at'>,
  language: Language,
): NoticeText {
  return {
    language,
    headline: headline[language],
    effect: effect[language],
    facts,
    adviceTitle: ADVICE_TITLE[language],
    advice: listAdvice(new Date(at), language),
  };
}

function describeOccurrence({ event, change }: NoticeSubject): Occurrence {
  if (event.type === 'TOKEN_ENROLLED') return ENROLLED;
  if (!change) throw new Error('The change of an event is missing');
  if (event.type === 'CHANGE_REQUESTED') {
    const requested = REQUESTED[change.action];
    return isRescue(change) ? { ...requested, effect: HELD_BY_BANK } : requested;
  }
  if (event.details.seedDestroyed === false) return RELEASED_WITHOUT_SEED;
  return event.details.from === 'BLOCKED' && change.action === 'BLOCK' ? BLOCKED_AGAIN : APPLIED[change.action];
}

function listFacts(subject: NoticeSubject, language: Language): NoticeText['facts'] {
  const { event, change, holder, companyName, phoneName } = subject;
  const name = (person: Person | undefined) => change && person && nameFully(namePerson(change, person));
  const bank = event.actor.type === 'BANK' ? BANK[language] : undefined;
  const reason = change && (findReason(change.action, change.reason)?.label[language] ?? change.reason);
  const values = {
    company: companyName,
    holder: nameFully(holder),
    enrolledBy: change ? undefined : (event.actor.fullName ?? bank),
    requestedBy: name(change?.requestedBy),
    authorizedBy: event.type === 'CHANGE_APPLIED' ? name(change?.authorization?.decidedBy) : undefined,
    phone: phoneName,
    when: formatTime(new Date(event.at), language),
    reason,
    note: change?.note ?? undefined,
    number: change && changeNumber(change.changeId),
    reference: change?.changeId,
  } satisfies Record<keyof typeof LABELS, string | undefined>;
  return Object.entries(LABELS).flatMap(([name, label]) => {
    const value = new Map<string, string | undefined>(Object.entries(values)).get(name);
    return value ? [{ label: label[language], value }] : [];
  });
}

const LOCALES: Both = { es: 'es-CO', en: 'en-GB' };

/** A time as a person of the bank's country reads it. */
export function formatTime(at: Date, language: Language): string {
  const { timezone } = supportAt(at);
  const text = new Intl.DateTimeFormat(LOCALES[language], {
    timeZone: timezone,
    dateStyle: 'long',
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).format(at);
  return `${text} (${timezone})`;
}

const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
const DAY_NAMES: Readonly<Record<Language, readonly string[]>> = {
  es: ['lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado', 'domingo'],
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
};

function listAdvice(at: Date, language: Language): string[] {
  const { lines, schedule, timezone } = supportAt(at);
  const hours = schedule.map(({ days, from, to }) => `${dayNames(days, language)} ${from}–${to}`);
  return [
    ...lines.map(({ number, instructions }) => `${number}: ${instructions[language]}`),
    `${language === 'es' ? 'Horario' : 'Hours'}: ${hours.join('; ')} (${timezone})`,
  ];
}

function dayNames(days: readonly (typeof DAYS)[number][], language: Language): string {
  const names = days.map((day) => DAY_NAMES[language][DAYS.indexOf(day)] ?? day);
  const inARow = days.every(
    (day, index) => index === 0 || DAYS.indexOf(day) === DAYS.indexOf(days[index - 1] ?? day) + 1,
  );
  if (!inARow || names.length < 3) return names.join(', ');
  return `${names[0]} ${language === 'es' ? 'a' : 'to'} ${names.at(-1)}`;
}
