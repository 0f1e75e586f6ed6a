import { setTimeout as sleep } from 'node:timers/promises';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteEndpointCommand, SetEndpointAttributesCommand } from '@aws-sdk/client-sns';
import { aws, reconcile } from '../support/aws.ts';
import { loadCompany, nth } from '../support/company.ts';
import { readEndpoint } from '../support/devices.ts';
import { eventually } from '../support/eventually.ts';
import { computeCode, openSystem } from '../support/otp.ts';
import { type Administrator, approval, openAdministrator, openPhone, REJECTION } from '../support/phone.ts';
import { HOLD_SECONDS } from '../support/port.ts';
import { alterRecord } from '../support/record.ts';
import { withFaults } from '../support/relay.ts';
import { loseSeed } from '../support/seeds.ts';
import type { Change } from '../support/shapes.ts';
import { stack } from '../support/stack.ts';
import { done, readRefusal, rescueTargets, staffMember } from '../support/staff.ts';
import { withoutGrant } from '../support/stream-failures.ts';
import { openWeb, UNBLOCK } from '../support/web.ts';
import { type Cast, holdUnblock, openCast, PAST_OBJECTIVES_MS } from './cast.ts';

const NOT_ME = { decision: 'REJECT', reason: 'NOT_ME' } as const;

/** Waits until the service has emitted such a metric, with that value of its own dimension where one is named. */
export type Emitted = (name: string, value?: string) => Promise<unknown>;

/** Everything that can become of a change, a push, a code and the record; what needs faults one after another. */
export async function runWholeProcess(emitted: Emitted): Promise<void> {
  const cast = await openCast(7, 15, 5);
  const [first, second] = cast.administrators;
  if (!first || !second) throw new Error('Two administrators are needed');
  const expiring = await startExpiring(cast, nth(cast.administrators, 6));
  await Promise.all([
    release(cast, first),
    closeInEveryWay(cast, second),
    disown(cast),
    rescue(),
    codes(first),
    refusals(cast, first),
    endpointFailures(cast),
    alter(cast, first),
  ]);
  await failDeliveries(cast, nth(cast.administrators, 4));
  const started = await neverStart(cast, first);
  await loseCallbacks(cast, first, emitted);
  await started(emitted);
  await expiring(emitted);
}

/** A release and an unblocking, from the request to the effect. */
async function release(cast: Cast, administrator: Administrator): Promise<void> {
  const { web, phone } = administrator;
  const { tokenId } = await openPhone(nth(cast.company.secondaries, 0), web);
  const changes = [await web.hold(tokenId), await holdUnblock(administrator, await cast.idleToken())];
  for (const change of changes) {
    await phone.answer(change.changeId, approval(change));
    await web.until(change.changeId, 'APPLIED');
  }
}

/** Rejected, cancelled and superseded: each of a release and of an unblocking; with that, five blocks by one person. */
async function closeInEveryWay(cast: Cast, administrator: Administrator): Promise<void> {
  const { web, phone } = administrator;
  const { tokenId } = await openPhone(nth(cast.company.secondaries, 1), web);
  const idle = await cast.idleToken();
  await web.block(idle);
  for (const [token, request] of [
    [tokenId, undefined],
    [idle, UNBLOCK],
  ] as const) {
    const rejected = await web.hold(token, request);
    await phone.answer(rejected.changeId, REJECTION);
    await web.cancel((await web.hold(token, request)).changeId);
    const superseded = await web.hold(token, request);
    await web.block(token);
    await web.until(superseded.changeId, 'SUPERSEDED');
  }
  for (let more = 0; more < 2; more += 1) await web.block(await cast.idleToken());
}

async function disown({ pair: [asks, decides], fourEyes }: Cast): Promise<void> {
  const { tokenId } = await openPhone(nth(fourEyes.secondaries, 0), asks.web);
  const change = await asks.web.hold(tokenId);
  await decides.phone.answer(change.changeId, NOT_ME);
}

/** A company's only administrator lost the phone: two persons of the bank release it, blocked meanwhile. */
async function rescue(): Promise<void> {
  const targets = await rescueTargets();
  const [one, other] = await Promise.all([staffMember(targets), staffMember(targets)]);
  const { administrators } = await loadCompany('rescued', { administrators: 1 });
  const { web, phone } = await openAdministrator(nth(administrators, 0));
  const { username } = web.person;
  const { changeId } = done(await one.propose({ username, action: 'RELEASE', reason: 'PHONE_LOST' }));
  await web.block(phone.tokenId);
  readRefusal(await one.confirm({ username, action: 'RELEASE', changeId }));
  done(await other.confirm({ username, action: 'RELEASE', changeId }));
  await web.until(changeId, 'APPLIED');
}

/** Good codes, wrong ones, one of a phone whose seed is lost, and so many that the user rests. */
async function codes({ phone }: Administrator): Promise<void> {
  const system = await openSystem();
  await system.verify(phone.userId, await computeCode(phone));
  await loseSeed(phone.tokenId);
  await system.verify(phone.userId, await computeCode(phone, 1));
  const nobody = `nobody-${Date.now()}`;
  for (let tries = 0; tries < 6; tries += 1) await system.verify(nobody, '123456');
}

/** Calls that nobody may make: another company's token, an unsigned decision, a holder at the web front. */
async function refusals(cast: Cast, administrator: Administrator): Promise<void> {
  const { company, pair } = cast;
  const { web, phone } = administrator;
  await pair[0].web.send('GET', `/tokens/${phone.tokenId}`);
  const { changeId } = await holdUnblock(administrator, await cast.idleToken());
  await phone.post(changeId, 'no.signature.here');
  const holder = await openWeb(nth(company.secondaries, 4));
  await holder.send('GET', '/tokens');
  await web.cancel(changeId);
}

/** Phones that have switched pushes off, and phones whose endpoint is gone. */
async function endpointFailures(cast: Cast): Promise<void> {
  const [disabled, gone] = [nth(cast.administrators, 2), nth(cast.administrators, 3)];
  const off = { EndpointArn: await readEndpoint(disabled.phone), Attributes: { Enabled: 'false' } };
  await aws.sns().send(new SetEndpointAttributesCommand(off));
  await aws.sns().send(new DeleteEndpointCommand({ EndpointArn: await readEndpoint(gone.phone) }));
  await Promise.all(
    [disabled, gone].map(async (each) => notPushed(each, await holdUnblock(each, await cast.idleToken()))),
  );
}

const notPushed = ({ web }: Administrator, { changeId }: Change) =>
  eventually(
    () => web.change(changeId),
    ({ notification }) => notification.status === 'FAILED',
  );

async function alter(cast: Cast, { web }: Administrator): Promise<void> {
  const tokenId = await cast.idleToken();
  await web.block(tokenId);
  await alterRecord(cast.company.companyId, tokenId);
}

/** Neither SNS nor SES answers: prompts, notices, mails and new endpoints fail; then the push application is off. */
async function failDeliveries(cast: Cast, administrator: Administrator): Promise<void> {
  const { web } = administrator;
  const person = nth(cast.company.secondaries, 2);
  const told = await openPhone(person, web);
  const refusing = [{ service: 'sns', kind: 'error' } as const, { service: 'email', kind: 'error' } as const];
  await withFaults(refusing, async () => {
    await openPhone(nth(cast.company.secondaries, 3), web);
    await notPushed(administrator, await holdUnblock(administrator, await cast.idleToken()));
    const { changeId } = await web.block(told.tokenId);
    await eventually(
      () => web.change(changeId),
      ({ notices }) => notices.every(({ status }) => status === 'FAILED'),
    );
  });
  // What AWS refuses for want of a permission is a failed push like any other, and counted by its own name.
  await withoutGrant('send-notices', ['sns:Publish'], async () => {
    const { changeId } = await web.block(nth(cast.administrators, 5).phone.tokenId);
    await eventually(
      () => web.change(changeId),
      ({ notices }) => notices.some(({ status }) => status === 'FAILED'),
    );
  });
  const off = { service: 'sns', operation: 'Publish', kind: 'error', code: 'PlatformApplicationDisabled' } as const;
  await withFaults([off], async () => {
    await notPushed(administrator, await holdUnblock(administrator, await cast.idleToken()));
  });
}

/** The workflow hears nothing of two decisions, and the table fails; the reconciler applies them, late, and ends them. */
async function loseCallbacks(cast: Cast, administrator: Administrator, emitted: Emitted): Promise<void> {
  const { web, phone } = administrator;
  const { tokenId } = await openPhone(nth(cast.company.secondaries, 4), web);
  const changes = [await web.hold(tokenId), await holdUnblock(administrator, await cast.idleToken())];
  await withFaults([{ service: 'states', operation: 'SendTaskSuccess', kind: 'error' }], async () => {
    for (const change of changes) await phone.answer(change.changeId, approval(change));
  });
  await sleep(PAST_OBJECTIVES_MS);
  await withFaults([{ service: 'dynamodb', operation: 'TransactWriteItems', kind: 'error' }], async () => {
    await reconcile();
    await Promise.all(['RELEASE', 'UNBLOCK'].map((action) => emitted('ChangesFailed', action)));
  });
  for (const { changeId } of changes) {
    await eventually(
      async () => {
        await reconcile();
        return web.change(changeId);
      },
      ({ status }) => status === 'APPLIED',
    );
  }
  await sleep(PAST_OBJECTIVES_MS);
  await reconcileUntil(() => emitted('ReconcilerRepairs', 'ENDED'));
}

/** An execution that could not be started; returns what waits until the reconciler has started it, late. */
async function neverStart(cast: Cast, administrator: Administrator): Promise<(emitted: Emitted) => Promise<void>> {
  await withFaults([{ service: 'states', operation: 'StartExecution', kind: 'error' }], async () => {
    await holdUnblock(administrator, await cast.idleToken());
  });
  const late = sleep(PAST_OBJECTIVES_MS);
  return async (emitted) => {
    await late;
    await reconcileUntil(() => emitted('ReconcilerRepairs', 'STARTED'));
  };
}

/** Runs the reconciler again and again until what is waited for is there. */
async function reconcileUntil(wait: () => Promise<unknown>): Promise<void> {
  let waiting = true;
  const waited = wait().finally(() => {
    waiting = false;
  });
  while (waiting) {
    await reconcile();
    await sleep(500);
  }
  await waited;
}

/**
 * Lets a release and an unblocking come to their end, by the workflow, and one more of which the execution was stopped,
 * by the reconciler; returns what waits for it.
 */
async function startExpiring(cast: Cast, administrator: Administrator): Promise<(emitted: Emitted) => Promise<void>> {
  const { web, phone } = administrator;
  // The administrator's own token: there is no quicker one with a phone.
  await web.hold(phone.tokenId);
  await holdUnblock(administrator, await cast.idleToken());
  const stopped = await holdUnblock(administrator, await cast.idleToken());
  await eventually(
    () => web.change(stopped.changeId),
    ({ notification }) => notification.status !== 'PENDING',
  );
  const executionArn = `${stack().stateMachineArn.replace(':stateMachine:', ':execution:')}:${stopped.changeId}`;
  await aws.states().send(new StopExecutionCommand({ executionArn }));
  return async (emitted) => {
    await Promise.all(['RELEASE', 'UNBLOCK'].map((action) => emitted('ChangesExpired', action)));
    await sleep(Math.max(0, Date.parse(stopped.createdAt) + HOLD_SECONDS * 1000 + PAST_OBJECTIVES_MS - Date.now()));
    await reconcileUntil(() => emitted('ReconcilerRepairs', 'EXPIRED'));
  };
}
