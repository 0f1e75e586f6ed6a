import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { es as consoleTexts } from '../../console/src/console/i18n/es.ts';
import { RECEIPT_TEXTS } from '../../console/src/console/i18n/receipt.ts';
import { es as phoneTexts } from '../../console/src/phone-page/i18n/es.ts';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'glossary.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => line.split('|').map((cell) => cell.trim()));
const forbidden = rows.flatMap((cells) => Array.from(cells.at(-2)?.matchAll(/`([^`]+)`/g) ?? [], ([, word]) => word));

const listTexts = (part: object): string[] =>
  Object.values(part).flatMap((value: unknown) =>
    typeof value === 'object' && value !== null ? listTexts(value) : [String(value)],
  );

/** As a word of its own, whatever its case: a letter before or after makes it another. */
const findWord = (word: string) => new RegExp(`(?<!\\p{L})${word}(?!\\p{L})`, 'iu');

it.each(forbidden)('no page says “%s”', (word = '') => {
  const texts = [consoleTexts, RECEIPT_TEXTS.es, phoneTexts].flatMap(listTexts);
  expect(texts.filter((text) => findWord(word).test(text))).toEqual([]);
});

it('finds a variant in any case, and not within another word', () => {
  expect(forbidden.length).toBeGreaterThan(20);
  expect(findWord('Salir').test('Antes de salir, lea.')).toBe(true);
  expect(findWord('Salir').test('Salirse')).toBe(false);
});
