import type { Attribute, WireItem } from '../rules/item-size.ts';
import type { Update } from './wire-calls.ts';

const CLAUSE = /\b(SET|REMOVE|ADD)\s+(.*?)(?=\b(?:SET|REMOVE|ADD)\s|$)/gs;
const ASSIGNMENT = /^([#\w]+)\s*=\s*(?:if_not_exists\(([#\w]+),\s*(:\w+)\)|(:\w+))$/;

/** The item as an update leaves it. Knows the forms that the product uses, and throws for any other. */
export function updated(before: WireItem | undefined, update: Omit<Update, 'TableName'>): WireItem {
  const { Key, UpdateExpression, ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = update;
  const item: Record<string, Attribute> = { ...(before ?? Key) };
  const nameOf = (text: string) => ExpressionAttributeNames[text] ?? text;
  const operandOf = (text: string): Attribute => {
    const value = ExpressionAttributeValues[text];
    if (!value) throw new Error(`No value ${text}`);
    return value;
  };
  for (const [, verb, text = ''] of UpdateExpression.matchAll(CLAUSE)) {
    for (const part of text.split(/,(?![^(]*\))/).map((each) => each.trim())) {
      if (verb === 'REMOVE') delete item[nameOf(part)];
      else if (verb === 'ADD') {
        const [target = '', operand = ''] = part.split(/\s+/);
        const sum = Number(item[nameOf(target)]?.N ?? 0) + Number(operandOf(operand).N);
        item[nameOf(target)] = { N: String(sum) };
      } else {
        const [, target = '', kept, fallback, plain] = ASSIGNMENT.exec(part) ?? [];
        if (!target) throw new Error(`An update this measurement does not know: ${part}`);
        // What an expression reads is the item as it was.
        const existing = kept ? before?.[nameOf(kept)] : undefined;
        item[nameOf(target)] = existing ?? operandOf(fallback ?? plain ?? '');
      }
    }
  }
  return item;
}
