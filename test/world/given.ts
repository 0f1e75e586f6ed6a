import type { Change } from '../../shared/domain/change.ts';
import { isHeld } from '../../shared/domain/change.ts';
import type { Company } from '../../shared/domain/company.ts';
import type { Device } from '../../shared/domain/device.ts';
import type { Endpoint } from '../../shared/domain/endpoint.ts';
import type { Suspension } from '../../shared/domain/suspension.ts';
import type { Token } from '../../shared/domain/token.ts';
import type { User } from '../../shared/domain/user.ts';
import { putActivation } from '../../shared/repositories/activations.ts';
import { listAdministrator } from '../../shared/repositories/administrators.ts';
import { putCompany, putUser } from '../../shared/repositories/company-writes.ts';
import { putDevice, putEndpoint } from '../../shared/repositories/device-writes.ts';
import { type Activation, suspensionScope, suspensions } from '../../shared/repositories/items.ts';
import type { ItemReference, TableId } from '../../shared/repositories/stored-item.ts';
import type { Write } from '../../shared/repositories/tables.ts';
import { putChange, putToken, waitingWrites } from '../../shared/repositories/writes.ts';
import type { World } from '../../shared/world.ts';
import { type MemoryWorld, TABLE_NAMES } from './world.ts';

/** An item of any kind at its place. */
export interface Placed {
  readonly reference: ItemReference<unknown>;
  readonly item: object;
}

/** The things that are there before a test begins: some tell their own kind, others are at their place. */
export type Given = User | Token | Change | Device | Company | Suspension | Endpoint | Activation | Placed;

/** An item at its place, for {@link given}: `at(holds.at('change-1'), { notification: 'SENT' })`. */
export function at<T extends object>(reference: ItemReference<T>, item: NoInfer<T>): Placed {
  return { reference, item };
}

/** Puts things as the service writes them, index entries among them, past conditions: what was there before. */
export function given(
  { services, clock }: Pick<World, 'clock'> & Pick<MemoryWorld, 'services'>,
  ...things: readonly Given[]
): void {
  for (const { Put } of things.flatMap((thing) => writes(thing, clock.now()))) {
    if (Put?.Item) services.tables.seed(TABLE_NAMES[Put.TableName as TableId], [Put.Item]);
  }
}

/** Reads the item that is stored at this place now, or undefined. */
export function stored<T>(world: Pick<MemoryWorld, 'services'>, reference: ItemReference<T>): T | undefined {
  const { table, key, parse } = reference;
  const item = world.services.tables.items(TABLE_NAMES[table]).find(({ pk, sk }) => pk === key.pk && sk === key.sk);
  return item && parse(item);
}

function writes(thing: Given, now: Date): Write[] {
  if ('reference' in thing) {
    const { reference, item } = thing;
    return [{ Put: { TableName: reference.table, Item: { ...item, ...reference.key } } }];
  }
  if ('signingKey' in thing) return [putDevice(thing)];
  if ('serial' in thing) return [putToken(thing)];
  if ('requestDigest' in thing) return [putChange(thing), ...(isHeld(thing) ? waitingWrites(thing, now) : [])];
  if ('username' in thing) return [putUser(thing, null), ...listAdministrator(null, thing)];
  if ('codeHash' in thing) return [putActivation(thing)];
  if ('endpointArn' in thing) return [putEndpoint(thing, now)];
  if ('requesterId' in thing) {
    const { companyId, requesterId, onlyToken } = thing;
    const Item = { ...suspensions.key(companyId, requesterId), [suspensionScope(onlyToken)]: thing, version: 1 };
    return [{ Put: { TableName: 'main', Item } }];
  }
  return [putCompany(thing, null)];
}
