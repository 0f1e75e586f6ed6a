import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const MOST_WORDS = 30;

const listFiles = (...patterns: string[]): string[] =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...patterns], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(ROOT, file)));

const pages = listFiles('*.md');
/** All that is written here; the types of the API are generated. */
const modules = listFiles('*.ts', '*.tsx', '*.js').filter((file) => !file.endsWith('api-schema.ts'));

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

interface Comments {
  readonly docs: readonly string[];
  /** Each with the lines that follow it. */
  readonly lines: readonly string[];
}

/** The comments of a module, each as a page. */
function readComments(code: string): Comments {
  const docs = [...code.matchAll(/^[ \t]*\/\*\*?(.*?)\*\//gms)].map(([, text = '']) =>
    text
      .replace(/^[ \t]*\* ?/gm, '')
      .replace(/^@/gm, '\n@')
      .trim(),
  );
  const lines = [...code.matchAll(/(?:^[ \t]*\/\/.*\n)+/gm)].map(([text]) =>
    text.replace(/^[ \t]*\/\/ ?/gm, '').trim(),
  );
  return { docs, lines };
}

const countWords = (sentence: string): number =>
  sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

it.each(pages)(`has no sentence of more than ${MOST_WORDS} words in %s`, (page) => {
  const sentences = readSentences(readFileSync(join(ROOT, page), 'utf8'));
  expect(sentences.filter((sentence) => countWords(sentence) > MOST_WORDS)).toEqual([]);
});

describe('the comments of the code', () => {
  const comments = modules.map((file) => ({ file, ...readComments(readFileSync(join(ROOT, file), 'utf8')) }));

  it(`have no sentence of more than ${MOST_WORDS} words`, () => {
    const long = comments.flatMap(({ file, docs, lines }) =>
      [...docs, ...lines]
        .flatMap(readSentences)
        .filter((sentence) => countWords(sentence) > MOST_WORDS)
        .map((sentence) => `${file}: ${sentence}`),
    );
    expect(long).toEqual([]);
  });

  it('begin with no question word where they document something', () => {
    const asking = comments.flatMap(({ file, docs }) =>
      docs.filter((text) => /^(?:What|Whether|How)\b/.test(text)).map((text) => `${file}: ${text}`),
    );
    expect(asking).toEqual([]);
  });

  it('are found in a module', () => {
    const code =
      "/** One. */\nconst a = 'b'; // no\n  /**\n   * Two.\n   * @throws Error\n   */\n  // Three\n  // goes on.\n";
    expect(readComments(code)).toEqual({ docs: ['One.', 'Two.\n\n@throws Error'], lines: ['Three\ngoes on.'] });
  });
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
