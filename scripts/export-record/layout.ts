import * as z from 'zod/mini';
import { eventSchema } from '../../shared/domain/event.ts';

/** Name and version of the format of an exported record (docs/record.md). */
export const EXPORT_FORMAT = 'llavero-export/1';

/** The files of an export; each line of a `.jsonl` is one JSON value in canonical form. */
export const FILES = {
  about: 'export.json',
  heads: 'heads.jsonl',
  events: 'events.jsonl',
  archive: 'archive.jsonl',
  days: 'days.jsonl',
  readme: 'README.md',
} as const;

export const aboutSchema = z.strictObject({
  format: z.literal(EXPORT_FORMAT),
  company: z.string(),
  exportedAt: z.iso.datetime(),
});
export type About = z.infer<typeof aboutSchema>;

export const headLineSchema = z.strictObject({ token: z.string(), seq: z.int(), hash: z.string() });

/** The event whole, as it was hashed: its members are judged by its hash. */
export const eventLineSchema = z.strictObject({ token: z.string(), event: eventSchema });

export const entryLineSchema = z.strictObject({
  day: z.string(),
  token: z.string(),
  seq: z.int(),
  hash: z.string(),
  putAt: z.iso.datetime(),
});
export type EntryLine = z.infer<typeof entryLineSchema>;
