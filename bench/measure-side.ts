import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { answer, createClient } from '../client/src/index.ts';
import { createAppApi, createKeys, decide, enrol } from '../phone/protocol/index.ts';
import { signIn } from '../phone/sign-in.ts';
import type { Stack } from '../phone/stack.ts';
import { runLogged } from '../tools/run-program.ts';
import { functionCpu } from './function-cpu.ts';

/** A checkout with its local cloud, which nobody else uses meanwhile. */
export interface Side {
  readonly name: string;
  readonly root: string;
  readonly port: number;
}

/** Figures by name: calls and milliseconds of CPU a release, its median in milliseconds, and releases a second. */
export type Figures = ReadonlyMap<string, number>;

const AT_A_TIME = 8;
export const RATE = 'a second, eight at a time';
const QUIET_MS = 2_000;

/** Loads a company, and measures releases one after another, then twice as many, eight at a time. */
export async function measureSide(side: Side, releases: number): Promise<Figures> {
  const stack: Stack & { endpoint: string } = JSON.parse(
    readFileSync(join(side.root, '.local', String(side.port), 'stack.json'), 'utf8'),
  );
  const codes = await loadCompany(side, 1 + 3 * releases);
  const ready = await pMap(codes, (code) => enrolAdministrator(stack, code), { concurrency: 4 });
  const [first, ...others] = ready;
  await first?.();

  const [callsBefore, cpuBefore] = [await countCallsAtRest(stack), functionCpu(side)];
  const times: number[] = [];
  for (const release of others.slice(0, releases)) times.push(await release());
  times.sort((a, b) => a - b);
  const figures = new Map([['AWS calls', ((await countCallsAtRest(stack)) - callsBefore) / releases]]);
  let all = 0;
  for (const [name, ms] of [...functionCpu(side)].sort()) {
    const spent = (ms - (cpuBefore.get(name) ?? 0)) / releases;
    if (spent > 0) figures.set(`CPU ms ${name}`, spent);
    all += spent;
  }
  figures.set('CPU ms of the functions', all);
  figures.set('median ms', times[Math.floor(times.length / 2)] ?? Number.NaN);

  const started = performance.now();
  await pMap(others.slice(releases), (release) => release(), { concurrency: AT_A_TIME });
  return figures.set(RATE, (2000 * releases) / (performance.now() - started));
}

/** Loads administrators with the checkout's own import; gives the lines of their activation codes. */
async function loadCompany({ root, port }: Side, administrators: number): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'llavero-bench-'));
  const [file, out] = ['people.csv', 'codes.csv'].map((name) => join(folder, name)) as [string, string];
  const company = `bench-${randomUUID().slice(0, 8)}`;
  const lines = Array.from({ length: administrators }, (_, index) => {
    const username = `${company}.${index}`;
    return `${company},Empresa Demo,REQUESTER,${username},Demo Número ${index},${username}@demo.invalid,ADMINISTRATOR,`;
  });
  const header = 'company_id,company_name,authorization_policy,username,full_name,email,role,physical_serial';
  writeFileSync(file, [header, ...lines, ''].join('\n'));
  try {
    const args = ['run', '--silent', 'import', '--', file, '--activation-codes', out, '--port', String(port)];
    await runLogged('npm', args, { cwd: root, log: join(folder, 'import.log') });
    return readFileSync(out, 'utf8').trim().split('\n').slice(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Enrols an administrator's phone; what it gives releases their token, and tells how long that took. */
async function enrolAdministrator(stack: Stack, line: string): Promise<() => Promise<number>> {
  const [, username = '', activationCode = ''] = line.split(',');
  const credentials = { username, password: stack.demo.password };
  const [webToken, appToken] = [await signIn(stack, 'console', credentials), await signIn(stack, 'app', credentials)];
  const web = createClient(stack.apiUrl, {
    accessToken: async () => webToken,
    renew: async () => undefined,
    end: () => undefined,
  });
  const app = createAppApi({ apiUrl: stack.apiUrl, accessToken: () => appToken });
  const { user, token } = await app.me();
  const keys = await createKeys();
  const phone = { name: 'Bench', platform: 'ANDROID', pushToken: randomUUID() } as const;
  const { deviceId } = await enrol(app, { userId: user.userId, activationCode, ...phone }, keys);
  const signer = { deviceId, userId: user.userId, signingKey: keys.signing.privateKey };
  return async () => {
    const started = performance.now();
    const { changeId, bindingCode } = await answer(
      web.POST('/tokens/{tokenId}/changes', {
        params: { path: { tokenId: token.tokenId }, header: { 'Idempotency-Key': randomUUID() } },
        body: { action: 'RELEASE', reason: 'PHONE_CHANGED' },
      }),
    );
    const waiting = (await app.authorizations()).find((each) => each.changeId === changeId);
    if (!waiting) throw new Error('The change does not wait for this phone');
    const approval = { decision: 'APPROVE', bindingCode: String(bindingCode) } as const;
    await app.decide(changeId, await decide(waiting.challenge, approval, signer));
    const look = () => answer(web.GET('/changes/{changeId}', { params: { path: { changeId } } }));
    while ((await look()).status !== 'APPLIED') await sleep(20);
    return performance.now() - started;
  };
}

/** Calls that reached AWS's services, as the relay counts them. */
async function countCalls(endpoint: string): Promise<number> {
  const calls = (await (await fetch(`${endpoint}/_relay/calls`)).json()) as Record<string, number>;
  return Object.entries(calls)
    .filter(([name]) => /^(dynamodb|states|sns|s3|events|email|kms)\./.test(name))
    .reduce((sum, [, count]) => sum + count, 0);
}

/** Counts once nothing has been called for a while: all that follows from a release is done. */
async function countCallsAtRest({ endpoint }: { readonly endpoint: string }): Promise<number> {
  for (let [seen, since] = [-1, Date.now()]; ; await sleep(200)) {
    const now = await countCalls(endpoint);
    if (now !== seen) [seen, since] = [now, Date.now()];
    else if (Date.now() - since >= QUIET_MS) return now;
  }
}
