import { attributeType, type Item, isList, isMap, type Value } from '../../../test/world/attribute-values.ts';

const OBJECT_OVERHEAD = 3;
const ELEMENT_OVERHEAD = 1;

/**
 * Bytes of an item as DynamoDB counts them: the UTF-8 of each name, and its value (developer guide, "DynamoDB item
 * sizes and formats"). Numbers are approximate there too: one byte for each two significant digits, and one.
 */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(value).replace(/^-?0*|[^\d]|e.*$/gi, '').length / 2) + 1;
  if (typeof value === 'boolean' || value === null) return 1;
  if (isList(value))
    return value.reduce<number>((sum, each) => sum + ELEMENT_OVERHEAD + valueSize(each), OBJECT_OVERHEAD);
  if (isMap(value)) return OBJECT_OVERHEAD + ELEMENT_OVERHEAD * Object.keys(value).length + itemSize(value);
  throw new Error(`No size is known for an attribute of type ${attributeType(value)}`);
}
