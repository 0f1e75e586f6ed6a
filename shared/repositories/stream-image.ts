import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from 'aws-lambda';
import type { Item } from './stored-item.ts';

/** Reads an item out of its image in a stream. */
export function parseImage(image: Readonly<Record<string, AttributeValue>>): Item {
  // The event's attribute values are those of the SDK, under another name.
  return unmarshall(image as Parameters<typeof unmarshall>[0]);
}
