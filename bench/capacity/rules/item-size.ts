/** An attribute as DynamoDB's JSON protocol writes it: `{ S: "text" }`, `{ N: "1" }`, `{ M: { … } }`. */
export type Attribute = Readonly<Record<string, unknown>>;
export type WireItem = Readonly<Record<string, Attribute>>;

const OBJECT_OVERHEAD = 3;
const ELEMENT_OVERHEAD = 1;

/**
 * Bytes of an item as DynamoDB counts them: the UTF-8 of each name, and its value (developer guide, "DynamoDB item
 * sizes and formats"). Numbers are approximate there too: one byte for each two significant digits, and one.
 */
export function itemSize(item: WireItem): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(attribute: Attribute): number {
  const [[type, value] = []] = Object.entries(attribute);
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(value));
    case 'N':
      return Math.ceil(String(value).replace(/^-?0*|[^\d]|e.*$/gi, '').length / 2) + 1;
    case 'B':
      return Buffer.from(String(value), 'base64').length;
    case 'BOOL':
    case 'NULL':
      return 1;
    case 'L':
      return OBJECT_OVERHEAD + asList(value).reduce<number>((sum, each) => sum + ELEMENT_OVERHEAD + valueSize(each), 0);
    case 'M':
      return (
        OBJECT_OVERHEAD +
        Object.entries(value as WireItem).reduce(
          (sum, [name, each]) => sum + ELEMENT_OVERHEAD + Buffer.byteLength(name) + valueSize(each),
          0,
        )
      );
    default:
      throw new Error(`No size is known for an attribute of type ${type}`);
  }
}

const asList = (value: unknown): readonly Attribute[] => value as readonly Attribute[];
