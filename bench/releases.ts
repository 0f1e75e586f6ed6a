import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAppApi, createKeys, decide, enrol } from '../phone/protocol/index.ts';
import { signIn } from '../phone/sign-in.ts';
import { readStack, type Stack } from '../phone/stack.ts';

export interface ReleaseFigures {
  readonly releases: number;
  /** From the request to the moment the change is seen applied, milliseconds. */
  readonly p50: number;
  readonly p95: number;
}

/** Releases one administrator's own token again and again on a local cloud with the demo companies, one at a time. */
export async function measureReleases(root: string, port: number, releases: number): Promise<ReleaseFigures> {
  const stack = await readStack(port);
  const [line = ''] = readFileSync(join(root, '.local', String(port), 'activation-codes.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(-1);
  const [, username = '', firstCode = ''] = line.split(',');
  const credentials = { username, password: stack.demo.password };
  const web = await openConsole(stack, await signIn(stack, 'console', credentials));
  const appToken = await signIn(stack, 'app', credentials);
  const api = createAppApi({ apiUrl: stack.apiUrl, accessToken: () => appToken });
  const { user, token } = await api.me();

  const times: number[] = [];
  let activationCode = firstCode;
  for (let run = 0; run < releases; run++) {
    const keys = await createKeys();
    const request = {
      userId: user.userId,
      activationCode,
      name: 'Bench',
      platform: 'ANDROID',
      pushToken: randomUUID(),
    } as const;
    const { deviceId } = await enrol(api, request, keys);
    const started = performance.now();
    const change = await web('POST', `/tokens/${token.tokenId}/changes`, {
      action: 'RELEASE',
      reason: 'PHONE_CHANGED',
    });
    const waiting = (await api.authorizations()).find(({ changeId }) => changeId === change.changeId);
    if (!waiting) throw new Error('The change does not wait for this phone');
    const signer = { deviceId, userId: user.userId, signingKey: keys.signing.privateKey };
    const answer = { decision: 'APPROVE', bindingCode: String(change.bindingCode) } as const;
    await api.decide(waiting.changeId, await decide(waiting.challenge, answer, signer));
    while ((await web('GET', `/changes/${waiting.changeId}`)).status !== 'APPLIED')
      await new Promise((resolve) => setTimeout(resolve, 20));
    times.push(performance.now() - started);
    activationCode = String((await web('POST', `/tokens/${token.tokenId}/activation-codes`)).activationCode);
  }
  times.sort((a, b) => a - b);
  const quantile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { releases, p50: quantile(0.5), p95: quantile(0.95) };
}

type Json = Record<string, unknown>;

async function openConsole({ apiUrl }: Stack, accessToken: string) {
  return async (method: string, path: string, body?: Json): Promise<Json> => {
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${accessToken}`,
        'idempotency-key': randomUUID(),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json() as Promise<Json>;
  };
}
