import { COLUMNS, parsePersonLine } from '../../../scripts/import/file/person-line.ts';
import { aLine } from '../fixtures.ts';

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

function parseCells(cells: Partial<typeof GOOD>) {
  return parsePersonLine({ number: 2, cells: Object.values({ ...GOOD, ...cells }) }, COLUMNS);
}

it('reads a person', () => {
  expect(parseCells({})).toEqual(aLine());
});

it('takes no serial as none, and no-break spaces as spaces', () => {
  expect(parseCells({ physical_serial: '', full_name: 'Demo\u00A0Uno', role: 'DISABLED' })).toEqual(
    aLine({ fullName: 'Demo Uno', role: 'DISABLED', physicalSerial: null }),
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
  `tiene un carácter que no se ve (${codePoint}, en la posición ${position}): bórrelo · has a character that cannot be seen (${codePoint}, at position ${position}): delete it`;
const BAD_ID =
  'debe tener de 1 a 64 letras sin tilde, dígitos, puntos, guiones o guiones bajos, y empezar por letra o dígito · must be 1 to 64 letters without accents, digits, dots, hyphens or underscores, a letter or digit first';
const BAD_USERNAME =
  'debe tener de 1 a 100 letras, dígitos o ._@+-, y empezar por letra o dígito · must be 1 to 100 letters, digits or any of ._@+-, a letter or digit first';
const BAD_EMAIL = 'no es un correo electrónico · is not an e-mail address';
const BAD_ROLE = 'debe ser ADMINISTRATOR, SECONDARY, DISABLED · must be ADMINISTRATOR, SECONDARY, DISABLED';
const DECODED =
  'tiene letras mal decodificadas: escríbalo de nuevo y guarde el archivo como «CSV UTF-8» · has wrongly decoded letters: type it again and save the file as "CSV UTF-8"';
const SCIENTIFIC =
  'es un número en notación científica, que perdió sus últimos dígitos: dé a la columna formato de texto y escríbalo de nuevo · is a number in scientific notation, which has lost its last digits: format the column as text and type it again';

it.each([
  { cells: { company_id: '' }, reason: `company_id: ${BAD_ID}` },
  { cells: { company_id: 'A'.repeat(65) }, reason: `company_id: ${BAD_ID}` },
  { cells: { company_id: 'a#ADMINISTRATORS' }, reason: `company_id: ${BAD_ID}` },
  { cells: { company_name: 'x'.repeat(121) }, reason: `company_name: ${LONG_NAME}` },
  { cells: { company_name: 'Demo \u202Eomed' }, reason: `company_name: ${notShown('U+202E', 6)}` },
  {
    cells: { authorization_policy: '' },
    reason:
      'authorization_policy: debe ser REQUESTER, OTHER_ADMINISTRATOR, HOLDER · must be REQUESTER, OTHER_ADMINISTRATOR, HOLDER',
  },
  { cells: { username: 'demo uno' }, reason: `username: ${BAD_USERNAME}` },
  { cells: { username: 'a#b' }, reason: `username: ${BAD_USERNAME}` },
  { cells: { username: 'x'.repeat(101) }, reason: `username: ${BAD_USERNAME}` },
  {
    cells: { username: '6f1c0c3e-0000-4000-8000-1234567890ab' },
    reason: 'username: no puede parecer un id · must not look like an id',
  },
  { cells: { full_name: '' }, reason: 'full_name: No puede estar vacío · It cannot be blank' },
  { cells: { full_name: '\u0301' }, reason: 'full_name: debe tener una letra · must have a letter' },
  {
    cells: { full_name: 'x '.repeat(21).trim() },
    reason: 'full_name: debe tener máximo 20 palabras · must have at most 20 words',
  },
  { cells: { full_name: '각'.repeat(100) }, reason: 'full_name: es demasiado largo · is too long' },
  { cells: { email: 'uno' }, reason: `email: ${BAD_EMAIL}` },
  { cells: { email: `${'x'.repeat(250)}@example.com` }, reason: 'email: es demasiado largo · is too long' },
  { cells: { role: 'administrator' }, reason: `role: ${BAD_ROLE}` },
  {
    cells: { physical_serial: 'x'.repeat(65) },
    reason: 'physical_serial: Máximo 64 caracteres · At most 64 characters',
  },
  { cells: { email: 'uno', role: '' }, reason: `email: ${BAD_EMAIL}; role: ${BAD_ROLE}` },
  {
    cells: { full_name: 'Demo\nUno' },
    reason: 'full_name: tiene un salto de línea: bórrelo · has a line break: delete it',
  },
])('refuses $cells', ({ cells, reason }) => {
  expect(parseCells(cells)).toEqual({ number: 2, reason });
});

it.each(['4,52001E+11', '4.52001E+11', '4,52e11', '4E11', '45.2E3', '452E+10', '-4.5E-3'])(
  'refuses a serial in scientific notation: %s',
  (physical_serial) => {
    expect(parseCells({ physical_serial })).toEqual({ number: 2, reason: `physical_serial: ${SCIENTIFIC}` });
  },
);

it('refuses a company id in scientific notation', () => {
  expect(parseCells({ company_id: '9,00123E+09' })).toEqual({ number: 2, reason: `company_id: ${SCIENTIFIC}` });
});

it.each(['#REF!', '#¡REF!', '#N/A', '#N/D', '#DIV/0!', '#¿NOMBRE?', '#NAME?', '#¡VALOR!'])(
  'refuses the error of a formula: %s',
  (physical_serial) => {
    const reason =
      'physical_serial: es el error de una fórmula: escriba el valor · is the error of a formula: type the value';
    expect(parseCells({ physical_serial })).toEqual({ number: 2, reason });
  },
);

it.each(['452001000123', '#12', '#A/1', 'A=1', '452E12', '00E1234567', 'E+11', 'PT-4E11'])(
  'takes the serial %s',
  (physical_serial) => {
    expect(parseCells({ physical_serial })).toMatchObject({ physicalSerial: physical_serial });
  },
);

it.each([
  { char: '\u200B', codePoint: 'U+200B' },
  { char: '\u200D', codePoint: 'U+200D' },
  { char: '\u00AD', codePoint: 'U+00AD' },
  { char: '\uFEFF', codePoint: 'U+FEFF' },
  { char: '\u0000', codePoint: 'U+0000' },
  { char: '\u2800', codePoint: 'U+2800' },
  { char: '\u3164', codePoint: 'U+3164' },
  { char: '\u{E0041}', codePoint: 'U+E0041' },
])('refuses a name with $codePoint, wherever it stands', ({ char, codePoint }) => {
  expect(parseCells({ full_name: `${char}Demo` })).toEqual({
    number: 2,
    reason: `full_name: ${notShown(codePoint, 1)}`,
  });
  expect(parseCells({ company_name: `Demo${char}` })).toEqual({
    number: 2,
    reason: `company_name: ${notShown(codePoint, 5)}`,
  });
});

it.each([
  'NÃºÃ±ez',
  'Ã“scar',
  'Ã\u0081ngela',
  'O\u00E2€™Higgins',
  'Nu\uFFFDez',
  'Nu¤ez',
  'Nu?ez',
  'ï»¿Demo',
  'Compa\u00C2\u00B4ia',
])('refuses a wrongly decoded name: %s', (full_name) => {
  expect(parseCells({ full_name })).toEqual({ number: 2, reason: `full_name: ${DECODED}` });
});

it.each([
  'Núñez',
  'Óscar',
  'Ângela',
  'JOÃO',
  'O’Higgins',
  "D'Angelo",
  'García–Márquez',
  '“EL CAFÉ”',
  '¿Qué? S.A.',
  '=1+1',
])('takes the name %s', (full_name) => {
  expect(parseCells({ full_name })).toMatchObject({ fullName: full_name });
});

const widths = (found: number, wanted: number) =>
  `tiene ${found} columnas en lugar de ${wanted}: escriba entre comillas la celda que tenga el separador · has ${found} columns instead of ${wanted}: quote the cell that has the separator in it`;

it('refuses a line with a cell that a person needs missing, or with one too many', () => {
  const cells = Object.values(GOOD);
  expect(parsePersonLine({ number: 2, cells: cells.slice(0, 6) }, COLUMNS)).toEqual({
    number: 2,
    reason: widths(6, 8),
  });
  expect(parsePersonLine({ number: 2, cells: [...cells, 'x'] }, COLUMNS)).toEqual({ number: 2, reason: widths(9, 8) });
});

it('takes a line whose empty cells at the end a spreadsheet left out, or added', () => {
  const cells = Object.values(GOOD);
  expect(parsePersonLine({ number: 2, cells: cells.slice(0, 7) }, COLUMNS)).toEqual(aLine({ physicalSerial: null }));
  expect(parsePersonLine({ number: 2, cells: [...cells, '', ''] }, [...COLUMNS, null])).toEqual(aLine());
});

it('reads the cells in the order of the columns', () => {
  const cells = Object.values(GOOD).reverse();
  expect(parsePersonLine({ number: 2, cells }, [...COLUMNS].reverse())).toEqual(aLine());
});

it('refuses what could not be read as a record', () => {
  expect(parsePersonLine({ number: 9, reason: 'is too long' }, COLUMNS)).toEqual({ number: 9, reason: 'is too long' });
});
