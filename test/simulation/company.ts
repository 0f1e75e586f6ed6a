import { createHash } from 'node:crypto';
import { Secret } from 'otpauth';
import { createKeys, type PhoneKeys, publicJwk } from '../../phone/protocol/index.ts';
import { canonical } from '../../shared/domain/canonical.ts';
import type { ApprovalPolicy } from '../../shared/domain/company.ts';
import type { Device, PublicJwk } from '../../shared/domain/device.ts';
import { join, newEndpoint } from '../../shared/domain/endpoint.ts';
import { appendEvents, type EventContent, genesis } from '../../shared/domain/event.ts';
import type { Suspension } from '../../shared/domain/suspension.ts';
import type { Token } from '../../shared/domain/token.ts';
import type { User } from '../../shared/domain/user.ts';
import { approvers, boundKeys, recordEvents, seeds, usernameOwners } from '../../shared/repositories/items.ts';
import { hashActivationCode } from '../../shared/security/activation-code.ts';
import type { World } from '../../shared/world.ts';
import { NOW } from '../fixtures.ts';
import { at, type Given } from '../world/given.ts';
import type { SeededRandom } from '../world/seeded-random.ts';

/** A handset with its keys, enrolled or not. */
export interface Handset {
  readonly name: string;
  readonly keys: PhoneKeys;
  readonly signingKey: PublicJwk;
  readonly encryptionKey: PublicJwk;
}

/** One each for the people, and four more to enrol. */
const HANDSETS = 8;

let made: Promise<readonly Handset[]> | undefined;

/** The handsets of every schedule: making keys is slow, using them is not. */
export function handsets(): Promise<readonly Handset[]> {
  made ??= Promise.all(Array.from({ length: HANDSETS }, (_, index) => makeHandset(index)));
  return made;
}

async function makeHandset(index: number): Promise<Handset> {
  const keys = await createKeys({ extractable: true });
  const signingKey = await publicJwk(keys.signing.publicKey);
  const encryptionKey = await publicJwk(keys.encryption.publicKey);
  return { name: `handset-${index}`, keys, signingKey, encryptionKey };
}

/** RFC 7638: these members are all that a thumbprint is made of. */
const thumbprint = (key: PublicJwk): string => createHash('sha256').update(canonical(key)).digest('base64url');

export const COMPANY = 'DEMO';
export const SECRET = Secret.fromBase32('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
export const FIRST_CODE = 'AAAA-BBBB-CCCC-DDDD';

/** Three administrators and, third of them, a holder. */
export const PEOPLE = ['uno', 'dos', 'tres', 'cuatro'].map((name): User => {
  return {
    userId: name,
    companyId: COMPANY,
    username: `demo.${name}`,
    fullName: `Demo ${name}`,
    email: `${name}@example.com`,
    role: name === 'tres' ? 'SECONDARY' : 'ADMINISTRATOR',
    enabled: true,
    tokenId: `token-${name}`,
    physicalTokenId: name === 'tres' ? 'physical-tres' : null,
  };
});

/** Founds what a schedule begins with: a company of four people, as the service would have written it. */
export async function founded(
  world: Pick<World, 'push' | 'seedKey'>,
  random: SeededRandom,
  phones: readonly Handset[],
): Promise<Given[]> {
  const authorizationPolicy = random.pick<ApprovalPolicy>(['HOLDER', 'REQUESTER', 'OTHER_ADMINISTRATOR']);
  const things: Given[] = [{ companyId: COMPANY, name: 'Demo', authorizationPolicy }];
  const isNew = random.below(5) === 0;
  for (const [index, user] of PEOPLE.entries()) {
    const others = isNew ? (['PENDING_ENROLLMENT'] as const) : STATES;
    const status = index === 0 ? 'ACTIVE' : random.pick<(typeof STATES)[number]>([...others]);
    things.push(user, ...usernameOwner(user));
    const handset = phones[index];
    if (status === 'PENDING_ENROLLMENT' || !handset) things.push(...(await unbound(world, random, user)));
    else things.push(...(await bound(world, random, user, handset, status)));
  }
  if (random.below(8) === 0)
    things.push(almostOver(random.pick(PEOPLE.filter(({ role }) => role === 'ADMINISTRATOR'))));
  return things;
}

const STATES = ['ACTIVE', 'ACTIVE', 'ACTIVE', 'BLOCKED', 'PENDING_ENROLLMENT'] as const;

/** Of a token without a phone: blocked before anybody enrolled. */
const BLOCKED_NEW = { status: 'BLOCKED', statusBeforeBlock: 'PENDING_ENROLLMENT' } as const;

/** A suspension that ends in the course of the schedule. */
function almostOver({ userId, tokenId }: User): Suspension {
  const until = new Date(NOW.getTime() + 10_000).toISOString();
  return { companyId: COMPANY, requesterId: userId, onlyToken: null, changeId: 'of-yesterday', tokenId, until };
}

function usernameOwner({ userId, companyId, tokenId, physicalTokenId, username }: User): Given[] {
  return [at(usernameOwners.at(username), { userId, companyId, tokenId, physicalTokenId, canSignIn: true })];
}

/** Seldom with a seed that belongs to no phone any more. */
async function unbound({ seedKey }: Pick<World, 'seedKey'>, random: SeededRandom, user: User): Promise<Given[]> {
  const expiresAt = new Date(NOW.getTime() + (random.below(6) === 0 ? 10_000 : 3_600_000)).toISOString();
  const codeHash = hashActivationCode(user.userId, FIRST_CODE);
  const isBlocked = random.below(3) === 0;
  return [
    ...written(aToken(user, isBlocked ? BLOCKED_NEW : { status: 'PENDING_ENROLLMENT' })),
    ...(user.physicalTokenId ? written(physical(user, 'ENABLED')) : []),
    ...(isBlocked ? [] : [{ userId: user.userId, codeHash, expiresAt, wrongTries: 0, wrongHashes: [] }]),
    ...(random.below(3) === 0 ? [await sealedSeed(seedKey, user, 'phone-of-long-ago')] : []),
  ];
}

async function sealedSeed(seedKey: World['seedKey'], user: User, deviceId: string): Promise<Given> {
  return at(seeds.at(user.tokenId), { deviceId, sealed: await seedKey.seal(SECRET, user) });
}

/** Seldom with a seed that is lost. */
async function bound(
  { push, seedKey }: Pick<World, 'push' | 'seedKey'>,
  random: SeededRandom,
  user: User,
  handset: Handset,
  status: 'ACTIVE' | 'BLOCKED',
): Promise<Given[]> {
  const deviceId = `phone-${user.userId}`;
  const enrolledAt = new Date(NOW.getTime() - 3_600_000).toISOString();
  const endpointArn = await push.createEndpoint('ANDROID', `push-${handset.name}`);
  const { signingKey, encryptionKey } = handset;
  const device: Device = {
    deviceId,
    userId: user.userId,
    companyId: COMPANY,
    tokenId: user.tokenId,
    name: handset.name,
    platform: 'ANDROID',
    signingKey,
    encryptionKey,
    activationCodeHash: 'of-long-ago',
    enrolledAt,
    endpointArn,
  };
  const token = aToken(user, {
    status,
    device: { deviceId, name: handset.name, platform: 'ANDROID', enrolledAt },
    ...(status === 'BLOCKED' ? { statusBeforeBlock: 'ACTIVE' } : {}),
  });
  const isApprover = status === 'ACTIVE' && user.role === 'ADMINISTRATOR';
  return [
    ...written(token, device),
    ...(user.physicalTokenId ? written(physical(user, 'DISABLED')) : []),
    device,
    join(newEndpoint(endpointArn), deviceId),
    ...(random.below(16) === 0 ? [] : [await sealedSeed(seedKey, user, deviceId)]),
    ...[signingKey, encryptionKey].map((key) => at(boundKeys.at(key), { userId: user.userId, deviceId })),
    ...(isApprover ? [at(approvers.at(COMPANY, user.userId), { userId: user.userId, deviceId })] : []),
  ];
}

function aToken({ userId, fullName, username, role, tokenId }: User, members: Partial<Token>): Token {
  return {
    tokenId,
    companyId: COMPANY,
    kind: 'VIRTUAL',
    serial: `VT-${userId}`,
    status: 'ACTIVE',
    holder: { userId, fullName, username, role },
    device: null,
    pendingChange: null,
    holdStarts: [],
    codeStarts: [],
    searchWords: [],
    recordHead: genesis(COMPANY, tokenId),
    version: 1,
    updatedAt: NOW.toISOString(),
    ...members,
  };
}

function physical(user: User, status: 'ENABLED' | 'DISABLED'): Token {
  const tokenId = user.physicalTokenId ?? '';
  return { ...aToken(user, { status, kind: 'PHYSICAL' }), tokenId, recordHead: genesis(COMPANY, tokenId) };
}

/** The token with the events that say how it came to be. */
function written(token: Token, phone?: Device): Given[] {
  const at0 = { at: phone?.enrolledAt ?? NOW.toISOString() };
  const { holder, kind, serial, status } = token;
  const { userId: holderId, fullName, role } = holder;
  const actor = { type: 'USER', userId: holderId, fullName } as const;
  const first = kind === 'VIRTUAL' ? 'PENDING_ENROLLMENT' : status;
  const contents: EventContent[] = [
    {
      type: 'TOKEN_CREATED',
      ...at0,
      actor: { type: 'BANK' },
      details: { kind, serial, to: first, holderId, role, enabled: true },
    },
  ];
  if (phone) {
    const { deviceId, signingKey, encryptionKey } = phone;
    const thumbprints = {
      signingKeyThumbprint: thumbprint(signingKey),
      encryptionKeyThumbprint: thumbprint(encryptionKey),
    };
    const details = { from: first, to: 'ACTIVE', deviceId, ...thumbprints };
    contents.push({ type: 'TOKEN_ENROLLED', ...at0, actor, details });
  }
  if (status === 'BLOCKED') {
    const change = { changeId: 'of-long-ago', action: 'BLOCK', reason: 'PHONE_LOST', note: null };
    const details = { from: token.statusBeforeBlock ?? 'ACTIVE', to: 'BLOCKED' };
    contents.push({ type: 'CHANGE_APPLIED', ...at0, actor, change, details });
  }
  const created = appendEvents(token, contents);
  return [
    created.token,
    ...created.events.map((event) => at(recordEvents.at(COMPANY, token.tokenId, event.seq), event)),
  ];
}
