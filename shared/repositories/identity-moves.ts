import type { Device } from '../domain/device.ts';
import type { User } from '../domain/user.ts';
import { deleteActivation } from './activations.ts';
import { deleteUser } from './company-writes.ts';
import { deleteApprover, putDevice } from './device-writes.ts';
import { devices, otpStates, suspensions } from './items.ts';
import { moveId } from './later-ids.ts';
import { putOtpState } from './otp-states.ts';
import type { Item, Key } from './stored-item.ts';
import { copySuspensions } from './suspensions.ts';
import type { Tables, Write } from './tables.ts';

/**
 * Builds the writes that move what is kept under a person's user id to a new one: their phones, the one-time codes that
 * they have used, and their suspensions. An activation code is void. The phones' keys stay under the earlier id, too:
 * decisions in the record were signed under it. So do suspensions, for what the person had asked for by then. There the
 * later id is noted.
 */
export async function moveIdentity(tables: Tables, before: User, user: User): Promise<Write[]> {
  const { codes, suspended } = await tables.read({
    codes: otpStates.at(before.userId),
    suspended: { ...suspensions.at(before.companyId, before.userId), parse: (item: Item) => item },
  });
  const phones = (await readUnder(tables, devices.key(before.userId, ''))).map(devices.parse);
  return [
    deleteUser(before),
    ...moveId(before.userId, user.userId),
    deleteApprover(before),
    deleteActivation(before.userId),
    ...phones.flatMap((phone) => movePhone(phone, user.userId)),
    ...(codes ? [putOtpState(user.userId, { ...codes, version: 1 }, undefined)] : []),
    ...copySuspensions(before, user.userId, suspended),
  ];
}

/** A phone is woken under the new id alone. One whose push token changed meanwhile is read again. */
function movePhone(device: Device, userId: string): Write[] {
  const { endpointArn, leftEndpointArn, ...kept } = device;
  if (device.retiredAt !== undefined) return [putDevice({ ...kept, userId })];
  const seen = { endpointArn, leftEndpointArn, pushTokenIat: device.pushTokenIat };
  const present = Object.entries(seen).filter(([, value]) => value !== undefined);
  const same = Object.entries(seen).map(([name, value]) =>
    value === undefined ? `attribute_not_exists(${name})` : `${name} = :${name}`,
  );
  const Put = {
    TableName: 'main',
    Item: { ...kept, ...devices.key(device.userId, device.deviceId) },
    ConditionExpression: ['attribute_exists(pk)', 'attribute_not_exists(retiredAt)', ...same].join(' AND '),
    ...(present.length > 0
      ? { ExpressionAttributeValues: Object.fromEntries(present.map(([name, value]) => [`:${name}`, value])) }
      : {}),
  };
  return [putDevice({ ...device, userId }), { Put }];
}

/** The items of a partition whose sort keys begin as this key's. */
async function readUnder(tables: Tables, { pk, sk }: Key): Promise<Item[]> {
  const pages = tables.queryPages({
    KeyConditionExpression: 'pk = :partition AND begins_with(sk, :beginning)',
    ExpressionAttributeValues: { ':partition': pk, ':beginning': sk },
    ConsistentRead: true,
  });
  return (await Array.fromAsync(pages)).flat();
}
