import { answer, createClient, isPassing, type SignIn } from '../../client/src/index.ts';

const API = 'https://api.example.test/v1';

/** One scripted answer of the network per call, and what was sent. */
function script(...answers: readonly (Response | Error)[]) {
  const sent: Request[] = [];
  let next = 0;
  const fetch = jest.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    if (!(input instanceof Request)) throw new Error('Not a request');
    sent.push(input);
    const given = answers[next++];
    if (!given || given instanceof Error) throw given ?? new Error('Nothing is left to answer');
    return given;
  });
  return { sent, fetch };
}

function aSignIn() {
  const calls: string[] = [];
  let token = 1;
  const signIn: SignIn = {
    accessToken: async () => `token-${token}`,
    renew: async () => {
      calls.push('renew');
      token += 1;
    },
    end: () => void calls.push('end'),
  };
  return { signIn, calls };
}

const json = (body: unknown, init: ResponseInit = {}) => new Response(JSON.stringify(body), init);
const aChange = { params: { path: { changeId: 'change-1' } } };

afterEach(() => jest.restoreAllMocks());

describe('a call of the client', () => {
  it('carries the token, is kept by no cache, and gives the body of the answer', async () => {
    const { sent, fetch } = script(json({ changeId: 'change-1' }));
    const { signIn, calls } = aSignIn();
    expect(await answer(createClient(API, signIn).GET('/changes/{changeId}', aChange))).toEqual({
      changeId: 'change-1',
    });
    expect(sent.map(({ url, headers }) => [url, headers.get('authorization')])).toEqual([
      [`${API}/changes/change-1`, 'Bearer token-1'],
    ]);
    expect(fetch.mock.calls[0]?.[1]).toMatchObject({ cache: 'no-store' });
    expect(calls).toEqual([]);
  });

  it('takes an answer without a body', async () => {
    script(new Response(null, { status: 204 }));
    const { response } = await createClient(API, aSignIn().signIn).PUT('/app/devices/{deviceId}/push-token', {
      params: { path: { deviceId: 'device-1' } },
      body: { pushToken: 'p', proof: 'a.b.c' },
    });
    expect(response.status).toBe(204);
  });

  it('is repeated once with a renewed token after a 401, its body too', async () => {
    const { sent } = script(json({}, { status: 401 }), json({ valid: true }));
    const { signIn, calls } = aSignIn();
    const call = createClient(API, signIn).POST('/otp/verifications', { body: { userId: 'user-1', code: '123456' } });
    expect(await answer(call)).toEqual({ valid: true });
    expect(calls).toEqual(['renew']);
    expect(sent[1]?.headers.get('authorization')).toBe('Bearer token-2');
    expect(await sent[1]?.json()).toEqual({ userId: 'user-1', code: '123456' });
  });

  it('ends the sign-in where the renewed token is refused too', async () => {
    script(json({}, { status: 401 }), json({}, { status: 401 }));
    const { signIn, calls } = aSignIn();
    await expect(createClient(API, signIn).GET('/me')).rejects.toMatchObject({ name: 'SignInRequiredError' });
    expect(calls).toEqual(['renew', 'end']);
  });

  it('ends no sign-in where the login cannot be reached', async () => {
    script(json({}, { status: 401 }));
    const { signIn, calls } = aSignIn();
    const away = { ...signIn, renew: () => Promise.reject(new Error('away')) };
    await expect(createClient(API, away).GET('/me')).rejects.toMatchObject({ name: 'NoAnswerError' });
    expect(calls).toEqual([]);
  });

  it.each([
    {
      name: 'the problem as the service told it',
      response: json(
        { code: 'TOO_MANY_REQUESTS', title: 'Wait', status: 429 },
        { status: 429, headers: { 'retry-after': '7' } },
      ),
      told: { problem: { code: 'TOO_MANY_REQUESTS', title: 'Wait', status: 429 }, retryAfter: 7 },
      passing: false,
    },
    {
      name: 'a problem of its own for a page of somebody between',
      response: new Response('<html>', { status: 502 }),
      told: { problem: { code: 'INTERNAL', title: 'HTTP 502', status: 502 }, retryAfter: undefined },
      passing: true,
    },
    {
      name: 'a problem of its own for another refusal that is none',
      response: json(null, { status: 414 }),
      told: { problem: { code: 'HTTP_414', title: 'HTTP 414', status: 414 }, retryAfter: undefined },
      passing: false,
    },
  ])('throws $name', async ({ response, told, passing }) => {
    script(response);
    const refused = await createClient(API, aSignIn().signIn)
      .GET('/me')
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'ApiProblemError', ...told });
    expect(isPassing(refused)).toBe(passing);
  });

  it('says that no answer came, which may pass', async () => {
    script(new TypeError('fetch failed'));
    const none = await createClient(API, aSignIn().signIn)
      .GET('/me')
      .catch((error: unknown) => error);
    expect(none).toMatchObject({ name: 'NoAnswerError' });
    expect(isPassing(none)).toBe(true);
  });

  it('is given up where its caller gives it up', async () => {
    const stopped = new AbortController();
    stopped.abort(new Error('left'));
    script(new Error('left'));
    await expect(createClient(API, aSignIn().signIn).GET('/me', { signal: stopped.signal })).rejects.toThrow('left');
  });
});
