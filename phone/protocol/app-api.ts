import * as z from 'zod/mini';
import { challengeSchema } from './challenge.ts';
import type { EnrolmentRequest } from './enrolment.ts';

/** A refusal of the service (RFC 9457); branch on `code`, never on the text. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly status: number;
  readonly code: string;
  /** For a wrong binding code: how many more may be tried. */
  readonly attemptsLeft: number | undefined;
  /** For a change that is closed: how it ended. */
  readonly changeStatus: string | undefined;

  constructor(problem: z.infer<typeof problemSchema>) {
    super(problem.detail ?? problem.title);
    this.status = problem.status;
    this.code = problem.code;
    this.attemptsLeft = problem.attemptsLeft;
    this.changeStatus = problem.change?.status;
  }
}

/** The service's own word; what a gateway says, or an answer that broke off or never came, leaves it open. */
export function isDefinite(error: unknown): error is RefusalError {
  if (!(error instanceof RefusalError)) return false;
  return error.status < 500 && error.code !== 'TOO_MANY_REQUESTS' && !error.code.startsWith('HTTP_');
}

const problemSchema = z.object({
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.optional(z.string()),
  attemptsLeft: z.optional(z.number()),
  change: z.optional(z.object({ status: z.string() })),
});

const deviceSchema = z.object({ deviceId: z.string(), name: z.string() });

const meSchema = z.object({
  user: z.object({ userId: z.string(), fullName: z.string(), username: z.string(), role: z.string() }),
  device: z.nullable(deviceSchema),
  token: z.object({ tokenId: z.string(), status: z.string() }),
  /** The change of the token that is not yet applied; a service of an earlier version does not tell it. */
  pendingChange: z.optional(z.nullable(z.object({ changeId: z.string(), action: z.string() }))),
  physicalToken: z.nullable(z.object({ status: z.string() })),
  /** The person's latest other sign-in on a phone; a service of an earlier version does not tell it. */
  lastAccess: z.optional(z.nullable(z.string())),
  /** The device that was asked about, if the service has retired it. */
  retiredDeviceId: z.optional(z.nullable(z.string())),
});

const enrolledSchema = z.object({ deviceId: z.string(), tokenId: z.string(), seed: z.string() });

const authorizationsSchema = z.object({
  items: z.array(
    z.object({
      changeId: z.string(),
      challenge: challengeSchema,
      attemptsLeft: z.number(),
      /** The company's name and the usernames of whom the challenge names: no part of what is signed. */
      names: z.optional(z.object({ company: z.optional(z.string()), usernames: z.record(z.string(), z.string()) })),
    }),
  ),
});

const decidedSchema = z.object({ changeId: z.string(), status: z.string() });

export type Authorization = z.infer<typeof authorizationsSchema>['items'][number];
export type AppMe = z.infer<typeof meSchema>;

export interface AppApiOptions {
  /** Base address, as `apiUrl` of the configuration gives it. */
  readonly apiUrl: string;
  /** Gives an access token with the scope `llavero/app`, fresh enough for one call. */
  readonly accessToken: () => string | Promise<string>;
  readonly fetch?: typeof fetch;
  /** Longer than the gateway's own limit, so that a slow answer is still an answer. */
  readonly timeoutMs?: number;
}

/** The service as a phone sees it; every call resolves to the checked answer or throws `RefusalError`. */
export function createAppApi({ apiUrl, accessToken, fetch = globalThis.fetch, timeoutMs = 30_000 }: AppApiOptions) {
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await accessToken()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await readJson(response);
    if (response.ok) return answer;
    throw new RefusalError(toProblem(answer, response.status));
  }

  return {
    /** Who the caller is; asked about a device of theirs, also whether that one is retired. */
    me: async (deviceId?: string) => {
      const about = deviceId === undefined ? '' : `?deviceId=${encodeURIComponent(deviceId)}`;
      return meSchema.parse(await call('GET', `/app/me${about}`));
    },
    enrol: async (request: EnrolmentRequest) => enrolledSchema.parse(await call('POST', '/app/devices', request)),
    updatePushToken: async (deviceId: string, body: { pushToken: string; proof: string }): Promise<void> => {
      await call('PUT', `/app/devices/${encodeURIComponent(deviceId)}/push-token`, body);
    },
    authorizations: async () => authorizationsSchema.parse(await call('GET', '/app/authorizations')).items,
    decide: async (changeId: string, decision: string) =>
      decidedSchema.parse(
        await call('POST', `/app/authorizations/${encodeURIComponent(changeId)}/decision`, { decision }),
      ),
  };
}

export type AppApi = ReturnType<typeof createAppApi>;

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A gateway in between may answer with anything; this turns its answer into a problem document. */
function toProblem(answer: unknown, status: number): z.infer<typeof problemSchema> {
  const parsed = problemSchema.safeParse(answer);
  return parsed.success ? parsed.data : { title: `The service answered ${status}`, status, code: `HTTP_${status}` };
}
