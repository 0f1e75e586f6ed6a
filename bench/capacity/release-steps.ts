import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, paginateGetExecutionHistory } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { aws, executionArn, reconcile } from '../../test/cloud/support/aws.ts';
import { eventually } from '../../test/cloud/support/eventually.ts';
import { type Administrator, approval, enrolPhone, type Phone } from '../../test/cloud/support/phone.ts';
import { type Recorded, recordedWhile } from '../../test/cloud/support/recorded-while.ts';
import { pushAbout } from '../../test/cloud/support/relay.ts';

/** A change is due for the reconciler two seconds after it was written. */
const DUE_MS = 2_500;

export interface RecordedRelease {
  /** The calls and times of each step, by its name. */
  readonly steps: ReadonlyMap<string, Recorded>;
  /** States that the workflow entered. */
  readonly states: number;
}

/** Releases the token of an enrolled phone and enrols the next one, each step recorded by itself. */
export async function recordRelease(
  { web, phone }: Administrator,
  holder: Phone,
  looks: number,
): Promise<RecordedRelease> {
  const steps = new Map<string, Recorded>();
  async function record<T>(step: string, body: () => Promise<T>): Promise<T> {
    const results: T[] = [];
    steps.set(step, await recordedWhile(async () => void results.push(await body())));
    return results[0] as T;
  }

  const change = await record('request and hold', async () => {
    const held = await web.hold(holder.tokenId);
    await pushAbout(phone.pushToken, held.changeId, 'AUTHORIZATION_PENDING');
    return held;
  });
  await sleep(DUE_MS);
  await record('the reconciler while it is held', reconcile);
  await record('looks at the status', async () => {
    for (let look = 0; look < looks; look++) await web.change(change.changeId);
  });
  const waiting = await record('the phone asks what waits', phone.waitingNow);
  const asked = waiting.find(({ changeId }) => changeId === change.changeId);
  if (!asked) throw new Error('The change does not wait for the phone');
  await record('decision and effect', async () => {
    const { status } = await phone.post(change.changeId, await phone.sign(asked, approval(change)));
    if (status !== 200) throw new Error(`The decision was answered with ${status}`);
    await ended(change.changeId);
  });
  await sleep(DUE_MS);
  await record('the reconciler at its end', reconcile);
  await record('the reconciler without it', reconcile);
  await record('receipt', () => web.get(`/changes/${change.changeId}/receipt`, z.unknown()));
  await record('the next phone', async () => {
    const code = await web.activationCode(holder.tokenId);
    await holder.api.me();
    await enrolPhone(holder, code);
  });
  return { steps, states: await countStates(change.changeId) };
}

/** Waits until the change's execution has ended well. */
function ended(changeId: string): Promise<unknown> {
  const read = () => aws.states().send(new DescribeExecutionCommand({ executionArn: executionArn(changeId) }));
  return eventually(read, ({ status }) => status === 'SUCCEEDED');
}

async function countStates(changeId: string): Promise<number> {
  const pages = paginateGetExecutionHistory({ client: aws.states() }, { executionArn: executionArn(changeId) });
  let entered = 0;
  for await (const { events = [] } of pages) {
    entered += events.filter(({ type }) => type?.endsWith('StateEntered')).length;
  }
  return entered;
}
