import * as z from 'zod/mini';
import { approvalPolicySchema, type Company } from '../../../shared/domain/company.ts';
import { normalizeForSearch } from '../../../shared/domain/search-words.ts';
import { textSchema } from '../../../shared/domain/text.ts';
import { say } from '../say.ts';
import { findCellFault, withPlainSpaces } from './cell-faults.ts';
import type { CsvRecord } from './csv-records.ts';

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
export type Column = (typeof COLUMNS)[number];

/** A person as a line of the file says they are to be. */
export interface PersonLine {
  readonly number: number;
  readonly company: Company;
  readonly username: string;
  readonly fullName: string;
  readonly email: string;
  readonly role: z.infer<typeof lineRoleSchema>;
  /** Null where the line says nothing of a physical token. */
  readonly physicalSerial: string | null;
}

/** A refused line, with the reason and the remedy. */
export interface BadLine {
  readonly number: number;
  readonly reason: string;
}

const lineRoleSchema = z.enum(['ADMINISTRATOR', 'SECONDARY', 'DISABLED']);

/** A word is in a key of at most 1024 bytes, and a change of name writes all of the words in one transaction. */
const MAX_NAME_WORDS = 20;
const MAX_TERM_BYTES = 800;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const pattern = (expression: RegExp, error: string) => z.string().check(z.regex(expression, { error }));
const sayOptions = (options: readonly string[]) =>
  say(`debe ser ${options.join(', ')}`, `must be ${options.join(', ')}`);

export const usernameSchema = z.pipe(
  z.pipe(
    z.string(),
    z.transform((text: string) => text.normalize('NFC')),
  ),
  pattern(
    /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]{0,99}$/u,
    say(
      'debe tener de 1 a 100 letras, dígitos o ._@+-, y empezar por letra o dígito',
      'must be 1 to 100 letters, digits or any of ._@+-, a letter or digit first',
    ),
  ).check(
    // The pool takes a user's id where it takes a username: one must never be mistaken for the other.
    z.refine((text) => !UUID.test(text), { error: say('no puede parecer un id', 'must not look like an id') }),
  ),
);

const columnsSchema = z.strictObject({
  company_id: pattern(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    say(
      'debe tener de 1 a 64 letras sin tilde, dígitos, puntos, guiones o guiones bajos, y empezar por letra o dígito',
      'must be 1 to 64 letters without accents, digits, dots, hyphens or underscores, a letter or digit first',
    ),
  ),
  company_name: textSchema(120),
  authorization_policy: z.enum(approvalPolicySchema.options, { error: sayOptions(approvalPolicySchema.options) }),
  username: usernameSchema,
  full_name: textSchema(120).check(
    z.refine((text) => normalizeForSearch(text).length > 0, {
      error: say('debe tener una letra', 'must have a letter'),
      abort: true,
    }),
    z.refine((text) => normalizeForSearch(text).split(' ').length <= MAX_NAME_WORDS, {
      error: say(`debe tener máximo ${MAX_NAME_WORDS} palabras`, `must have at most ${MAX_NAME_WORDS} words`),
    }),
    z.refine((text) => Buffer.byteLength(normalizeForSearch(text)) <= MAX_TERM_BYTES, {
      error: say('es demasiado largo', 'is too long'),
    }),
  ),
  email: z
    .email({ error: say('no es un correo electrónico', 'is not an e-mail address') })
    .check(z.maxLength(254, { error: say('es demasiado largo', 'is too long') })),
  role: z.enum(lineRoleSchema.options, { error: sayOptions(lineRoleSchema.options) }),
  physical_serial: z.union([z.literal(''), textSchema(64)]),
});

/** Parses the person of a record. Faults name the columns and never repeat their contents. */
export function parsePersonLine(record: CsvRecord, columns: readonly (Column | null)[]): PersonLine | BadLine {
  if ('reason' in record) return record;
  const { number } = record;
  const cells = placeCells(record.cells, columns);
  if (!cells) return { number, reason: describeWidth(record.cells.length, columns.length) };
  const faults = COLUMNS.flatMap((column) => {
    const fault = findCellFault(cells[column] ?? '');
    return fault ? [`${column}: ${fault}`] : [];
  });
  if (faults.length > 0) return { number, reason: faults.join('; ') };
  const shown = Object.fromEntries(COLUMNS.map((column) => [column, withPlainSpaces(cells[column] ?? '')]));
  const parsed = columnsSchema.safeParse(shown);
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

/**
 * The cells under their columns' names. A spreadsheet leaves out empty cells at a line's end, and adds some:
 * undefined where a cell that a person needs is missing, or one stands under no name.
 */
function placeCells(
  cells: readonly string[],
  columns: readonly (Column | null)[],
): Partial<Record<Column, string>> | undefined {
  const missing = columns.slice(cells.length).filter((column) => column !== null && column !== 'physical_serial');
  const nameless = cells.filter((cell, index) => cell !== '' && (columns[index] ?? null) === null);
  if (missing.length > 0 || nameless.length > 0) return undefined;
  return Object.fromEntries(columns.flatMap((column, index) => (column ? [[column, cells[index] ?? '']] : [])));
}

function describeWidth(found: number, wanted: number): string {
  return say(
    `tiene ${found} columnas en lugar de ${wanted}: escriba entre comillas la celda que tenga el separador`,
    `has ${found} columns instead of ${wanted}: quote the cell that has the separator in it`,
  );
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return `${path.join('.')}: ${message}`;
}
