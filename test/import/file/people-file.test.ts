import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PeopleFile } from '../../../scripts/import/file/people-file.ts';
import { HEADER } from '../run-import.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llavero-file-'));
});

afterEach(() => rm(folder, { recursive: true }));

const NAMES = ['Ángela Núñez', 'Óscar Peña'];
const LINES = NAMES.map((name, index) => `C1,Ñandú,HOLDER,demo.${index},${name},demo.${index}@example.com,SECONDARY,`);
const TEXT = [HEADER, ...LINES, ''].join('\r\n');

/** The text in one byte a character, as Windows-1252 has Latin letters. */
const windows1252 = (text: string) => Buffer.from(text, 'latin1');

/** The text in UTF-16, the least significant byte first unless told otherwise. */
function utf16(text: string, order: 'little' | 'big' = 'little'): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return order === 'little' ? bytes : bytes.swap16();
}

/** Reads each record of such a file: a name, or the number of a bad line with its reason in English. */
async function read(bytes: Buffer | string): Promise<(string | [number, string])[]> {
  const path = join(folder, 'people.csv');
  await writeFile(path, bytes);
  const file = await PeopleFile.open(path);
  const read: (string | [number, string])[] = [];
  try {
    for await (const line of file.lines()) {
      read.push('reason' in line ? [line.number, line.reason.split(' · ').at(-1) ?? ''] : line.fullName);
    }
  } finally {
    await file.close();
  }
  return read;
}

const withDelimiter = (delimiter: string) => TEXT.replaceAll(',', delimiter);

it.each([
  { what: 'UTF-8', bytes: Buffer.from(TEXT) },
  { what: 'UTF-8 with a byte order mark', bytes: Buffer.from(`\uFEFF${TEXT}`) },
  { what: 'UTF-16 with a byte order mark', bytes: utf16(`\uFEFF${TEXT}`) },
  { what: 'UTF-16 with a byte order mark, big-endian', bytes: utf16(`\uFEFF${TEXT}`, 'big') },
  { what: 'Windows-1252', bytes: windows1252(TEXT) },
  { what: 'semicolons', bytes: Buffer.from(withDelimiter(';')) },
  { what: 'tabs in UTF-16, as Excel’s "Unicode text"', bytes: utf16(`\uFEFF${withDelimiter('\t')}`) },
  { what: 'a sep= line', bytes: Buffer.from(`sep=;\r\n${withDelimiter(';')}`) },
  { what: 'a sep= line in quotes, in Windows-1252', bytes: windows1252(`"sep=;"\r\n${withDelimiter(';')}`) },
  { what: 'lines that end in a carriage return alone', bytes: Buffer.from(TEXT.replaceAll('\r\n', '\r')) },
  { what: 'lines that end in a line feed alone', bytes: Buffer.from(TEXT.replaceAll('\r\n', '\n')) },
  { what: 'another case of names', bytes: Buffer.from(TEXT.replace(HEADER, HEADER.toUpperCase())) },
  { what: 'quoted cells', bytes: Buffer.from(TEXT.replaceAll(/[^,\r\n]+/g, '"$&"')) },
  { what: 'spaces around cells', bytes: Buffer.from(TEXT.replaceAll(',', ' ,\u00A0')) },
  {
    what: 'empty records',
    bytes: Buffer.from(`\r\n,,,\r\n${TEXT},,,,,,,\r\n"";"",\r\n   \r\n`.replace('"";"",', '"","",')),
  },
  { what: 'columns and cells without names or contents', bytes: Buffer.from(TEXT.replaceAll('\r\n', ',,\r\n')) },
])('reads $what', async ({ bytes }) => {
  expect(await read(bytes)).toEqual(NAMES);
});

it('reads columns in any order', async () => {
  const reversed = TEXT.split('\r\n').map((line) => line.split(',').reverse().join(','));
  expect(await read(reversed.join('\r\n'))).toEqual(NAMES);
});

it('reads what Windows-1252 has and Latin 1 has not', async () => {
  const line = windows1252('C1,Demo,HOLDER,demo.1,Bernardo O\x92Higgins,a@example.com,SECONDARY,\n');
  expect(await read(Buffer.concat([Buffer.from(`${HEADER}\n`), line]))).toEqual(['Bernardo O’Higgins']);
});

it('reads a name with a delimiter in quotes', async () => {
  const line = 'C1,"Demo, S.A. ""X""",HOLDER,demo.1,"Restrepo, Juan",a@example.com,SECONDARY,';
  expect(await read(`${HEADER}\n${line}\n`)).toEqual(['Restrepo, Juan']);
});

it('takes a line that is not UTF-8 for bad where the others are', async () => {
  const lines = [HEADER, ...LINES].map((line) => Buffer.from(`${line}\n`));
  expect(await read(Buffer.concat([...lines, windows1252(`${LINES[0]}\n`)]))).toEqual([
    ...NAMES,
    [4, 'is not UTF-8 as the rest of the file is: correct it and save the file as "CSV UTF-8"'],
  ]);
});

it('takes a line of UTF-8 in a file of Windows-1252 for bad, as its letters are wrongly decoded', async () => {
  const lines = [...LINES, ...LINES].map((line) => windows1252(`${line}\n`));
  const file = Buffer.concat([Buffer.from(`${HEADER}\n`), ...lines, Buffer.from(`${LINES[0]}\n`)]);
  expect(await read(file)).toEqual([
    ...NAMES,
    ...NAMES,
    [6, 'has wrongly decoded letters: type it again and save the file as "CSV UTF-8"'],
  ]);
});

it('tells a record with line breaks in a cell once, by its first line', async () => {
  const broken = 'C1,Demo,HOLDER,demo.1,"Ana\nMaría\nRojas",a@example.com,SECONDARY,';
  expect(await read([HEADER, broken, ...LINES].join('\n'))).toEqual([[2, 'has a line break: delete it'], ...NAMES]);
});

it('spoils one line by a quote left open, and no line after it', async () => {
  const quote = 'has a quotation mark out of place: delete it or double it';
  const open = 'C1,Demo,HOLDER,demo.1,"Ana,a@example.com,SECONDARY,';
  expect(await read([HEADER, open, ...LINES, 'De"mo', ...LINES].join('\n'))).toEqual([
    [2, quote],
    ...NAMES,
    [5, quote],
    ...NAMES,
  ]);
});

it('takes a line that is too long for bad', async () => {
  expect(await read([HEADER, 'x'.repeat(20_000), ...LINES].join('\n'))).toEqual([
    [2, 'is too long: look at this line'],
    ...NAMES,
  ]);
});

const SAVE = 'open it in the spreadsheet and save it as "CSV UTF-8"';
const NAMES_REMEDY = `its first line must have these names, in any order: ${HEADER}`;

it.each([
  { what: 'nothing', bytes: '', cause: `is empty: ${NAMES_REMEDY}` },
  { what: 'no header', bytes: `${LINES[0]}\n`, cause: `has no header: ${NAMES_REMEDY}` },
  {
    what: 'a column missing',
    bytes: TEXT.replace(',role', ''),
    cause: `has no column role: ${NAMES_REMEDY}`,
  },
  {
    what: 'a column twice',
    bytes: TEXT.replace(',role', ',role,role'),
    cause: `has a column too many or twice: ${NAMES_REMEDY}`,
  },
  {
    what: 'another separator',
    bytes: `sep=|\n${withDelimiter('|')}`,
    cause: 'says that "|" parts its cells: use comma, semicolon or tab',
  },
  { what: 'a workbook', bytes: Buffer.from('PK\x03\x04rest'), cause: `is an Excel workbook and no CSV: ${SAVE}` },
  { what: 'UTF-16 without its mark', bytes: utf16(TEXT), cause: `is not text: ${SAVE}` },
  {
    what: 'no encoding of these',
    bytes: Buffer.concat([windows1252(TEXT), Buffer.from([0x41, 0x81, 0x0a])]),
    cause: `is in none of UTF-8, UTF-16 and Windows-1252: ${SAVE}`,
  },
  {
    what: 'an old Macintosh’s letters',
    bytes: windows1252(TEXT.replaceAll('\r\n', '\r')),
    cause: `is in none of UTF-8, UTF-16 and Windows-1252: ${SAVE}`,
  },
])('refuses a file with $what, with cause and remedy', async ({ bytes, cause }) => {
  await expect(read(bytes)).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringContaining(` · The file ${cause}`),
  });
});
