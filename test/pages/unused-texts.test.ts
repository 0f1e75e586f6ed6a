import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { es as consoleTexts } from '../../console/src/console/i18n/es.ts';
import { es as phoneTexts } from '../../console/src/phone-page/i18n/es.ts';
import { PROMPT_TEXTS, PUSH_TITLE } from '../../shared/domain/push-text.ts';

/** A key as a source names it: whole, or with places that are filled in by what that source names, or one that it leads to. */
interface Named {
  readonly pattern: RegExp;
  readonly fills: ReadonlySet<string>;
}

const read = (path: string): string => readFileSync(path, 'utf8');
const quoted = (source: string): string[] => Array.from(source.matchAll(/'([\w.]+)'/g), ([, text]) => text ?? '');

/** The values that the API has, which are in capitals, and the pages' own of that form. */
const VALUES = new Set([
  ...(read('docs/openapi.json').match(/\b[A-Z][A-Z_]+\b/g) ?? []),
  ...listSources('*').flatMap((path) => quoted(read(path)).filter((text) => /^[A-Z][A-Z_]+$/.test(text))),
]);

function listSources(page: string): string[] {
  const paths = globSync(`console/src/{${page},common}/**/*.{ts,tsx}`);
  return paths.filter((path) => !path.includes('/i18n/'));
}

/** A source, with what it imports so many times over. */
function withImported(path: string, times: number): string[] {
  const imported = Array.from(read(path).matchAll(/from '(\.[^']+)'/g), ([, to]) => join(dirname(path), to ?? ''));
  return [path, ...(times > 0 ? imported.flatMap((each) => withImported(each, times - 1)) : [])];
}

function namedIn(path: string): Named[] {
  const source = read(path);
  const fills = new Set(withImported(path, 2).flatMap((each) => quoted(read(each))));
  const whole = quoted(source).map((key) => ({ pattern: new RegExp(`^${key}$`), fills }));
  const filled = Array.from(
    source.matchAll(/`((?:\w+\.|\$\{kind\}\.)(?:[^`$\s]|\$\{[^{}`]*\})*)`/g),
    ([, key = '']) => key,
  )
    .map((key) => key.replace(/\$\{[^}]*\}/g, '*'))
    .filter((key) => /^[\w.*]+$/.test(key))
    .map((key) => ({ pattern: new RegExp(`^${key.replaceAll('.', '\\.').replaceAll('*', '(\\w+)')}$`), fills }));
  return [...whole, ...filled];
}

/** The keys of a dictionary, each with its place. */
function listKeys(texts: object, place = ''): string[] {
  return Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'object' ? listKeys(text, `${place}${key}.`) : `${place}${key}`,
  );
}

/** A value, or values one after the other. */
const isValue = (part: string) => VALUES.has(part) || part.split('_').every((word) => VALUES.has(word));

function isNamed(key: string, named: readonly Named[]): boolean {
  return named.some(({ pattern, fills }) => {
    const [, ...filled] = pattern.exec(key) ?? [];
    return pattern.test(key) && filled.every((part) => fills.has(part) || isValue(part));
  });
}

it.each([
  ['console', consoleTexts],
  ['phone-page', phoneTexts],
])('shows each text of the %s somewhere', (page, texts) => {
  const named = listSources(page).flatMap(namedIn);
  // The system shows these, by the name that a push has.
  const pushed = [PUSH_TITLE, ...Object.values(PROMPT_TEXTS), 'llavero_token_changed'].map((name) => `push.${name}`);
  const asked = (key: string) => [key, key.replace(/_(one|other|by|text)$/, '')];
  const unused = listKeys(texts).filter(
    (key) => !pushed.includes(key) && !asked(key).some((one) => isNamed(one, named)),
  );
  expect(unused).toEqual([]);
});
