import createFetchClient from 'openapi-fetch';
import type { paths } from './api-schema.ts';
import { NoAnswerError, SignInRequiredError, toApiProblemError } from './problem.ts';

/** Whoever calls: the access tokens come from here, and the end of a sign-in is told here. */
export interface SignIn {
  /**
   * A token good for one call.
   *
   * @throws SignInRequiredError where there is none.
   */
  accessToken(): Promise<string>;
  /** Called once after a 401: the next `accessToken` is another one. */
  renew(): Promise<void>;
  /** Called where the service refused the other one too. */
  end(): void;
}

// A little longer than the gateway's own limit.
const TIMEOUT_MS = 30_000;

/** The service's operations, each with its path, its parameters and its answer as the OpenAPI document says. */
export type Client = ReturnType<typeof createClient>;

/**
 * Calls to the service as whoever signed in.
 *
 * @throws ApiProblemError for a refusal, NoAnswerError where none came, SignInRequiredError where the sign-in ended.
 */
export function createClient(apiUrl: string, signIn: SignIn) {
  async function send(request: Request): Promise<Response> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      request.headers.set('authorization', `Bearer ${await signIn.accessToken()}`);
      return await fetch(request, { signal: AbortSignal.any([request.signal, timeout]), cache: 'no-store' });
    } catch (error) {
      if (request.signal.aborted || error instanceof SignInRequiredError) throw error;
      throw new NoAnswerError('No answer', { cause: error });
    }
  }

  async function sendSignedIn(request: Request): Promise<Response> {
    const again = request.clone();
    let response = await send(request);
    if (response.status === 401) {
      await renew(signIn);
      response = await send(again);
    }
    if (response.status === 401) {
      signIn.end();
      throw new SignInRequiredError('The service refused the sign-in');
    }
    const text = await readText(response);
    if (!response.ok) throw toApiProblemError(text, response);
    return new Response(text || null, response);
  }

  // A list has another form too, which the types leave out.
  return createFetchClient<paths, 'application/json'>({ baseUrl: apiUrl, fetch: sendSignedIn });
}

/** The body of an answer; a refusal is thrown before. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await call;
  return data as NonNullable<T>;
}

/** A login that cannot be reached has ended no sign-in: what was asked has just no answer yet. */
async function renew(signIn: SignIn): Promise<void> {
  try {
    await signIn.renew();
  } catch (error) {
    throw new NoAnswerError('The sign-in could not be renewed', { cause: error });
  }
}

async function readText(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw new NoAnswerError('The answer broke off', { cause: error });
  }
}
