import { setTimeout as sleep } from 'node:timers/promises';
import { reconcile } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { type Administrator, approval, openAdministrator, openApp, REJECTION } from './support/phone.ts';
import { type Fault, withFaults } from './support/relay.ts';
import { type Change, changeSchema } from './support/shapes.ts';
import { moveEnd } from './support/short-holds.ts';
import { done, rescueTargets, type StaffMember, staffMember } from './support/staff.ts';
import { listAll, UNBLOCK } from './support/web.ts';

const KINDS = ['approve', 'reject', 'third wrong code', 'cancel', 'confirm a rescue', 'block', 'expire'] as const;
type Kind = (typeof KINDS)[number];

/** From the moment it is prepared to the end of its hold: the codes and signatures are made meanwhile. */
const HOLD_MS = 9_000;
/** Time before the end of the hold at which the closings are sent. */
const BEFORE_MS = 400;
/** As long as one call may be under way: the client gives it up after two seconds. */
const DELAY_MS = 1_800;

let company: Company;
let administrator: Administrator;
let ana: StaffMember;
let luis: StaffMember;
/** Blocked tokens, each for one of the races but the rescue. */
let tokens: string[];
/** The administrator whom the bank's persons rescue. */
let rescued: string;

beforeAll(async () => {
  company = await loadCompany('fence', { administrators: 2, secondaries: KINDS.length - 1 });
  const targets = await rescueTargets();
  [administrator, ana, luis] = await Promise.all([
    openAdministrator(nth(company.administrators, 0)),
    staffMember(targets),
    staffMember(targets),
  ]);
  const other = nth(company.administrators, 1);
  const apps = await Promise.all([other, ...company.secondaries].map((person) => openApp(person)));
  await Promise.all(apps.map(({ tokenId }) => administrator.web.block(tokenId)));
  rescued = other.username;
  tokens = apps.slice(1).map(({ tokenId }) => tokenId);
}, 120_000);

interface Race {
  readonly kind: Kind;
  readonly changeId: string;
  /** Sends what closes the change, and says what came of it. */
  readonly close: () => Promise<unknown>;
}

const WRONG = ['000001', '000002', '000003', '000004'];

async function prepare(kind: Kind, end: Date): Promise<Race> {
  const { web, phone } = administrator;
  if (kind === 'confirm a rescue') {
    const username = rescued;
    const { changeId } = done(await ana.propose({ username, action: 'UNBLOCK', reason: 'FALSE_ALARM' }));
    await moveEnd(await web.change(changeId), company.companyId, null, end);
    return { kind, changeId, close: () => luis.confirm({ username, action: 'UNBLOCK', changeId }) };
  }
  const change = await web.hold(tokens.pop() ?? '', UNBLOCK);
  const { changeId, tokenId } = change;
  await moveEnd(change, company.companyId, phone.userId, end);
  return { kind, changeId, close: await closing(kind, change, tokenId) };
}

/** Prepares a call that closes the change, already signed if a phone signs it. */
async function closing(kind: Exclude<Kind, 'confirm a rescue'>, change: Change, tokenId: string) {
  const { web, phone } = administrator;
  const { changeId } = change;
  const waiting = await phone.waiting(changeId);
  const posting = (jws: string) => async () => (await phone.post(changeId, jws)).body;
  switch (kind) {
    case 'approve':
      return posting(await phone.sign(waiting, approval(change)));
    case 'reject':
      return posting(await phone.sign(waiting, REJECTION));
    case 'third wrong code': {
      const wrong = WRONG.filter((code) => code !== change.bindingCode);
      const sign = (bindingCode: string) => phone.sign(waiting, { decision: 'APPROVE', bindingCode });
      for (const code of wrong.slice(0, 2)) await phone.post(changeId, await sign(code));
      return posting(await sign(nth(wrong, 2)));
    }
    case 'cancel':
      return async () => (await web.cancel(changeId)).body;
    case 'block':
      return async () => (await web.ask(tokenId, { action: 'BLOCK', reason: 'SUSPECTED_FRAUD' })).body;
    case 'expire':
      return reconcile;
  }
}

/** Every status that is shown of a change, by itself and in the list, until it is closed for good. */
async function watch(changeId: string, until: number): Promise<string[]> {
  const seen: string[] = [];
  while (Date.now() < until) {
    const answer = await administrator.web.send('GET', `/changes/${changeId}`);
    // Where the expiry cannot be written nothing is said.
    if (answer.status === 503) continue;
    seen.push(changeSchema.parse(answer.body).status);
    await sleep(20);
  }
  return seen;
}

async function watchList(until: number): Promise<Map<string, string[]>> {
  const seen = new Map<string, string[]>();
  while (Date.now() < until) {
    const answer = await administrator.web.send('GET', '/changes?limit=25');
    if (answer.status !== 200) continue;
    for (const change of await listAll(administrator.web, '/changes', changeSchema, 25).catch(() => [])) {
      seen.set(change.changeId, [...(seen.get(change.changeId) ?? []), change.status]);
    }
    await sleep(50);
  }
  return seen;
}

const NEVER_AFTER_EXPIRED = (shown: readonly string[]) => {
  const first = shown.indexOf('EXPIRED');
  return first === -1 ? [] : shown.slice(first).filter((status) => status !== 'EXPIRED');
};

async function race(faults: readonly Fault[]) {
  const end = new Date(Date.now() + HOLD_MS);
  const races = await Promise.all(KINDS.map((kind) => prepare(kind, end)));
  await sleep(end.getTime() - BEFORE_MS - Date.now());
  return withFaults(faults, async () => {
    const until = end.getTime() + 2 * DELAY_MS;
    const closed = Promise.all(races.map(({ close }) => close().catch(String)));
    const [shown, listed] = await Promise.all([
      Promise.all(races.map(({ changeId }) => watch(changeId, until))),
      watchList(until),
    ]);
    await closed;
    return races.map(({ kind, changeId }, index) => ({
      kind,
      changeId,
      shown: shown[index] ?? [],
      listed: listed.get(changeId) ?? [],
    }));
  });
}

it('what was once shown as expired is never anything else, where closings are under way when their holds end', async () => {
  const late = { service: 'dynamodb', operation: 'TransactWriteItems', kind: 'delay', delayMs: DELAY_MS } as const;
  const races = await race([{ ...late, times: KINDS.length - 1 }]);
  const afterwards = races.map(({ kind, shown, listed }) => ({
    kind,
    shown: NEVER_AFTER_EXPIRED(shown),
    listed: NEVER_AFTER_EXPIRED(listed),
  }));
  expect(afterwards).toEqual(KINDS.map((kind) => ({ kind, shown: [], listed: [] })));
  expect(races.filter(({ shown }) => shown.at(-1) === 'EXPIRED').length).toBeGreaterThan(0);
  // In the end each is closed, and as it was last shown, but for what was authorized and is applied by then.
  for (const { changeId, shown } of races) {
    const last = await eventually(
      async () => {
        // Where the callback was lost with the rest, the reconciler applies what was authorized.
        await reconcile();
        return administrator.web.change(changeId);
      },
      ({ status }) => status !== 'PENDING_AUTHORIZATION' && status !== 'AUTHORIZED',
    );
    const before = shown.at(-1);
    expect(before === 'AUTHORIZED' ? 'APPLIED' : before).toBe(last.status);
    expect(last.outcome).toBeDefined();
  }
}, 60_000);
