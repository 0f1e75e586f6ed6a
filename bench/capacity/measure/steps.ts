import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, paginateGetExecutionHistory } from '@aws-sdk/client-sfn';
import { aws, reconcile } from '../../../test/cloud/support/aws.ts';
import type { Person } from '../../../test/cloud/support/company.ts';
import { eventually } from '../../../test/cloud/support/eventually.ts';
import { type Administrator, approval, enrolPhone, openApp } from '../../../test/cloud/support/phone.ts';
import { type Recorded, recordedWhile } from '../../../test/cloud/support/recorded-while.ts';
import { pushAbout } from '../../../test/cloud/support/relay.ts';
import { stack } from '../../../test/cloud/support/stack.ts';

/** The parts of a release and what goes with it, in the order in which they are measured. */
export const STEPS = [
  'hold',
  'look-while-held',
  'looks',
  'decide',
  'look-at-end',
  'look-at-nothing',
  'receipt',
  'next-phone',
] as const;
export type StepName = (typeof STEPS)[number];

export interface MeasuredRelease {
  readonly steps: Readonly<Record<StepName, Recorded>>;
  /** States that the workflow entered. */
  readonly transitions: number;
}

/** A change is due for the reconciler two seconds after it was written. */
const DUE_MS = 2_500;

const runReconciler = async (): Promise<void> => void (await reconcile());

/** Releases a person's token and enrols their next phone, each part recorded by itself; its status is looked at so often. */
export async function releaseStepByStep(
  { web, phone }: Administrator,
  holder: Person,
  looks: number,
): Promise<MeasuredRelease> {
  const app = await openApp(holder);
  let changeId = '';
  let bindingCode: string | undefined;
  const hold = await recordedWhile(async () => {
    const change = await web.hold(app.tokenId);
    changeId = change.changeId;
    bindingCode = change.bindingCode;
    await pushAbout(phone.pushToken, changeId, 'AUTHORIZATION_PENDING');
  });
  await sleep(DUE_MS);
  const lookWhileHeld = await recordedWhile(runReconciler);
  const looked = await recordedWhile(async () => {
    for (let look = 0; look < looks; look++) await web.change(changeId);
  });
  const executionArn = `${stack().stateMachineArn.replace(':stateMachine:', ':execution:')}:${changeId}`;
  const decide = await recordedWhile(async () => {
    const waiting = (await phone.waitingNow()).find((each) => each.changeId === changeId);
    if (!waiting) throw new Error('The change does not wait for the phone');
    const { status } = await phone.post(changeId, await phone.sign(waiting, approval({ bindingCode })));
    if (status !== 200) throw new Error(`The decision was answered with ${status}`);
    await eventually(
      () => aws.states().send(new DescribeExecutionCommand({ executionArn })),
      (execution) => execution.status === 'SUCCEEDED',
    );
    const { status: became } = await web.change(changeId);
    if (became !== 'APPLIED') throw new Error(`The change became ${became}`);
  });
  await sleep(DUE_MS);
  const lookAtEnd = await recordedWhile(runReconciler);
  const lookAtNothing = await recordedWhile(runReconciler);
  const receipt = await recordedWhile(async () => {
    const { status } = await web.send('GET', `/changes/${changeId}/receipt`);
    if (status !== 200) throw new Error(`The receipt was answered with ${status}`);
  });
  const nextPhone = await recordedWhile(async () => {
    const code = await web.activationCode(app.tokenId);
    await app.api.me();
    await enrolPhone(app, code);
  });
  return {
    steps: {
      hold,
      'look-while-held': lookWhileHeld,
      looks: looked,
      decide,
      'look-at-end': lookAtEnd,
      'look-at-nothing': lookAtNothing,
      receipt,
      'next-phone': nextPhone,
    },
    transitions: await enteredStates(executionArn),
  };
}

async function enteredStates(executionArn: string): Promise<number> {
  let entered = 0;
  for await (const { events = [] } of paginateGetExecutionHistory({ client: aws.states() }, { executionArn })) {
    entered += events.filter(({ type }) => type?.endsWith('StateEntered')).length;
  }
  return entered;
}
