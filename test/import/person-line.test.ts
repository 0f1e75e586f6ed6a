import { COLUMNS, isHeader, parsePersonLine } from '../../scripts/import/person-line.ts';
import { aLine } from './fixtures.ts';

const GOOD = {
  company_id: 'demo-1',
  company_name: 'Empresa Demo',
  authorization_policy: 'REQUESTER',
  username: 'demo.uno',
  full_name: 'Demo Administradora Uno',
  email: 'uno@example.com',
  role: 'ADMINISTRATOR',
  physical_serial: 'PT-1',
};

function parse(text: string | Buffer) {
  return parsePersonLine({ number: 2, bytes: Buffer.from(text) });
}

function parseCells(cells: Partial<typeof GOOD>) {
  return parse(Object.values({ ...GOOD, ...cells }).join(','));
}

it('reads a person', () => {
  expect(parseCells({})).toEqual(aLine());
});

it('reads quoted cells, leaves out the space around cells, and takes no serial as none', () => {
  expect(parse('demo-1,"Demo, S.A. ""X""", HOLDER ,demo.uno, Demo Uno ,uno@example.com,DISABLED,')).toEqual(
    aLine({
      company: { companyId: 'demo-1', name: 'Demo, S.A. "X"', authorizationPolicy: 'HOLDER' },
      fullName: 'Demo Uno',
      role: 'DISABLED',
      physicalSerial: null,
    }),
  );
});

it('gives names in their composed form', () => {
  expect(parseCells({ full_name: 'Demo Mun\u0303oz', username: 'demo.jose\u0301' })).toEqual(
    aLine({ fullName: 'Demo Muñoz', username: 'demo.josé' }),
  );
});

it.each([
  { cells: { company_id: 'A'.repeat(64) } },
  { cells: { company_id: '900.123_456-7' } },
  { cells: { username: 'uno@demo.example' } },
  { cells: { username: 'x' } },
  { cells: { full_name: 'x '.repeat(20).trim() } },
  { cells: { company_name: 'x'.repeat(120) } },
  { cells: { physical_serial: 'x'.repeat(64) } },
  { cells: { authorization_policy: 'OTHER_ADMINISTRATOR' } },
  { cells: { role: 'SECONDARY' } },
])('accepts $cells', ({ cells }) => {
  expect(parseCells(cells)).not.toHaveProperty('reason');
});

const LONG_NAME = 'Máximo 120 caracteres · At most 120 characters';
const notShown = (codePoint: string, position: number) =>
  `Contiene un carácter que no se ve: ${codePoint}, en la posición ${position} · It has a character that cannot be seen: ${codePoint}, at position ${position}`;
const BAD_ID = 'must be 1 to 64 letters, digits, dots, hyphens or underscores, a letter or digit first';
const BAD_USERNAME = 'must be 1 to 100 letters, digits or any of ._@+-, a letter or digit first';

it.each([
  { cells: { company_id: '' }, reason: `company_id: ${BAD_ID}` },
  { cells: { company_id: 'A'.repeat(65) }, reason: `company_id: ${BAD_ID}` },
  { cells: { company_id: 'a#ADMINISTRATORS' }, reason: `company_id: ${BAD_ID}` },
  { cells: { company_name: 'x'.repeat(121) }, reason: `company_name: ${LONG_NAME}` },
  { cells: { company_name: 'Demo \u202Eomed' }, reason: `company_name: ${notShown('U+202E', 6)}` },
  {
    cells: { authorization_policy: '' },
    reason: 'authorization_policy: must be REQUESTER, OTHER_ADMINISTRATOR, HOLDER',
  },
  { cells: { username: 'demo uno' }, reason: `username: ${BAD_USERNAME}` },
  { cells: { username: 'a#b' }, reason: `username: ${BAD_USERNAME}` },
  { cells: { username: 'x'.repeat(101) }, reason: `username: ${BAD_USERNAME}` },
  { cells: { username: '6f1c0c3e-0000-4000-8000-1234567890ab' }, reason: 'username: must not look like an id' },
  { cells: { full_name: '' }, reason: 'full_name: No puede estar vacío · It cannot be blank' },
  { cells: { full_name: 'Demo\u0000Uno' }, reason: `full_name: ${notShown('U+0000', 5)}` },
  { cells: { full_name: '\u0301' }, reason: 'full_name: must have a letter' },
  { cells: { full_name: 'x '.repeat(21).trim() }, reason: 'full_name: must have at most 20 words' },
  { cells: { full_name: '각'.repeat(100) }, reason: 'full_name: is too long' },
  { cells: { email: 'uno' }, reason: 'email: is not an e-mail address' },
  { cells: { email: `${'x'.repeat(250)}@example.com` }, reason: 'email: is too long' },
  { cells: { role: 'administrator' }, reason: 'role: must be ADMINISTRATOR, SECONDARY, DISABLED' },
  {
    cells: { physical_serial: 'x'.repeat(65) },
    reason: 'physical_serial: Máximo 64 caracteres · At most 64 characters',
  },
  {
    cells: { email: 'uno', role: '' },
    reason: 'email: is not an e-mail address; role: must be ADMINISTRATOR, SECONDARY, DISABLED',
  },
])('refuses $cells', ({ cells, reason }) => {
  expect(parseCells(cells)).toEqual({ number: 2, reason });
});

it.each([
  { line: 'a,b', reason: 'has 2 columns instead of 8' },
  { line: `${Object.values(GOOD).join(',')},more`, reason: 'has 9 columns instead of 8' },
  { line: 'demo-1,"Demo', reason: 'has a quotation mark out of place' },
  { line: 'demo-1,De"mo', reason: 'has a quotation mark out of place' },
  { line: Buffer.from([0x61, 0xff]), reason: 'is not UTF-8' },
])('refuses the line $line', ({ line, reason }) => {
  expect(parse(line)).toEqual({ number: 2, reason });
});

it('refuses a line that was too long to be kept', () => {
  expect(parsePersonLine({ number: 9, bytes: null })).toEqual({ number: 9, reason: 'is too long' });
});

it('knows the header', () => {
  expect(isHeader({ number: 1, bytes: Buffer.from(COLUMNS.join(',')) })).toBe(true);
});

it.each([
  { header: COLUMNS.join(';') },
  { header: COLUMNS.slice(1).join(',') },
  { header: [...COLUMNS].reverse().join(',') },
  { header: [...COLUMNS, 'more'].join(',') },
  { header: COLUMNS.join(',').toUpperCase() },
  { header: Buffer.from([0xff, 0xfe]) },
])('takes no other header: $header', ({ header }) => {
  expect(isHeader({ number: 1, bytes: Buffer.from(header) })).toBe(false);
});
