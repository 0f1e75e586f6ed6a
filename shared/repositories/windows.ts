import type { Limit } from '../domain/sliding-window.ts';
import type { Item, ItemReference } from './stored-item.ts';
import type { Tables } from './tables.ts';

/** Mark an unused place, and that nothing took it. */
const NEVER = 0;
const NOTHING = '-';

/** The attributes that keep a window, of the newest time first. */
const windowAttributes = (name: string, { limit }: Limit): string[] =>
  Array.from({ length: limit }, (_, index) => `${name}${index + 1}`);

/** The parts of an update that move each of a window's attributes on by one, the first of them to a new value. */
const moveOn = (attributes: readonly string[], first: string, none: string): string[] =>
  attributes.map((attribute, index) =>
    index === 0 ? `${attribute} = ${first}` : `${attribute} = if_not_exists(${attributes[index - 1]}, ${none})`,
  );

interface PlaceOptions {
  /** True to make the item where it is not there. */
  readonly create: boolean;
  /** The purpose of the place: as long as it is in the window, the same again takes no other. */
  readonly once?: string;
}

/**
 * Takes a place in a sliding window, in one write without a read. The window is kept in an item's attributes: `name1`
 * is the newest time in epoch milliseconds, `name<limit>` the oldest, and `name1For` says what that place was taken
 * for. Each moves on by one if the oldest has left the window.
 *
 * @returns the item as it then is, or undefined where the window is full or, unless `create`, the item is not there.
 */
export async function takePlace(
  tables: Tables,
  reference: ItemReference<unknown>,
  name: string,
  limit: Limit,
  now: Date,
  { create, once }: PlaceOptions,
): Promise<Item | undefined> {
  const times = windowAttributes(name, limit);
  const purposes = once === undefined ? [] : times.map((attribute) => `${attribute}For`);
  const last = times.at(-1);
  const { done, item } = await tables.writeOne(reference, {
    UpdateExpression: `SET ${[...moveOn(times, ':now', ':never'), ...moveOn(purposes, ':once', ':nothing')].join(', ')}`,
    ConditionExpression: [
      ...(create ? [] : ['attribute_exists(pk)']),
      ...purposes.map((purpose) => `(attribute_not_exists(${purpose}) OR ${purpose} <> :once)`),
      `(attribute_not_exists(${last}) OR ${last} <= :left)`,
    ].join(' AND '),
    ExpressionAttributeValues: {
      ':now': now.getTime(),
      ':left': now.getTime() - limit.seconds * 1000,
      ...(limit.limit > 1 ? { ':never': NEVER } : {}),
      ':once': once,
      ...(once !== undefined && limit.limit > 1 ? { ':nothing': NOTHING } : {}),
    },
  });
  const taken = done || purposes.some((purpose) => item?.[purpose] === once);
  return taken ? item : undefined;
}

/** The times in such a window, epoch milliseconds, the newest first. */
export function timesIn(item: Item | undefined, name: string, limit: Limit): number[] {
  return windowAttributes(name, limit).flatMap((attribute) => {
    const time: unknown = item?.[attribute];
    return typeof time === 'number' ? [time] : [];
  });
}
