import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, CallOptions } from '../support/http.ts';

/** One call of the API as its client saw it. */
export interface Call {
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly who: string;
  readonly what: string;
  /** Undefined where no answer came. */
  readonly answer: Answer | undefined;
  readonly code: string | undefined;
  /** The changes that the answer told of. */
  readonly changes: readonly Seen[];
  /** The part of the story that the call belongs to, where its path does not say. */
  readonly about: string;
}

export interface Seen {
  readonly changeId: string;
  readonly status: string;
}

/** Longer than the gateway waits. */
const LONGEST_MS = 35_000;

/** Everything that every client was ever told. */
export class Chronicle {
  readonly calls: Call[] = [];
  readonly began = Date.now();

  /** Makes a call and notes what came of it; undefined where no answer came. */
  async call(
    who: string,
    send: (method: string, path: string, options?: CallOptions) => Promise<Answer>,
    [method, path, options]: [method: string, path: string, options?: CallOptions],
    about = '',
  ): Promise<Answer | undefined> {
    const sentAt = Date.now();
    const given = new AbortController();
    const late = sleep(LONGEST_MS, undefined, { signal: given.signal }).catch(() => undefined);
    const answer = await Promise.race([send(method, path, options).catch(() => undefined), late]);
    given.abort();
    const changes: Seen[] = [];
    if (answer) collect(answer.body, changes);
    const code = stringIn(answer?.body, 'code');
    this.calls.push({
      sentAt,
      answeredAt: Date.now(),
      who,
      what: `${method} ${path}`,
      answer,
      code,
      changes,
      about,
    });
    return answer;
  }

  /** All that anybody saw of it, in order, for a person to read. */
  tellStory(subject: string): string {
    const told = (call: Call) =>
      [call.what, call.about].some((text) => text.includes(subject)) ||
      call.changes.some(({ changeId }) => changeId === subject);
    return this.calls
      .filter(told)
      .map((call) => {
        const seen = call.changes.filter(({ changeId }) => changeId === subject).map(({ status }) => status);
        const said = [call.answer?.status ?? 'no answer', call.code, ...seen].filter((part) => part !== undefined);
        return `+${call.sentAt - this.began} ms to +${call.answeredAt - this.began} ms ${call.who}: ${call.what} ${call.about} → ${said.join(' ')}`;
      })
      .join('\n');
  }
}

/** The answer leaves it open whether anything was done: nothing came, or the service could not say. */
export function isUnclear(answer: Answer | undefined): boolean {
  return !answer || answer.status >= 500;
}

export function stringIn(value: unknown, member: string): string | undefined {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, member) : undefined;
  return typeof found === 'string' ? found : undefined;
}

function collect(value: unknown, found: Seen[]): void {
  if (typeof value !== 'object' || value === null) return;
  const [changeId, status] = [stringIn(value, 'changeId'), stringIn(value, 'status')];
  if (changeId && status) found.push({ changeId, status });
  for (const member of Object.values(value)) collect(member, found);
}
