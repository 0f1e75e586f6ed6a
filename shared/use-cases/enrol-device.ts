import { isDeepStrictEqual } from 'node:util';
import type { Secret } from 'otpauth';
import type { Device, PublicJwk } from '../domain/device.ts';
import { type Endpoint, join } from '../domain/endpoint.ts';
import type { Token } from '../domain/token.ts';
import { nextToken, userActor } from '../domain/transitions.ts';
import { assertCaller, isAdministrator, type User } from '../domain/user.ts';
import { ProblemError, StaleDecisionError } from '../errors.ts';
import { countWrongTry, useActivation } from '../repositories/activations.ts';
import { checkUser } from '../repositories/checks.ts';
import { bindKey, putApprover, putDevice, putEndpoint } from '../repositories/device-writes.ts';
import { type Activation, activations, boundKeys, devices, seeds, tokens, users } from '../repositories/items.ts';
import { putSeed } from '../repositories/seeds.ts';
import type { Write } from '../repositories/tables.ts';
import { putEvents, putToken } from '../repositories/writes.ts';
import { hashActivationCode } from '../security/activation-code.ts';
import { computeThumbprint } from '../security/device-key.ts';
import { deliverSeed, newSeed } from '../security/seed-key.ts';
import { verifyEnrolment } from '../security/verify-enrolment.ts';
import { log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { readyEndpoint } from './push-endpoint.ts';

/** An enrolment's answer may be asked for again for so long, in milliseconds. */
const LOST_ANSWER_MS = 10 * 60_000;

export interface Enrolment {
  readonly caller: User;
  readonly activationCode: string;
  readonly name: string;
  readonly platform: 'IOS' | 'ANDROID';
  readonly pushToken: string;
  readonly signingKey: PublicJwk;
  readonly encryptionKey: PublicJwk;
  readonly proof: string;
  readonly requestId: string;
}

export interface Enrolled {
  readonly deviceId: string;
  readonly tokenId: string;
  /** Compact JWE for the phone's encryption key. */
  readonly seed: string;
}

interface Thumbprints {
  readonly signingKeyThumbprint: string;
  readonly encryptionKeyThumbprint: string;
}

/** The facts that one try has read, consistently. */
interface EnrolmentFacts {
  readonly caller: User;
  readonly token: Token;
  readonly physical: Token | undefined;
  readonly activation: Activation | undefined;
  readonly keysTaken: boolean;
  readonly now: Date;
}

/**
 * Binds a phone to its user's token: the token becomes active and the physical token is disabled in one transaction.
 *
 * @throws ProblemError in the contract's order: 403 `PROOF_REFUSED`, 409 `DEVICE_ALREADY_ENROLLED`, 409
 * `ACTION_NOT_AVAILABLE`, 410 `ACTIVATION_CODE_INVALID`, 409 `KEY_ALREADY_BOUND`.
 */
export async function enrolDevice(
  world: Uses<'tables' | 'seedKey' | 'push' | 'clock' | 'random', 'activationCodeTries'>,
  enrolment: Enrolment,
): Promise<Enrolled> {
  const { caller, activationCode, signingKey, encryptionKey, proof } = enrolment;
  const thumbprints = {
    signingKeyThumbprint: await computeThumbprint(signingKey, 'signingKey'),
    encryptionKeyThumbprint: await computeThumbprint(encryptionKey, 'encryptionKey'),
  };
  await verifyEnrolment(proof, signingKey, { sub: caller.userId, activationCode, ...thumbprints });
  const codeHash = hashActivationCode(caller.userId, activationCode);

  // Made once, however often the transaction is decided again: what is sealed here is what is delivered.
  let prepared: Promise<Prepared> | undefined;
  let user = caller;
  return world.tables.decideAgain(async () => {
    const facts = await readFacts(world, user, enrolment);
    const { physicalTokenId } = user;
    user = facts.caller;
    // One that was loaded meanwhile was not read: the next try disables it.
    if (user.physicalTokenId !== physicalTokenId) throw new StaleDecisionError('The user has another physical token');
    const again = await lostAnswer(world, facts, codeHash, enrolment);
    if (again) return again;
    await assertMayEnrol(world, facts, codeHash, enrolment);
    // Made ready for every try: what was ready for one may be deleted before the next.
    const endpoint = await tryEndpoint(world, enrolment);
    prepared ??= prepare(world, facts.token);
    return commit(world, enrolment, facts, thumbprints, codeHash, { ...(await prepared), endpoint });
  });
}

async function readFacts(
  { tables, clock }: Uses<'tables' | 'clock'>,
  { userId, companyId, tokenId, physicalTokenId }: User,
  { signingKey, encryptionKey }: Enrolment,
): Promise<EnrolmentFacts> {
  const { user, token, activation, signing, encryption, physical } = await tables.read({
    user: users.at(userId),
    token: tokens.at(companyId, tokenId),
    activation: activations.at(userId),
    signing: boundKeys.at(signingKey),
    encryption: boundKeys.at(encryptionKey),
    physical: physicalTokenId ? tokens.at(companyId, physicalTokenId) : undefined,
  });
  if (!token) throw new Error('The token of a user is missing');
  return {
    caller: assertCaller(user, 'ANYONE'),
    token,
    physical,
    activation,
    keysTaken: signing !== undefined || encryption !== undefined,
    now: clock.now(),
  };
}

/** Answers the same device and seed once more, for the phone that never got the answer. */
async function lostAnswer(
  { tables, seedKey }: Uses<'tables' | 'seedKey'>,
  { caller, token, now }: EnrolmentFacts,
  codeHash: string,
  keys: Pick<Enrolment, 'signingKey' | 'encryptionKey'>,
): Promise<Enrolled | undefined> {
  if (token.status !== 'ACTIVE' || !token.device) return undefined;
  const { device, sealed } = await tables.read({
    device: devices.at(caller.userId, token.device.deviceId),
    sealed: seeds.at(token.tokenId),
  });
  const same =
    device?.activationCodeHash === codeHash &&
    isDeepStrictEqual([device.signingKey, device.encryptionKey], [keys.signingKey, keys.encryptionKey]) &&
    now.getTime() - Date.parse(device.enrolledAt) <= LOST_ANSWER_MS;
  if (!same || sealed?.deviceId !== device.deviceId) return undefined;
  const seed = await seedKey.open(sealed.sealed, token);
  return { deviceId: device.deviceId, tokenId: token.tokenId, seed: await deliverSeed(seed, keys.encryptionKey) };
}

async function assertMayEnrol(
  { tables, settings }: Uses<'tables', 'activationCodeTries'>,
  { token, activation, keysTaken, now }: EnrolmentFacts,
  codeHash: string,
  { signingKey, encryptionKey }: Enrolment,
): Promise<void> {
  if (token.status === 'ACTIVE') throw new ProblemError('DEVICE_ALREADY_ENROLLED');
  if (token.status === 'BLOCKED') throw new ProblemError('ACTION_NOT_AVAILABLE');
  if (!activation || !isGood(activation, settings.activationCodeTries, now))
    throw new ProblemError('ACTIVATION_CODE_INVALID');
  if (activation.codeHash !== codeHash) {
    await countWrongTry(tables, activation, codeHash);
    throw new ProblemError('ACTIVATION_CODE_INVALID');
  }
  // As keys are bound: the two of one first coordinate are one key.
  if (keysTaken || signingKey.x === encryptionKey.x) throw new ProblemError('KEY_ALREADY_BOUND');
}

function isGood({ expiresAt, wrongTries }: Activation, maximumTries: number, now: Date): boolean {
  return now.getTime() < Date.parse(expiresAt) && wrongTries < maximumTries;
}

/** Made outside the transaction. */
interface Prepared {
  readonly deviceId: string;
  readonly seed: Secret;
  readonly sealedSeed: string;
}

async function prepare({ seedKey, random }: Uses<'seedKey' | 'random'>, token: Token): Promise<Prepared> {
  const seed = newSeed(random);
  return { deviceId: random.uuid(), seed, sealedSeed: await seedKey.seal(seed, token) };
}

/** Makes the phone's push endpoint ready; where SNS does not answer it is enrolled all the same, and pulls. */
async function tryEndpoint(
  world: Uses<'tables' | 'push' | 'clock'>,
  { platform, pushToken }: Enrolment,
): Promise<Endpoint | undefined> {
  try {
    return await readyEndpoint(world, platform, pushToken);
  } catch (error) {
    if (error instanceof ProblemError || error instanceof StaleDecisionError) throw error;
    log.warn('push endpoint not created', {}, error);
    count('PushFailures', 'NO_ENDPOINT');
    return undefined;
  }
}

async function commit(
  { tables }: Uses<'tables'>,
  enrolment: Enrolment,
  { caller, token, physical, activation, now }: EnrolmentFacts,
  thumbprints: Thumbprints,
  codeHash: string,
  { deviceId, seed, sealedSeed, endpoint }: Prepared & { readonly endpoint: Endpoint | undefined },
): Promise<Enrolled> {
  if (!activation) throw new ProblemError('ACTIVATION_CODE_INVALID');
  const { name, platform, signingKey, encryptionKey, requestId } = enrolment;
  const enrolledAt = now.toISOString();
  const device: Device = {
    deviceId,
    userId: caller.userId,
    companyId: caller.companyId,
    tokenId: token.tokenId,
    name,
    platform,
    signingKey,
    encryptionKey,
    activationCodeHash: codeHash,
    enrolledAt,
    ...(endpoint ? { endpointArn: endpoint.endpointArn } : {}),
  };
  const details = { from: token.status, to: 'ACTIVE', deviceId, ...thumbprints, requestId };
  const { lastRelease: _over, ...released } = token;
  const enrolled = nextToken(
    released,
    { status: 'ACTIVE', device: { deviceId, name, platform, enrolledAt } },
    [{ type: 'TOKEN_ENROLLED', at: enrolledAt, actor: userActor(caller), details }],
    now,
  );
  const seedForPhone = await deliverSeed(seed, encryptionKey);
  await tables.transact([
    putToken(enrolled.token),
    ...putEvents(enrolled.token, enrolled.events),
    useActivation(activation),
    putDevice(device),
    putSeed(token.tokenId, { deviceId, sealed: sealedSeed }),
    bindKey(signingKey, device),
    bindKey(encryptionKey, device),
    ...(endpoint ? [putEndpoint(join(endpoint, deviceId), now)] : []),
    ...disablePhysical(physical, caller, requestId, now),
    ...(isAdministrator(caller) ? [putApprover(caller, deviceId)] : []),
    checkUser(caller, { administrator: isAdministrator(caller) }),
  ]);
  count('SeedsSealed');
  return { deviceId, tokenId: token.tokenId, seed: seedForPhone };
}

/** The virtual token takes the physical one's place, once: it never comes back by itself. */
function disablePhysical(physical: Token | undefined, caller: User, requestId: string, now: Date): Write[] {
  if (physical?.status !== 'ENABLED') return [];
  const at = now.toISOString();
  const details = { from: 'ENABLED', to: 'DISABLED', requestId };
  const disabled = nextToken(
    physical,
    { status: 'DISABLED' },
    [{ type: 'PHYSICAL_TOKEN_DISABLED', at, actor: userActor(caller), details }],
    now,
  );
  return [putToken(disabled.token), ...putEvents(disabled.token, disabled.events)];
}
