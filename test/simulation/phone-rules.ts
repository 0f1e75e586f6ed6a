import { isDeepStrictEqual } from 'node:util';
import type { Device } from '../../shared/domain/device.ts';
import { NOTED_ENDPOINTS } from '../../shared/repositories/device-writes.ts';
import { type Activation, changes, endpoints, type Hold, users } from '../../shared/repositories/items.ts';
import { REFUSALS, REFUSED } from '../../shared/use-cases/read-decision.ts';
import type { Item } from '../world/attribute-values.ts';
import { ensure } from './broken-rule.ts';
import { type Stored, typed, type Written } from './commit.ts';
import { COMPANY } from './company.ts';

export function judgeHold(stored: Stored, { by, key, before, after }: Written): void {
  const [was, is] = [typed<Hold>(before), typed<Hold>(after)];
  ensure(is, 'A hold is gone');
  ensure(was?.notification !== 'SENT' || is.notification === 'SENT', 'A prompt that was sent is called not sent');
  ensure((is.attempt ?? 1) >= (was?.attempt ?? 1), 'Executions are counted backwards');
  ensure(was?.notification !== 'SENT' || is.prompts === was.prompts, 'Somebody is prompted who was reached');
  // Whoever decided it before found no task to answer.
  const waits = was?.taskToken !== is.taskToken && was?.prompts === undefined && is.prompts !== undefined;
  const change = stored.is(changes.at(COMPANY, key.pk.replace('CHANGE#', '')));
  ensure(!waits || change?.status === 'PENDING_AUTHORIZATION', 'A task waits for a change that is decided');
  // A task stores its token again where the answer was lost; who counts executions has no reason to.
  ensure(by !== 'reconcileChanges' || !isDeepStrictEqual(was, is), 'An execution is counted twice');
}

const PUSHES = ['pushed1', 'pushed2', 'pushed3'] as const;

/** A phone is pushed three times in ten minutes at most, and its keys and retirement stay. */
export function judgeDevice(was: (Device & Item) | undefined, is: (Device & Item) | undefined): void {
  ensure(is, 'A phone is gone');
  if (!was) {
    ensure(is.userId !== undefined, 'A phone was made that nobody enrolled');
    return;
  }
  const fixed = ({ deviceId, userId, signingKey }: Device) => [deviceId, userId, signingKey];
  ensure(isDeepStrictEqual(fixed(was), fixed(is)), 'A phone was written over');
  ensure(was.retiredAt === undefined || is.retiredAt !== undefined, 'A retired phone came back');
  ensure((is.pushTokenIat ?? 0) >= (was.pushTokenIat ?? 0), 'An older push token took the place of a newer');
  ensure(was.retiredAt === undefined || is.pushTokenIat === was.pushTokenIat, 'A retired phone got a push token');
  ensure(
    !was.leftEndpointArn || !is.leftEndpointArn || was.leftEndpointArn === is.leftEndpointArn,
    'An endpoint that was left is forgotten',
  );
  if (was.pushed1 === is.pushed1 && was.pushed1For === is.pushed1For) return;
  ensure(!PUSHES.some((name) => was[`${name}For`] === is.pushed1For), 'A prompt was counted twice');
  const oldest = Number(was.pushed3 ?? 0);
  ensure(oldest === 0 || Number(is.pushed1) - oldest >= 600_000, 'A phone was pushed too often');
}

export function judgeActivation(was: Activation | undefined, is: Activation | undefined): void {
  if (!is) return;
  if (!was || was.codeHash !== is.codeHash) ensure(is.codeHash && is.wrongTries === 0, 'A new code has wrong tries');
  ensure(new Set(is.wrongHashes).size === is.wrongTries, 'A wrong try was counted twice');
}

/** A phone forgets an endpoint only once the endpoint no longer wakes it, and gets another for somebody enabled only. */
export function judgeNotedEndpoints(stored: Stored, was: Device | undefined, is: Device | undefined): void {
  if (!was || !is) return;
  for (const noted of NOTED_ENDPOINTS) {
    const left = was[noted];
    if (!left || left === is.endpointArn || left === is.leftEndpointArn) continue;
    const endpoint = stored.is(endpoints.at(left));
    ensure(!endpoint?.devices.includes(is.deviceId), 'A phone forgot an endpoint that wakes it');
  }
  const moved = is.pushTokenIat !== was.pushTokenIat;
  ensure(!moved || stored.was(users.at(is.userId))?.enabled, 'A phone of somebody disabled got a push token');
}

const LAST_REFUSAL = `${REFUSED}${REFUSALS.limit}`;

/** As many refused decisions of one person are counted as there may be in their time, and no more. */
export function judgeRefusals(was: Item | undefined, is: Item | undefined): void {
  const oldest = Number(was?.[LAST_REFUSAL] ?? 0);
  const elapsed = Number(is?.[`${REFUSED}1`]) - oldest;
  ensure(oldest === 0 || elapsed >= REFUSALS.seconds * 1000, 'A refused decision was counted past the limit');
}
