import { readFileSync } from 'node:fs';
import { frame as englishFrame } from '../../console/src/console/i18n/en/frame.ts';
import { frame as spanishFrame } from '../../console/src/console/i18n/es/frame.ts';
import { chooseDisowning } from '../../console/src/phone-page/choose-disowning.ts';
import { en } from '../../console/src/phone-page/i18n/en.ts';
import { es } from '../../console/src/phone-page/i18n/es.ts';
import { PROMPT_TEXTS, PUSH_TITLE } from '../../shared/domain/push-text.ts';

interface Operation {
  readonly security?: readonly { readonly cognito?: readonly string[] }[];
  readonly responses: Record<string, { content?: Record<string, { examples?: object }> }>;
}

/** The codes that the OpenAPI document gives the routes of a scope: the service's own, and the gateway's. */
function codesFor(scope: string): Set<string> {
  const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
    paths: Record<string, Record<string, Operation>>;
  };
  const operations = Object.values(paths)
    .flatMap((path) => Object.values(path))
    .filter(({ security = [] }) => security.some((needed) => needed.cognito?.includes(scope)));
  const answers = operations.flatMap(({ responses }) => Object.values(responses));
  return new Set(answers.flatMap(({ content }) => Object.keys(content?.['application/problem+json']?.examples ?? {})));
}

it.each([
  ['phone', 'llavero/app', es.problem, en.problem],
  ['console', 'llavero/console', spanishFrame.problem, englishFrame.problem],
])('the %s has a text of its own, in both languages, for each refusal of its routes', (_, scope, spanish, english) => {
  const codes = codesFor(scope);
  expect(codes.size).toBeGreaterThan(15);
  expect(Object.keys(spanish)).toEqual(expect.arrayContaining([...codes]));
  expect(Object.keys(english)).toEqual(Object.keys(spanish));
});

it('has the texts of pushes that the page for native apps lists, word for word', () => {
  const rows = readFileSync('docs/native-app.md', 'utf8').matchAll(
    /^\| `(llavero_\w+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm,
  );
  const listed = Array.from(rows, ([, name, spanish, english]) => [name, spanish, english]);
  const names = [PUSH_TITLE, ...Object.values(PROMPT_TEXTS), 'llavero_token_changed'] as const;
  expect(listed).toEqual(names.map((name) => [name, es.push[name], en.push[name]]));
});

describe('a disowning', () => {
  const [ana, luis, eva] = ['Ana', 'Luis', 'Eva'].map((fullName) => ({ userId: fullName.toLowerCase(), fullName }));
  const challenge = { requestedBy: ana, holder: luis } as Parameters<typeof chooseDisowning>[0];

  it.each([
    ['whoever asked', ana, 'own'],
    ['the holder of the token', luis, 'holder'],
    ['another administrator, who decides about a colleague’s request', eva, null],
  ])('is offered to %s in the words that fit', (_, person, how) => {
    expect(chooseDisowning(challenge, person?.userId ?? '')).toBe(how);
  });
});
