import { readFileSync } from 'node:fs';
import { chooseDisowning } from '../../console/src/phone/choose-disowning.ts';
import { en } from '../../console/src/phone/i18n/en.ts';
import { es } from '../../console/src/phone/i18n/es.ts';
import { PROMPT_TEXTS, PUSH_TITLE } from '../../shared/domain/push-text.ts';

const REFUSALS = [
  'ACTIVATION_CODE_INVALID',
  'DEVICE_ALREADY_ENROLLED',
  'ACTION_NOT_AVAILABLE',
  'KEY_ALREADY_BOUND',
  'USER_DISABLED',
  'PROOF_REFUSED',
  'NOT_FOUND',
  'TOO_MANY_REQUESTS',
  'VALIDATION_FAILED',
  'INTERNAL',
];

it.each([
  ['Spanish', es],
  ['English', en],
])('says in %s, for each refusal of a phone’s calls, more than its code', (_, { problem }) => {
  expect(Object.keys(problem)).toEqual(expect.arrayContaining(REFUSALS));
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
