import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import * as z from 'zod/mini';
import { approvalPolicySchema } from '../../shared/domain/company.ts';
import { normalizeForSearch } from '../../shared/domain/search-words.ts';
import { textSchema } from '../../shared/domain/text.ts';
import type { RawLine } from './csv-lines.ts';

export const COLUMNS = [
  'company_id',
  'company_name',
  'authorization_policy',
  'username',
  'full_name',
  'email',
  'role',
  'physical_serial',
] as const;

/** A person as a line of the file says they are to be. */
export interface PersonLine {
  readonly number: number;
  readonly company: { companyId: string; name: string; authorizationPolicy: z.infer<typeof approvalPolicySchema> };
  readonly username: string;
  readonly fullName: string;
  readonly email: string;
  readonly role: z.infer<typeof lineRoleSchema>;
  /** Null where the line says nothing of a physical token. */
  readonly physicalSerial: string | null;
}

/** A refused line, with the reason. */
export interface BadLine {
  readonly number: number;
  readonly reason: string;
}

const lineRoleSchema = z.enum(['ADMINISTRATOR', 'SECONDARY', 'DISABLED']);

/** A search term is a key of at most 1024 bytes, and a change of name writes all of the terms in one transaction. */
const MAX_NAME_WORDS = 20;
const MAX_TERM_BYTES = 800;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const pattern = (expression: RegExp, error: string) => z.string().check(z.regex(expression, { error }));

const columnsSchema = z.strictObject({
  company_id: pattern(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'must be 1 to 64 letters, digits, dots, hyphens or underscores, a letter or digit first',
  ),
  company_name: textSchema(120),
  authorization_policy: z.enum(approvalPolicySchema.options, {
    error: `must be ${approvalPolicySchema.options.join(', ')}`,
  }),
  username: z.pipe(
    z.pipe(
      z.string(),
      z.transform((text: string) => text.normalize('NFC')),
    ),
    pattern(
      /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]{0,99}$/u,
      'must be 1 to 100 letters, digits or any of ._@+-, a letter or digit first',
    ).check(
      // The pool takes a user's id where it takes a username: one must never be mistaken for the other.
      z.refine((text) => !UUID.test(text), { error: 'must not look like an id' }),
    ),
  ),
  full_name: textSchema(120).check(
    z.refine((text) => normalizeForSearch(text).length > 0, { error: 'must have a letter', abort: true }),
    z.refine((text) => normalizeForSearch(text).split(' ').length <= MAX_NAME_WORDS, {
      error: `must have at most ${MAX_NAME_WORDS} words`,
    }),
    z.refine((text) => Buffer.byteLength(normalizeForSearch(text)) <= MAX_TERM_BYTES, { error: 'is too long' }),
  ),
  email: z.email({ error: 'is not an e-mail address' }).check(z.maxLength(254, { error: 'is too long' })),
  role: z.enum(lineRoleSchema.options, { error: `must be ${lineRoleSchema.options.join(', ')}` }),
  physical_serial: z.union([z.literal(''), textSchema(64)]),
});

/** True if the line is the header, exactly. */
export function isHeader({ bytes }: RawLine): boolean {
  const cells = bytes && isUtf8(bytes) ? splitCells(bytes) : undefined;
  return cells?.length === COLUMNS.length && COLUMNS.every((column, index) => cells[index] === column);
}

/** Parses the person of a line. Faults name the columns and never repeat their contents. */
export function parsePersonLine({ number, bytes }: RawLine): PersonLine | BadLine {
  if (!bytes) return { number, reason: 'is too long' };
  if (!isUtf8(bytes)) return { number, reason: 'is not UTF-8' };
  const cells = splitCells(bytes);
  if (!cells) return { number, reason: 'has a quotation mark out of place' };
  if (cells.length !== COLUMNS.length) {
    return { number, reason: `has ${cells.length} columns instead of ${COLUMNS.length}` };
  }
  const parsed = columnsSchema.safeParse(Object.fromEntries(COLUMNS.map((column, index) => [column, cells[index]])));
  if (!parsed.success) return { number, reason: parsed.error.issues.map(describeIssue).join('; ') };
  const row = parsed.data;
  return {
    number,
    company: { companyId: row.company_id, name: row.company_name, authorizationPolicy: row.authorization_policy },
    username: row.username,
    fullName: row.full_name,
    email: row.email,
    role: row.role,
    physicalSerial: row.physical_serial || null,
  };
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return `${path.join('.')}: ${message}`;
}

/** The line's cells without the space around them, or undefined where its quotes are wrong. */
function splitCells(bytes: Buffer): string[] | undefined {
  try {
    const rows: string[][] = parse(bytes, { relaxColumnCount: true, recordDelimiter: '\n' });
    return rows[0]?.map((cell) => cell.trim());
  } catch {
    return undefined;
  }
}
