import { calculateJwkThumbprint } from 'jose';
import { canonical } from '../domain/canonical.ts';
import type { TokenEvent } from '../domain/event.ts';
import type { UnsignedReceipt as Receipt, ReceiptChange, ReceiptDevice } from '../domain/receipt.ts';
import { maybeSamePerson } from '../domain/staff.ts';
import { assertStep, type Step, StepFailedError } from './receipt-step.ts';
import { DECISION_TYPE, type DecisionPayload, decisionPayloadSchema } from './verify-decision.ts';
import { readJws, verifyJws } from './verify-jws.ts';
import { beginsRecord, verifyEventHash } from './verify-receipt-record.ts';

type Authorization = NonNullable<ReceiptChange['authorization']>;

/** No stage may hold a change for longer. */
const LONGEST_HOLD_MS = 600_000;

/**
 * CHALLENGE, DEVICE, DECISION: the change was authorized by the signature of an enrolled phone over all that it is.
 * CHALLENGE, RESCUE: or by two persons of the bank. Of a block, that there is nothing of the kind.
 */
export async function verifyAuthorization(receipt: Receipt, passed: (step: Step) => void): Promise<void> {
  const { change, challenge, decision, device } = receipt;
  const { authorization } = change;
  if (change.action === 'BLOCK') {
    const none = authorization === null && challenge === null && device === null && decision === null;
    assertStep(none, 'CHALLENGE', 'MEMBER_MISSING');
    return;
  }
  assertStep(authorization !== null && challenge !== null, 'CHALLENGE', 'MEMBER_MISSING');
  verifyChallenge(change, authorization, challenge);
  passed('CHALLENGE');
  if (authorization.policy === 'BANK') {
    verifyRescue(receipt, authorization);
    passed('RESCUE');
    return;
  }
  assertStep(authorization.rescue === undefined, 'DECISION', 'MEMBER_MISSING');
  assertStep(device !== null, 'DEVICE', 'MEMBER_MISSING');
  await verifyDevice(receipt, authorization, device);
  passed('DEVICE');
  assertStep(decision !== null, 'DECISION', 'MEMBER_MISSING');
  await verifyDecision(decision, device, receipt, authorization);
  passed('DECISION');
}

/** RESCUE: no phone, but two persons of the bank, who are those that the events tell of. */
function verifyRescue({ change, decision, device, record }: Receipt, { decidedBy, rescue }: Authorization): void {
  assertStep(rescue !== undefined && decision === null && device === null, 'RESCUE', 'MEMBER_MISSING');
  const { proposedBy, confirmedBy } = rescue;
  const authorized = record.events.find((event) => event.type === 'CHANGE_AUTHORIZED');
  const asTold =
    proposedBy.userId === change.requestedBy.userId &&
    proposedBy.fullName === change.requestedBy.fullName &&
    confirmedBy.userId === decidedBy.userId &&
    confirmedBy.fullName === decidedBy.fullName &&
    authorized !== undefined &&
    authorized.details.proposedBy === (proposedBy.arn ?? proposedBy.fullName) &&
    authorized.details.confirmedBy === (confirmedBy.arn ?? confirmedBy.fullName) &&
    authorized.details.deviceId === undefined &&
    [proposedBy, confirmedBy].every(({ arn, fullName }) => arn === undefined || arn.endsWith(`/${fullName}`));
  assertStep(asTold && !maybeSamePerson(proposedBy, confirmedBy), 'RESCUE', 'NOT_TWO_PERSONS');
}

/** CHALLENGE: the shown and signed challenge is this change, member by member; only the nonce is its own. */
function verifyChallenge(
  change: ReceiptChange,
  { expiresAt, decidedAt }: Authorization,
  challenge: NonNullable<Receipt['challenge']>,
): void {
  const { changeId, companyId, tokenId, holder, action, reason, note, requestedBy, createdAt } = change;
  const expected = { changeId, companyId, tokenId, holder, action, reason, note, requestedBy, createdAt, expiresAt };
  const { nonce: _random, ...shown } = challenge;
  assertStep(canonical(shown) === canonical(expected), 'CHALLENGE', 'CHALLENGE_DIFFERS');
  const [created, decided, expires] = [Date.parse(createdAt), Date.parse(decidedAt), Date.parse(expiresAt)];
  const held = expires - created;
  const inTime = held > 0 && held <= LONGEST_HOLD_MS && decided < expires;
  assertStep(inTime, 'CHALLENGE', 'OUT_OF_TIME');
}

/** DEVICE: the key is the one that the record says was enrolled, by that person, before the change was requested. */
async function verifyDevice(receipt: Receipt, { decidedBy }: Authorization, device: ReceiptDevice): Promise<void> {
  const { change } = receipt;
  const { enrolment, deviceId, signingKey, userId } = device;
  verifyEventHash(enrolment, 'DEVICE');
  const { type, actor, details } = enrolment;
  const enrolledHere =
    type === 'TOKEN_ENROLLED' &&
    details.deviceId === deviceId &&
    details.signingKeyThumbprint === (await calculateJwkThumbprint(signingKey)) &&
    actor.type === 'USER' &&
    actor.userId === userId &&
    userId === decidedBy.userId;
  assertStep(enrolledHere, 'DEVICE', 'KEY_NOT_ENROLLED');
  assertStep(Date.parse(enrolment.at) < Date.parse(change.createdAt), 'DEVICE', 'ENROLLED_TOO_LATE');
  assertStep(isOnItsToken(device, receipt), 'DEVICE', 'FOREIGN_PHONE');
}

/** The phone is on its owner's token: on the one that is changed if its owner is the holder, and only then. */
function isOnItsToken({ tokenId, userId, enrolment }: ReceiptDevice, { change, record }: Receipt): boolean {
  const isOwn = tokenId === change.tokenId;
  if (!beginsRecord(enrolment, { companyId: change.companyId, tokenId })) return false;
  if (!isOwn || userId !== change.holder.userId) return isOwn === (userId === change.holder.userId);
  // Its enrolment is in the record of this change, before it.
  const [first] = record.events;
  const isBefore = first !== undefined && enrolment.seq < first.seq;
  return isBefore && (enrolment.seq !== record.before?.seq || enrolment.hash === record.before.hash);
}

/** DECISION: the phone's key approved exactly this challenge, and its owner was one who may. */
async function verifyDecision(
  jws: string,
  { deviceId, signingKey }: ReceiptDevice,
  { change, challenge, record }: Receipt,
  { decidedBy, policy }: Authorization,
): Promise<void> {
  const payload = await readDecision(jws, deviceId, signingKey);
  const decidedHere =
    payload.decision === 'APPROVE' &&
    payload.sub === decidedBy.userId &&
    payload.iss === deviceId &&
    canonical(payload.challenge) === canonical(challenge) &&
    record.events.some((event) => event.type === 'CHANGE_AUTHORIZED' && tellsOf(event, deviceId, payload));
  assertStep(decidedHere, 'DECISION', 'DECISION_OF_ANOTHER');
  const isRequester = decidedBy.userId === change.requestedBy.userId;
  const mayDecide = {
    REQUESTER: isRequester,
    OTHER_ADMINISTRATOR: !isRequester,
    HOLDER: decidedBy.userId === change.holder.userId,
    BANK: false,
  };
  assertStep(mayDecide[policy], 'DECISION', 'NOT_AN_APPROVER');
}

/** The event names the phone, and how the app knew the person; the first versions of the service did not write that. */
function tellsOf({ details }: TokenEvent, deviceId: string, { userVerification }: DecisionPayload): boolean {
  const { userVerification: told = userVerification } = details;
  return details.deviceId === deviceId && told === userVerification;
}

async function readDecision(jws: string, deviceId: string, key: ReceiptDevice['signingKey']): Promise<DecisionPayload> {
  try {
    if (readJws(jws).header.kid !== deviceId) throw new Error('Signed with another key');
    return await verifyJws(jws, { key, typ: DECISION_TYPE, payload: decisionPayloadSchema });
  } catch (cause) {
    throw new StepFailedError('DECISION', 'DECISION_SIGNATURE_WRONG', cause);
  }
}
