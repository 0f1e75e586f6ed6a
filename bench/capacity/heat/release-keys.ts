import type { HeldChange } from '../../../shared/domain/change.ts';
import {
  activationKey,
  administratorsWaiting,
  approverKey,
  changeKey,
  companyKey,
  deviceKey,
  endpointKey,
  eventKey,
  holdKey,
  noticesKey,
  openPartition,
  openShardOf,
  refusalsKey,
  seedKey,
  suspensionKey,
  tokenKey,
  userKey,
  waitingKey,
} from '../../../shared/repositories/keys.ts';
import type { Key } from '../../../shared/repositories/table.ts';
import type { TouchFigures } from '../measured.ts';

/** A release as far as keys go. */
export interface SimulatedRelease {
  readonly companyId: string;
  readonly requesterId: string;
  readonly requesterDeviceId: string;
  readonly requesterTokenId: string;
  readonly holderId: string;
  readonly holderDeviceId: string;
  readonly holderName: string;
  readonly tokenId: string;
  readonly changeId: string;
  readonly at: string;
  readonly seq: number;
}

type KeyOf = (release: SimulatedRelease) => Key;

const waiting: KeyOf = ({ changeId, companyId, requesterId, holderId, at }) => {
  const subject: Pick<HeldChange, 'changeId' | 'companyId' | 'createdAt'> = { changeId, companyId, createdAt: at };
  const people = { requestedBy: { userId: requesterId }, holder: { userId: holderId } };
  const key = waitingKey({ ...subject, ...people, authorization: { policy: 'REQUESTER' } } as HeldChange);
  if (!key) throw new Error('A change of that policy waits for nobody');
  return key;
};
const byAge: (partition: string) => KeyOf =
  (partition) =>
  ({ companyId, changeId, at }) => ({
    pk: `${companyKey(companyId).pk}${partition}`,
    sk: `${at}#${changeId}`,
  });
const byName: (status: string) => KeyOf =
  (status) =>
  ({ companyId, holderName, tokenId }) => ({
    pk: `${companyKey(companyId).pk}#TOKENS#${status}`,
    sk: `${holderName}#${tokenId}`,
  });

/** The product's key for each kind of key that the measurement met, as `target partition sort`. */
const KEYS: Readonly<Record<string, KeyOf>> = {
  'main CHANGE#{change} HOLD': ({ changeId }) => holdKey(changeId),
  'main CHANGE#{change} NOTICES': ({ changeId }) => noticesKey(changeId),
  'main COMPANY#{company} PROFILE': ({ companyId }) => companyKey(companyId),
  'main COMPANY#{company} APPROVER#{requester}': ({ companyId, requesterId }) => approverKey(companyId, requesterId),
  'main COMPANY#{company} APPROVER#{holder}': ({ companyId, holderId }) => approverKey(companyId, holderId),
  'main COMPANY#{company} CHANGE#{change}': ({ companyId, changeId }) => changeKey(companyId, changeId),
  'main COMPANY#{company} SUSPENSION#{requester}#': ({ companyId, requesterId }) =>
    suspensionKey(companyId, requesterId, null),
  'main COMPANY#{company} SUSPENSION#{requester}#{token}': ({ companyId, requesterId, tokenId }) =>
    suspensionKey(companyId, requesterId, tokenId),
  'main COMPANY#{company} TOKEN#{token}': ({ companyId, tokenId }) => tokenKey(companyId, tokenId),
  'main COMPANY#{company} TOKEN#{other}': ({ companyId, requesterTokenId }) => tokenKey(companyId, requesterTokenId),
  'main COMPANY#{company}#ADMINISTRATORS WAITING#': ({ companyId }) => ({
    pk: administratorsWaiting(companyId),
    sk: 'WAITING#',
  }),
  'main ENDPOINT#{digest} OWNER': ({ holderDeviceId }) => endpointKey(holderDeviceId),
  'main USER#{holder} ACTIVATION': ({ holderId }) => activationKey(holderId),
  'main USER#{holder} DEVICE#': ({ holderId }) => deviceKey(holderId, ''),
  'main USER#{holder} DEVICE#{holder-device}': ({ holderId, holderDeviceId }) => deviceKey(holderId, holderDeviceId),
  'main USER#{holder} PROFILE': ({ holderId }) => userKey(holderId),
  'main USER#{requester} DEVICE#{requester-device}': ({ requesterId, requesterDeviceId }) =>
    deviceKey(requesterId, requesterDeviceId),
  'main USER#{requester} PROFILE': ({ requesterId }) => userKey(requesterId),
  'main USER#{requester} REFUSALS': ({ requesterId }) => refusalsKey(requesterId),
  'main USER#{requester} WAITING#': ({ requesterId }) => ({ pk: userKey(requesterId).pk, sk: 'WAITING#' }),
  'main USER#{requester} WAITING#{time}#{change}': waiting,
  'main/list COMPANY#{company}#CHANGES {time}#{change}': byAge('#CHANGES'),
  'main/status COMPANY#{company}#CHANGES#PENDING_AUTHORIZATION {time}#{change}': byAge(
    '#CHANGES#PENDING_AUTHORIZATION',
  ),
  'main/status COMPANY#{company}#CHANGES#AUTHORIZED {time}#{change}': byAge('#CHANGES#AUTHORIZED'),
  'main/status COMPANY#{company}#CHANGES#APPLIED {time}#{change}': byAge('#CHANGES#APPLIED'),
  'main/status COMPANY#{company}#TOKENS#ACTIVE {name}#{token}': byName('ACTIVE'),
  'main/status COMPANY#{company}#TOKENS#RELEASED {name}#{token}': byName('RELEASED'),
  'main/open OPEN#{shard} {time}#{change}': ({ changeId, at }) => ({
    pk: openPartition(openShardOf({ changeId })),
    sk: `${at}#${changeId}`,
  }),
  'record COMPANY#{company}#TOKEN#{token} EVENT#{seq}': ({ companyId, tokenId, seq }) =>
    eventKey(companyId, tokenId, seq),
  'seeds TOKEN#{token} SEED': ({ tokenId }) => seedKey(tokenId),
};

/** The key that a release has where one of this kind was measured; throws for a kind that the product did not have before. */
export function keyOf({ target, partition, sort }: TouchFigures, release: SimulatedRelease): Key {
  const key = KEYS[`${target} ${partition} ${sort}`];
  if (!key) throw new Error(`The simulation has no key for ${target} ${partition} ${sort}`);
  return key(release);
}

/** Where a key is among all keys: partition keys are spread by a hash (here FNV-1a), sort keys keep their order. */
export function placeOf({ pk, sk }: Key): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < pk.length; index++) hash = Math.imul(hash ^ pk.charCodeAt(index), 0x01000193);
  // Its last bits are spread better than its first.
  const spread = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b) >>> 0;
  return `${spread.toString(16).padStart(8, '0')} ${pk} ${sk}`;
}
