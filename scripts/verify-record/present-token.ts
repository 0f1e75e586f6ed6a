import { calculateJwkThumbprint } from 'jose';
import type { Device } from '../../shared/domain/device.ts';
import type { ReplayedPhone, ReplayedToken } from '../../shared/domain/replay.ts';
import type { Token } from '../../shared/domain/token.ts';
import { isAdministrator, type User } from '../../shared/domain/user.ts';
import { approvers, boundKeys, devices, tokens, users } from '../../shared/repositories/items.ts';
import type { Tables } from '../../shared/repositories/tables.ts';

/** A token as the tables have it now, with all that its record also tells of. */
export interface PresentToken {
  readonly token: Token;
  readonly holder: User | undefined;
  /** The phone with which the holder is among those who may authorize. */
  readonly approvingDevice: string | null;
  readonly phones: readonly PresentPhone[];
}

interface PresentPhone {
  readonly device: Device;
  /** The thumbprints that the stored keys really have. */
  readonly signingKeyThumbprint: string;
  readonly encryptionKeyThumbprint: string;
  /** False where one of its keys could be enrolled again. */
  readonly keysAreBound: boolean;
}

/** Reads a token as it is now. Its parts are of one moment if its version is the same afterwards. */
export async function readPresent(tables: Tables, companyId: string, tokenId: string): Promise<PresentToken> {
  const { token } = await tables.read({ token: tokens.at(companyId, tokenId) });
  if (!token) throw new Error('The token is gone');
  if (token.kind === 'PHYSICAL') return { token, holder: undefined, approvingDevice: null, phones: [] };
  const { userId } = token.holder;
  const { holder, approver } = await tables.read({
    holder: users.at(userId),
    approver: approvers.at(companyId, userId),
  });
  const phones = await Promise.all((await readDevices(tables, userId)).map((device) => readPhone(tables, device)));
  return { token, holder, approvingDevice: approver?.deviceId ?? null, phones };
}

async function readDevices(tables: Tables, userId: string): Promise<Device[]> {
  const { pk, sk } = devices.key(userId, '');
  const pages = tables.queryPages({
    KeyConditionExpression: 'pk = :user AND begins_with(sk, :device)',
    ExpressionAttributeValues: { ':user': pk, ':device': sk },
    ConsistentRead: true,
  });
  return (await Array.fromAsync(pages)).flat().map(devices.parse);
}

async function readPhone(tables: Tables, device: Device): Promise<PresentPhone> {
  const { signingKey, encryptionKey, deviceId } = device;
  const owners = await tables.read({ signing: boundKeys.at(signingKey), encryption: boundKeys.at(encryptionKey) });
  return {
    device,
    signingKeyThumbprint: await calculateJwkThumbprint(signingKey),
    encryptionKeyThumbprint: await calculateJwkThumbprint(encryptionKey),
    keysAreBound: owners.signing?.deviceId === deviceId && owners.encryption?.deviceId === deviceId,
  };
}

/** A member of what is stored that is not what the record leads to. */
export interface Difference {
  readonly field: string;
  readonly stored: unknown;
  readonly recorded: unknown;
}

/** Compares a token as it is stored with what its record leads to; what the record does not tell of is not compared. */
export function compareToken(present: PresentToken, replayed: ReplayedToken): Difference[] {
  const { token, holder } = present;
  const { pending } = replayed;
  const compared: Difference[] = [
    { field: 'kind', stored: token.kind, recorded: replayed.kind ?? token.kind },
    { field: 'serial', stored: token.serial, recorded: replayed.serial ?? token.serial },
    { field: 'status', stored: token.status, recorded: replayed.status },
    { field: 'statusBeforeBlock', stored: token.statusBeforeBlock, recorded: replayed.statusBeforeBlock },
    { field: 'device.deviceId', stored: token.device?.deviceId ?? null, recorded: replayed.deviceId },
    {
      field: 'device.enrolledAt',
      stored: token.device?.enrolledAt,
      recorded: replayed.phones.get(replayed.deviceId ?? '')?.enrolledAt,
    },
    { field: 'pendingChange.changeId', stored: token.pendingChange?.changeId, recorded: pending?.changeId },
    { field: 'pendingChange.action', stored: token.pendingChange?.action, recorded: pending?.action },
    { field: 'pendingChange.status', stored: token.pendingChange?.status, recorded: pending?.status },
    {
      field: 'lastRelease.authorizedBy',
      stored: token.lastRelease?.authorizedBy,
      recorded: replayed.lastRelease?.authorizedBy,
    },
    {
      field: 'lastRelease.authorizedAt',
      stored: token.lastRelease?.authorizedAt,
      recorded: replayed.lastRelease?.authorizedAt,
    },
    ...compareHolder('holder', token.holder, replayed),
    ...(token.kind === 'VIRTUAL' ? compareProfile(token, holder, replayed) : []),
    ...(token.kind === 'VIRTUAL' ? compareApprover(present, replayed) : []),
    ...comparePhones(present, replayed),
  ];
  return compared.filter(({ stored, recorded }) => stored !== recorded);
}

type Rights = { readonly [Member in 'userId' | 'fullName' | 'role' | 'enabled']?: User[Member] | undefined };

function compareHolder(name: string, stored: Rights | undefined, { holder }: ReplayedToken): Difference[] {
  return (['userId', 'fullName', 'role', 'enabled'] as const)
    .filter((member) => holder[member] !== undefined && (stored === undefined || member in stored))
    .map((member) => ({ field: `${name}.${member}`, stored: stored?.[member], recorded: holder[member] }));
}

/** The holder's profile is whose rights count; where it is missing, nothing of it can be right. */
function compareProfile(token: Token, profile: User | undefined, replayed: ReplayedToken): Difference[] {
  return [
    { field: 'holder’s profile.companyId', stored: profile?.companyId, recorded: token.companyId },
    { field: 'holder’s profile.tokenId', stored: profile?.tokenId, recorded: token.tokenId },
    ...compareHolder('holder’s profile', profile, replayed),
  ];
}

/** Among those who may authorize is an enabled administrator whose token is active, with its phone, and nobody else. */
function compareApprover({ holder, approvingDevice }: PresentToken, replayed: ReplayedToken): Difference[] {
  const mayApprove =
    holder !== undefined && isAdministrator({ ...holder, ...replayed.holder }) && replayed.status === 'ACTIVE';
  return [{ field: 'approver.deviceId', stored: approvingDevice, recorded: mayApprove ? replayed.deviceId : null }];
}

function comparePhones({ token, phones }: PresentToken, replayed: ReplayedToken): Difference[] {
  const stored = new Map(phones.map((phone) => [phone.device.deviceId, phone]));
  const deviceIds = new Set([...replayed.phones.keys(), ...stored.keys()]);
  return [...deviceIds].flatMap((deviceId) =>
    comparePhone(token.tokenId, stored.get(deviceId), replayed.phones.get(deviceId)),
  );
}

function comparePhone(
  tokenId: string,
  stored: PresentPhone | undefined,
  recorded: ReplayedPhone | undefined,
): Difference[] {
  const name = `phone ${stored?.device.deviceId ?? recorded?.deviceId}`;
  if (!stored) return [{ field: name, stored: undefined, recorded: 'enrolled' }];
  if (!recorded) return [{ field: name, stored: 'enrolled', recorded: undefined }];
  const { device, keysAreBound } = stored;
  return [
    { field: `${name}.signingKey`, stored: stored.signingKeyThumbprint, recorded: recorded.signingKeyThumbprint },
    {
      field: `${name}.encryptionKey`,
      stored: stored.encryptionKeyThumbprint,
      recorded: recorded.encryptionKeyThumbprint,
    },
    { field: `${name}.tokenId`, stored: device.tokenId, recorded: tokenId },
    { field: `${name}.enrolledAt`, stored: device.enrolledAt, recorded: recorded.enrolledAt },
    { field: `${name}.retiredAt`, stored: device.retiredAt, recorded: recorded.retiredAt },
    { field: `${name}’s keys`, stored: keysAreBound ? 'taken for ever' : 'free', recorded: 'taken for ever' },
  ];
}
