import * as z from 'zod/mini';
import { PUBLISHED_FORMAT, publishedEventSchema } from '../../shared/domain/published-event.ts';

/** The JSON Schema of a published event's `detail`. A later release may add members and types: neither breaks it. */
export function eventDocument(): object {
  const { $schema, additionalProperties: _closed, ...schema } = z.toJSONSchema(publishedEventSchema, { io: 'input' });
  const type = { type: 'string', pattern: '^[A-Z][A-Z_]*$' };
  return { $schema, title: PUBLISHED_FORMAT, ...schema, properties: { ...schema.properties, type } };
}
