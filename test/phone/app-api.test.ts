import { createAppApi, isDefinite, RefusalError } from '../../phone/protocol/index.ts';
import { aChallenge } from './fixtures.ts';

function anApi(status: number, body: unknown) {
  const requests: { url: string; init: RequestInit | undefined }[] = [];
  const api = createAppApi({
    apiUrl: 'https://api.test/v1',
    accessToken: () => 'access-1',
    fetch: async (url, init) => {
      requests.push({ url: String(url), init });
      return new Response(status === 204 ? null : typeof body === 'string' ? body : JSON.stringify(body), { status });
    },
  });
  return { api, requests };
}

describe('the service as a phone sees it', () => {
  it('sends a decision to its change, with the access token', async () => {
    const { api, requests } = anApi(200, { changeId: 'a/b', status: 'AUTHORIZED' });
    expect(await api.decide('a/b', 'jws')).toEqual({ changeId: 'a/b', status: 'AUTHORIZED' });
    expect(requests).toEqual([
      {
        url: 'https://api.test/v1/app/authorizations/a%2Fb/decision',
        init: {
          method: 'POST',
          headers: { authorization: 'Bearer access-1', 'content-type': 'application/json' },
          body: '{"decision":"jws"}',
          signal: expect.any(AbortSignal),
        },
      },
    ]);
  });

  it('gives the waiting changes', async () => {
    const item = { changeId: 'change-1', challenge: aChallenge(), attemptsLeft: 3 };
    expect(await anApi(200, { items: [item] }).api.authorizations()).toEqual([item]);
  });

  it('takes an empty answer for a new push token', async () => {
    await expect(anApi(204, '').api.updatePushToken('d', { pushToken: 'p', proof: 'j' })).resolves.toBeUndefined();
  });

  it('throws the problem with its code and the tries that are left', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Wrong code',
      status: 403,
      code: 'BINDING_CODE_MISMATCH',
      attemptsLeft: 2,
    };
    const refusal = await anApi(403, problem)
      .api.decide('c', 'jws')
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RefusalError);
    expect(refusal).toMatchObject({
      status: 403,
      code: 'BINDING_CODE_MISMATCH',
      attemptsLeft: 2,
      message: 'Wrong code',
    });
  });

  it('asks about a device by its id, and is told whether that very one is retired', async () => {
    const me = {
      user: { userId: 'u', fullName: 'Demo', username: 'demo', role: 'SECONDARY' },
      device: null,
      token: { tokenId: 't', status: 'RELEASED' },
      physicalToken: null,
      retiredDeviceId: 'a/b',
    };
    const { api, requests } = anApi(200, me);
    expect(await api.me('a/b')).toEqual(me);
    expect(await api.me()).toEqual(me);
    expect(requests.map(({ url }) => url)).toEqual([
      'https://api.test/v1/app/me?deviceId=a%2Fb',
      'https://api.test/v1/app/me',
    ]);
  });

  it.each([
    [409, { title: 'Closed', status: 409, code: 'CHANGE_CLOSED', change: { status: 'EXPIRED' } }, true],
    [403, { title: 'Refused', status: 403, code: 'PROOF_REFUSED' }, true],
    [429, { title: 'Wait', status: 429, code: 'TOO_MANY_REQUESTS' }, false],
    [503, { title: 'Later', status: 503, code: 'UNAVAILABLE' }, false],
    [403, '<html>', false],
    [200, '{"changeId":"', false],
  ])('knows which answers settle a decision: %i %j', async (status, body, definite) => {
    const refusal = await anApi(status, body)
      .api.decide('c', 'jws')
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Error);
    expect(isDefinite(refusal)).toBe(definite);
  });

  it('says of a closed change how it ended', async () => {
    const problem = {
      title: 'Closed',
      status: 409,
      code: 'CHANGE_CLOSED',
      change: { changeId: 'c', status: 'EXPIRED' },
    };
    await expect(anApi(409, problem).api.decide('c', 'jws')).rejects.toMatchObject({ changeStatus: 'EXPIRED' });
  });

  it('makes a problem of an answer that is none', async () => {
    const refusal = await anApi(502, '<html>')
      .api.me()
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: 502, code: 'HTTP_502' });
  });

  it('refuses an answer of another shape', async () => {
    await expect(anApi(200, { items: [{ changeId: 'x' }] }).api.authorizations()).rejects.toThrow();
  });
});
