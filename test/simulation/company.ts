import { Secret } from 'otpauth';
import { createKeys, type PhoneKeys, publicJwk, thumbprint } from '../../phone/protocol/index.ts';
import type { ApprovalPolicy } from '../../shared/domain/company.ts';
import type { Device, PublicJwk } from '../../shared/domain/device.ts';
import { join, newEndpoint } from '../../shared/domain/endpoint.ts';
import { appendEvents, type EventContent, genesis } from '../../shared/domain/event.ts';
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
  readonly signingKeyThumbprint: string;
  readonly encryptionKeyThumbprint: string;
}

const HANDSETS = 6;

let made: Promise<readonly Handset[]> | undefined;

/** The handsets of every schedule: making keys is slow, using them is not. */
export function handsets(): Promise<readonly Handset[]> {
  made ??= Promise.all(Array.from({ length: HANDSETS }, (_, index) => makeHandset(index)));
  return made;
}

async function makeHandset(index: number): Promise<Handset> {
  const keys = await createKeys();
  const signingKey = await publicJwk(keys.signing.publicKey);
  const encryptionKey = await publicJwk(keys.encryption.publicKey);
  return {
    name: `handset-${index}`,
    keys,
    signingKey,
    encryptionKey,
    signingKeyThumbprint: await thumbprint(signingKey),
    encryptionKeyThumbprint: await thumbprint(encryptionKey),
  };
}

export const COMPANY = 'DEMO';
export const SECRET = Secret.fromBase32('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
export const FIRST_CODE = 'AAAA-BBBB-CCCC-DDDD';

/** Two administrators and a holder. */
export const PEOPLE = ['uno', 'dos', 'tres'].map((name): User => {
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

/** What is there before a schedule begins: a company of three people, as the service would have written it. */
export async function founded(
  world: Pick<World, 'push' | 'seedKey'>,
  random: SeededRandom,
  phones: readonly Handset[],
): Promise<Given[]> {
  const authorizationPolicy = random.pick<ApprovalPolicy>(['HOLDER', 'REQUESTER', 'OTHER_ADMINISTRATOR']);
  const things: Given[] = [{ companyId: COMPANY, name: 'Demo', authorizationPolicy }];
  for (const [index, user] of PEOPLE.entries()) {
    const status =
      index === 0 ? 'ACTIVE' : random.pick(['ACTIVE', 'ACTIVE', 'ACTIVE', 'BLOCKED', 'PENDING_ENROLLMENT'] as const);
    things.push(user, ...usernameOwner(user));
    const handset = phones[index];
    if (status === 'PENDING_ENROLLMENT' || !handset) things.push(...unbound(user));
    else things.push(...(await bound(world, user, handset, status)));
  }
  return things;
}

function usernameOwner({ userId, companyId, tokenId, physicalTokenId, username }: User): Given[] {
  return [at(usernameOwners.at(username), { userId, companyId, tokenId, physicalTokenId, canSignIn: true })];
}

function unbound(user: User): Given[] {
  const expiresAt = new Date(NOW.getTime() + 3_600_000).toISOString();
  const codeHash = hashActivationCode(user.userId, FIRST_CODE);
  return [
    ...written(aToken(user, { status: 'PENDING_ENROLLMENT' })),
    ...(user.physicalTokenId ? written(physical(user, 'ENABLED')) : []),
    { userId: user.userId, codeHash, expiresAt, wrongTries: 0, wrongHashes: [] },
  ];
}

async function bound(
  { push, seedKey }: Pick<World, 'push' | 'seedKey'>,
  user: User,
  handset: Handset,
  status: 'ACTIVE' | 'BLOCKED',
): Promise<Given[]> {
  const deviceId = `phone-${user.userId}`;
  const enrolledAt = new Date(NOW.getTime() - 3_600_000).toISOString();
  const endpointArn = await push.createEndpoint('ANDROID', `push-${handset.name}`);
  const { signingKey, encryptionKey, signingKeyThumbprint, encryptionKeyThumbprint } = handset;
  const device: Device = {
    deviceId,
    userId: user.userId,
    companyId: COMPANY,
    tokenId: user.tokenId,
    name: handset.name,
    platform: 'ANDROID',
    signingKey,
    encryptionKey,
    signingKeyThumbprint,
    encryptionKeyThumbprint,
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
    at(seeds.at(user.tokenId), { deviceId, sealed: await seedKey.seal(SECRET, token) }),
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
  const first = phone ? 'PENDING_ENROLLMENT' : status;
  const contents: EventContent[] = [
    {
      type: 'TOKEN_CREATED',
      ...at0,
      actor: { type: 'BANK' },
      details: { kind, serial, to: first, holderId, role, enabled: true },
    },
  ];
  if (phone) {
    const { deviceId, signingKeyThumbprint, encryptionKeyThumbprint } = phone;
    const details = { from: first, to: 'ACTIVE', deviceId, signingKeyThumbprint, encryptionKeyThumbprint };
    contents.push({ type: 'TOKEN_ENROLLED', ...at0, actor, details });
  }
  if (status === 'BLOCKED') {
    const change = { changeId: 'of-long-ago', action: 'BLOCK', reason: 'PHONE_LOST', note: null };
    const details = { from: 'ACTIVE', to: 'BLOCKED' };
    contents.push({ type: 'CHANGE_APPLIED', ...at0, actor, change, details });
  }
  const created = appendEvents(token, contents);
  return [
    created.token,
    ...created.events.map((event) => at(recordEvents.at(COMPANY, token.tokenId, event.seq), event)),
  ];
}
