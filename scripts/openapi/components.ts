import * as z from 'zod/mini';
import type { Shape } from './shape.ts';
import { CONSOLE } from './shapes/console.ts';
import { PHONE } from './shapes/phone.ts';
import { RECEIPT } from './shapes/receipt.ts';
import { WORDS } from './shapes/words.ts';

export type Json = Record<string, unknown>;

const SHAPES: Readonly<Record<string, Shape>> = { ...WORDS, ...CONSOLE, ...PHONE, ...RECEIPT };
const registry = z.registry<{ id: string }>();
for (const [id, { schema }] of Object.entries(SHAPES)) registry.add(schema, { id });

const address = (id: string) => `#/components/schemas/${id}`;

/** A reference to a schema of the API; each has a name. */
export function refer(schema: z.ZodMiniType): Json {
  const named = registry.get(schema);
  if (!named) throw new Error('A schema of the API has no name: give it one in scripts/openapi/shapes');
  return { $ref: address(named.id) };
}

/** Parts of a schema, with references to those that have a name: of a client's input, before normalization. */
const OPTIONS = {
  io: 'input',
  unrepresentable: 'any',
  // The format says it; the pattern for it is a line of its own length.
  override: ({ jsonSchema }: { jsonSchema: Json }) => {
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  },
} as const;

/** Every named schema, each of its members described. */
export function describeSchemas(): Json {
  const { schemas } = z.toJSONSchema(registry, { ...OPTIONS, uri: address });
  return Object.fromEntries(
    Object.entries(SHAPES).map(([name, { description, fields = {} }]) => {
      const { $schema: _dialect, $id: _address, ...schema }: Json = { ...schemas[name] };
      const properties = describeFields(name, (schema.properties ?? {}) as Record<string, Json>, fields);
      return [name, { description, ...schema, ...(schema.properties ? { properties } : {}) }];
    }),
  );
}

function describeFields(
  name: string,
  properties: Record<string, Json>,
  fields: Readonly<Record<string, string>>,
): Json {
  const stale = Object.keys(fields).filter((field) => !(field in properties));
  if (stale.length > 0) throw new Error(`${name} has no ${stale.join(', ')}`);
  return Object.fromEntries(
    Object.entries(properties).map(([field, property]) => {
      const description = fields[field] ?? property.description;
      if (!description) throw new Error(`${name}.${field} is not described`);
      return [field, { ...property, description }];
    }),
  );
}

/** The members of a query or a path, each with its schema: a number where the service reads one. */
export function listParameters(schema: z.ZodMiniType): { name: string; required: boolean; schema: Json }[] {
  const among = z.registry<{ id: string }>();
  for (const [id, shape] of Object.entries(SHAPES)) among.add(shape.schema, { id });
  among.add(schema, { id: 'parameters' });
  const { properties = {}, required = [] } =
    z.toJSONSchema(among, { ...OPTIONS, uri: address }).schemas.parameters ?? {};
  const read = z.toJSONSchema(schema, { ...OPTIONS, io: 'output' }).properties ?? {};
  return Object.entries(properties).map(([name, sent]) => ({
    name,
    required: required.includes(name),
    schema: asRead(sent as Json, read[name] as Json),
  }));
}

/** A value that is sent as digits and read as a number is described as the number. */
function asRead(sent: Json, read: Json): Json {
  if (read.type !== 'integer') return sent;
  return { ...read, ...(sent.default === undefined ? {} : { default: Number(sent.default) }) };
}
