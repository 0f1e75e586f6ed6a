import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { signIn } from '../../../phone/sign-in.ts';
import type { Person } from './company.ts';
import { eventually } from './eventually.ts';
import { type Answer, type CallOptions, call, patiently } from './http.ts';
import {
  activationSchema,
  type Change,
  changeSchema,
  eventSchema,
  pageSchema,
  type Token,
  type TokenEvent,
  tokenSchema,
} from './shapes.ts';
import { stack } from './stack.ts';

export interface ChangeRequest {
  readonly action: string;
  readonly reason: string;
  readonly note?: string | null;
}

export const RELEASE: ChangeRequest = { action: 'RELEASE', reason: 'PHONE_CHANGED' };
export const BLOCK: ChangeRequest = { action: 'BLOCK', reason: 'SUSPECTED_FRAUD' };
export const UNBLOCK: ChangeRequest = { action: 'UNBLOCK', reason: 'FALSE_ALARM' };

/** An access token of this person for one of the two clients. */
export function accessToken({ username }: Pick<Person, 'username'>, client: 'console' | 'app'): Promise<string> {
  return signIn(stack(), client, { username, password: stack().demo.password });
}

/** The web front as a signed-in person uses it. */
export type Web = Awaited<ReturnType<typeof openWeb>>;

/** Signs a person in to the web front. */
export async function openWeb(person: Person) {
  const token = await accessToken(person, 'console');
  const send = (method: string, path: string, options?: CallOptions): Promise<Answer> =>
    call(token, method, path, options);

  async function get<T>(path: string, schema: { parse(value: unknown): T }): Promise<T> {
    const answer = await send('GET', path);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return schema.parse(answer.body);
  }

  /** Asks for a change; the answer is whatever the service says. */
  const ask = (tokenId: string, body: unknown, key: string = randomUUID()): Promise<Answer> =>
    send('POST', `/tokens/${tokenId}/changes`, { body, headers: { 'idempotency-key': key } });

  /** Asks as a good client does: an answer 503 is asked for again with the same key. */
  const askPatiently = (tokenId: string, body: unknown, key: string = randomUUID()): Promise<Answer> =>
    patiently(() => ask(tokenId, body, key));

  /** Asks for a change that must be accepted with this status. */
  async function accepted(status: 201 | 202, tokenId: string, body: ChangeRequest, key?: string): Promise<Change> {
    const answer = await askPatiently(tokenId, body, key);
    if (answer.status !== status) throw new Error(`${body.action}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return changeSchema.parse(answer.body);
  }

  const change = (changeId: string): Promise<Change> => get(`/changes/${changeId}`, changeSchema);

  return {
    person,
    accessToken: token,
    send,
    get,
    ask,
    askPatiently,
    change,
    hold: (tokenId: string, body: ChangeRequest = RELEASE, key?: string) => accepted(202, tokenId, body, key),
    block: (tokenId: string, body: ChangeRequest = BLOCK, key?: string) => accepted(201, tokenId, body, key),
    cancel: (changeId: string): Promise<Answer> => send('POST', `/changes/${changeId}/cancellation`),
    token: (tokenId: string): Promise<Token> => get(`/tokens/${tokenId}`, tokenSchema),
    /** Waits until the change is in this status. */
    until: (changeId: string, status: Change['status'], options?: { seconds: number }): Promise<Change> =>
      eventually(
        () => change(changeId),
        (seen) => seen.status === status,
        options,
      ),
    /** The whole record of a token, oldest first. */
    events: async (tokenId: string): Promise<TokenEvent[]> =>
      (await get(`/tokens/${tokenId}/events?limit=100`, pageSchema(eventSchema))).items.toReversed(),
    /** A new activation code for the token's holder. */
    activationCode: async (tokenId: string): Promise<string> => {
      const answer = await send('POST', `/tokens/${tokenId}/activation-codes`);
      if (answer.status !== 201) throw new Error(`Activation code: ${answer.status} ${JSON.stringify(answer.body)}`);
      return activationSchema.parse(answer.body).activationCode;
    },
  };
}

const rawPage = pageSchema(z.unknown());

/** Every item of a list, page by page. */
export async function listAll<T>(
  web: Web,
  path: string,
  item: { parse(value: unknown): T },
  limit = 100,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const query = `${path.includes('?') ? '&' : '?'}limit=${limit}${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: z.infer<typeof rawPage> = await web.get(`${path}${query}`, rawPage);
    items.push(...page.items.map((value) => item.parse(value)));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}
