import { randomUUID } from 'node:crypto';
import {
  type Answer as Answered,
  type AppApi,
  type Authorization,
  createAppApi,
  createKeys,
  decide,
  type EnrolledPhone,
  enrol,
  type PhoneKeys,
} from '../../../phone/protocol/index.ts';
import type { Person } from './company.ts';
import { eventually } from './eventually.ts';
import { type Answer, type CallOptions, call } from './http.ts';
import { stack } from './stack.ts';
import { accessToken, openWeb, type Web } from './web.ts';

/** The app of a signed-in person, before and after a phone is enrolled. */
export interface App {
  readonly person: Person;
  readonly api: AppApi;
  readonly userId: string;
  readonly tokenId: string;
  readonly send: (method: string, path: string, options?: CallOptions) => Promise<Answer>;
}

/** An enrolled phone with everything it holds. */
export interface Phone extends App, EnrolledPhone {
  readonly keys: PhoneKeys;
  readonly pushToken: string;
  /** Reads the changes that wait for this phone. */
  readonly waitingNow: () => Promise<Authorization[]>;
  /** Waits until this phone is asked about the change. */
  readonly waiting: (changeId: string) => Promise<Authorization>;
  /** Signs an answer as this phone does. */
  readonly sign: (waiting: Authorization, answered: Answered) => Promise<string>;
  /** Sends any text as the decision of a change. */
  readonly post: (changeId: string, decision: string) => Promise<Answer>;
  /** Waits for the change, signs the answer and sends it. */
  readonly answer: (changeId: string, answered: Answered) => Promise<Answer>;
}

/** Signs a person in to the app. */
export async function openApp(person: Person): Promise<App> {
  const token = await accessToken(person, 'app');
  const api = createAppApi({ apiUrl: stack().apiUrl, accessToken: () => token });
  const me = await api.me();
  const send = (method: string, path: string, options?: CallOptions) => call(token, method, path, options);
  return { person, api, userId: me.user.userId, tokenId: me.token.tokenId, send };
}

export interface EnrolOptions {
  readonly pushToken?: string;
  readonly platform?: 'IOS' | 'ANDROID';
  readonly keys?: PhoneKeys;
}

/** Enrols a phone with an activation code. */
export async function enrolPhone(app: App, activationCode: string, options: EnrolOptions = {}): Promise<Phone> {
  const { pushToken = `push-${randomUUID()}`, platform = 'ANDROID', keys = await createKeys() } = options;
  const enrolment = { userId: app.userId, activationCode, name: 'Celular Demo', platform, pushToken };
  return makePhone(app, await enrol(app.api, enrolment, keys), { keys, pushToken });
}

/** The phone of an app that the service has enrolled. */
export function makePhone(
  app: App,
  enrolled: EnrolledPhone,
  { keys, pushToken }: { keys: PhoneKeys; pushToken: string },
): Phone {
  const { userId, api, send } = app;
  const signer = { deviceId: enrolled.deviceId, userId, signingKey: keys.signing.privateKey };
  const sign = (waiting: Authorization, answered: Answered) => decide(waiting.challenge, answered, signer);
  const post = (changeId: string, decision: string) =>
    send('POST', `/app/authorizations/${changeId}/decision`, { body: { decision } });
  const waiting = async (changeId: string): Promise<Authorization> => {
    const isIt = (item: Authorization) => item.changeId === changeId;
    const found = (await eventually(api.authorizations, (items) => items.some(isIt))).find(isIt);
    if (!found) throw new Error(`Change ${changeId} does not wait`);
    return found;
  };
  return {
    ...app,
    ...enrolled,
    keys,
    pushToken,
    waitingNow: api.authorizations,
    waiting,
    sign,
    post,
    answer: async (changeId, answered) => post(changeId, await sign(await waiting(changeId), answered)),
  };
}

/** Signs a person in to the app and enrols their phone, with the code of the import or one that the administrator makes. */
export async function openPhone(person: Person, administrator?: Web, options?: EnrolOptions): Promise<Phone> {
  const app = await openApp(person);
  const code = person.activationCode ?? (await administrator?.activationCode(app.tokenId));
  if (!code) throw new Error(`${person.username} has no activation code, and no administrator to make one`);
  return enrolPhone(app, code, options);
}

/** An administrator at the web front with a phone in the other hand. */
export interface Administrator {
  readonly web: Web;
  readonly phone: Phone;
}

/** Opens both for an administrator. */
export async function openAdministrator(person: Person): Promise<Administrator> {
  const [web, phone] = await Promise.all([openWeb(person), openPhone(person)]);
  return { web, phone };
}

/** Enrolled phones for the holders, side by side. */
export function openPhones(people: readonly Person[], administrator: Web): Promise<Phone[]> {
  return Promise.all(people.map((person) => openPhone(person, administrator)));
}

/** The approval of a change with the six digits that its requester sees. */
export function approval({ bindingCode }: { bindingCode?: string | undefined }): Answered {
  if (!bindingCode) throw new Error('The change shows no code to this person');
  return { decision: 'APPROVE', bindingCode };
}

export const REJECTION: Answered = { decision: 'REJECT' };
