import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', '..', 'docs', 'decisions');
const files = readdirSync(FOLDER).filter((file) => file !== 'README.md');
const read = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');

const HEAD =
  /^# (\d{4}) (.+)\n\n- \*\*Date\*\*: (\d{4}-\d\d-\d\d)\n- \*\*Status\*\*: ((?:accepted|superseded by \[\d{4}\]).*)\n\n## /;

it.each(files)('%s has number, title, date, status, context, decision and consequences', (file) => {
  const page = read(file);
  expect(HEAD.exec(page)?.[1]).toBe(file.slice(0, 4));
  const [, ...sections] = page.split(/^## /m);
  expect(sections.map((section) => section.split('\n', 1)[0])).toEqual(['Context', 'Decision', 'Consequences']);
  expect(sections.filter((section) => section.split('\n').slice(1).join('').trim() === '')).toEqual([]);
});

it('lists every decision once, with its title, status and date', () => {
  const expected = files.map((file) => {
    const [, number, title, date, status] = HEAD.exec(read(file)) ?? [];
    return `| [${number}](${file}) | ${title} | ${status} | ${date} |`;
  });
  const rows = read('README.md').split('\n');
  expect(rows.filter((line) => line.startsWith('| ['))).toEqual(expected);
});

it('gives each number to one decision', () => {
  const numbers = files.map((file) => file.slice(0, 4));
  expect(new Set(numbers).size).toBe(numbers.length);
});
