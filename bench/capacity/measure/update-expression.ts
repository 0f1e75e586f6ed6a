import type { Attribute, WireItem } from '../rules/item-size.ts';
import type { Update } from './wire-calls.ts';

const CLAUSE = /\b(SET|REMOVE|ADD)\s+(.*?)(?=\b(?:SET|REMOVE|ADD)\s|$)/gs;
const ASSIGNMENT = /^([#\w]+)\s*=\s*(?:if_not_exists\(([#\w]+),\s*(:\w+)\)|(:\w+))$/;

type Item = Record<string, Attribute>;
type Expression = Omit<Update, 'TableName'>;

/** Returns the item as the update leaves it. Supports the forms that the product uses, and throws for any other. */
export function updated(before: WireItem | undefined, update: Expression): WireItem {
  const item: Item = { ...(before ?? update.Key) };
  for (const [, verb, text = ''] of update.UpdateExpression.matchAll(CLAUSE)) {
    for (const part of text.split(/,(?![^(]*\))/).map((each) => each.trim())) {
      if (verb === 'REMOVE') delete item[readName(part, update)];
      else if (verb === 'ADD') add(item, part, update);
      else assign(item, before, part, update);
    }
  }
  return item;
}

function add(item: Item, part: string, update: Expression): void {
  const [target = '', operand = ''] = part.split(/\s+/);
  const name = readName(target, update);
  item[name] = { N: String(Number(item[name]?.N ?? 0) + Number(readOperand(operand, update).N)) };
}

function assign(item: Item, before: WireItem | undefined, part: string, update: Expression): void {
  const [, target = '', kept, fallback, plain] = ASSIGNMENT.exec(part) ?? [];
  if (!target) throw new Error(`An update this measurement does not know: ${part}`);
  // An expression reads the item as it was before the update.
  const existing = kept ? before?.[readName(kept, update)] : undefined;
  item[readName(target, update)] = existing ?? readOperand(fallback ?? plain ?? '', update);
}

function readName(text: string, { ExpressionAttributeNames = {} }: Expression): string {
  return ExpressionAttributeNames[text] ?? text;
}

function readOperand(text: string, { ExpressionAttributeValues = {} }: Expression): Attribute {
  const value = ExpressionAttributeValues[text];
  if (!value) throw new Error(`No value ${text}`);
  return value;
}
