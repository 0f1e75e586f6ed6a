import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const MOST_WORDS = 30;

const pages = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));

/** The sentences of a page's prose. Tables, code blocks, headings and comments are no prose. */
function readSentences(page: string): string[] {
  return page
    .replace(/^```[\s\S]*?^```/gm, '\n\n')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^(?:#|\||!\[).*$/gm, '')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/`[^`]*`/g, 'Code')
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )/)
    .flatMap((paragraph) => paragraph.replace(/\s+/g, ' ').split(/(?<=[.!?…][)\]"”*]*) (?=[^a-z])/));
}

const countWords = (sentence: string): number =>
  sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

it.each(pages)(`has no sentence of more than ${MOST_WORDS} words in %s`, (page) => {
  const sentences = readSentences(readFileSync(join(ROOT, page), 'utf8'));
  expect(sentences.filter((sentence) => countWords(sentence) > MOST_WORDS)).toEqual([]);
});

it('counts a sentence of a list, and neither a table nor code', () => {
  const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ');
  const page = `# ${words(40)}\n\n| ${words(40)} |\n\n\`\`\`\n${words(40)}\n\`\`\`\n\n- ${words(31)}.\n- Short.\n`;
  expect(
    readSentences(page)
      .map(countWords)
      .filter((count) => count > MOST_WORDS),
  ).toEqual([31]);
});
