import { type CompanyWish, loadCompanies } from '../support/company.ts';
import { type Administrator, type App, openAdministrator, openApp, openPhones, type Phone } from '../support/phone.ts';
import type { ChangeRequest, Web } from '../support/web.ts';

/** A request with the one key that it is repeated with; its note is found again in the change. */
export interface Request {
  readonly note: string;
  readonly key: string;
  readonly tokenId: string;
  readonly requester: Administrator;
  readonly body: ChangeRequest;
  /** The change, once an answer told of it. */
  changeId?: string;
}

/** A phone's answer: with the right code or a wrong one, or about a change that it was never asked. */
export type DecisionKind = 'APPROVE' | 'WRONG_CODE' | 'REJECT' | 'IMPOSTOR';

/** A decision that a phone sent. */
export interface Decision {
  readonly changeId: string;
  readonly phone: Phone;
  readonly sentAt: number;
  readonly kind: DecisionKind;
  status?: number;
}

/** The people of one company with their phones, and what they did. */
export interface Crew {
  readonly companyId: string;
  readonly administrators: readonly Administrator[];
  readonly apps: readonly App[];
  /** The phone that each person uses now, by user. */
  readonly phones: Map<string, Phone>;
  /** Every phone that there ever was. */
  readonly allPhones: Phone[];
  readonly requests: Request[];
  readonly decisions: Decision[];
  /** Codes that the bank's systems were told are good, by phone. */
  readonly goodCodes: string[];
}

const WISHES: readonly CompanyWish[] = [
  { policy: 'REQUESTER', administrators: 2, secondaries: 7 },
  { policy: 'OTHER_ADMINISTRATOR', administrators: 3, secondaries: 6 },
  { policy: 'HOLDER', administrators: 2, secondaries: 7 },
];

/** Loads the companies, one of each policy, and enrols everybody's phone. */
export async function openCrews(): Promise<Crew[]> {
  const companies = await loadCompanies('storm', WISHES);
  const crews: Crew[] = [];
  for (const { companyId, administrators: people, secondaries } of companies) {
    const administrators = await Promise.all(people.map(openAdministrator));
    const web = firstWeb(administrators);
    const holders = await openPhones(secondaries, web);
    const allPhones = [...administrators.map(({ phone }) => phone), ...holders];
    crews.push({
      companyId,
      administrators,
      apps: await Promise.all([...people, ...secondaries].map(openApp)),
      phones: new Map(allPhones.map((phone) => [phone.userId, phone])),
      allPhones,
      requests: [],
      decisions: [],
      goodCodes: [],
    });
  }
  return crews;
}

export function firstWeb(administrators: readonly Administrator[]): Web {
  const [first] = administrators;
  if (!first) throw new Error('A company without an administrator');
  return first.web;
}
