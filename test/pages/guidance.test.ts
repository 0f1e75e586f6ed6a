import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseGuide, type GuidedChange, isHolderLeftOut } from '../../console/src/console/guide.ts';
import { en } from '../../console/src/console/i18n/en.ts';
import { es } from '../../console/src/console/i18n/es.ts';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'guidance.md'), 'utf8');

/** The last two cells of each row, which are the texts, by the name in the first. */
const told = new Map(
  page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => [cells[1]?.replaceAll('`', ''), cells.slice(-3, -1)] as const),
);

const listTexts = ({ change: { guide, next } }: Pick<typeof es, 'change'>) =>
  Object.entries({ ...guide, ...next }).map(
    ([name, text]) => [name, typeof text === 'string' ? text : Object.values(text).join('<br>')] as const,
  );

it.each([
  ['Spanish', es, 0],
  ['English', en, 1],
])('the page and the texts in %s say the same to everybody', (_, texts, column) => {
  expect([...told].map(([name, cells]) => [name, cells[column]])).toEqual(listTexts(texts));
});

describe('who looks at a held change', () => {
  const [ana, luis, eva] = ['ana', 'luis', 'eva'].map((userId) => ({ userId, fullName: userId, username: userId }));
  const held = (policy: string, holder = luis): GuidedChange =>
    ({ requestedBy: ana, holder, authorization: { policy, expiresAt: '' } }) as GuidedChange;
  const guide = (change: GuidedChange, who = ana, leftOut = false) =>
    chooseGuide(change, { userId: who?.userId } as Parameters<typeof chooseGuide>[1], leftOut);

  it.each([
    ['the requester of another’s token', 'REQUESTER', ana, 'AUTHORIZES_OWN'],
    ['the requester of another’s token', 'OTHER_ADMINISTRATOR', ana, 'ASKS_ADMINISTRATOR'],
    ['the requester of another’s token', 'HOLDER', ana, 'ASKS_HOLDER'],
    ['the holder', 'REQUESTER', luis, 'OWN_TOKEN'],
    ['the holder', 'OTHER_ADMINISTRATOR', luis, 'AUTHORIZES'],
    ['the holder', 'HOLDER', luis, 'AUTHORIZES'],
    ['another administrator', 'REQUESTER', eva, 'WATCHES'],
    ['another administrator', 'OTHER_ADMINISTRATOR', eva, 'AUTHORIZES'],
    ['another administrator', 'HOLDER', eva, 'WATCHES'],
    ['the requester', 'BANK', ana, 'BANK'],
    ['the holder', 'BANK', luis, 'BANK'],
  ])('%s under %s is told what fits', (_, policy, who, expected) => {
    expect(guide(held(policy), who)).toBe(expected);
  });

  it('a holder who is left out is not told to authorize', () => {
    expect(guide(held('OTHER_ADMINISTRATOR'), luis, true)).toBe('OWN_TOKEN');
    expect(guide(held('OTHER_ADMINISTRATOR'), eva, true)).toBe('AUTHORIZES');
  });

  it('whoever asks for a change of their own token where the holder authorizes asks nobody else', () => {
    expect(guide(held('HOLDER', ana), ana)).toBe('AUTHORIZES_OWN');
  });

  it('a person who is not known yet is told to authorize nothing', () => {
    expect(chooseGuide(held('REQUESTER'), undefined, false)).toBe('WATCHES');
  });

  const token = (status: string) => ({ status }) as Parameters<typeof isHolderLeftOut>[0];
  const reason = (holderExcluded: boolean) => ({ holderExcluded }) as Parameters<typeof isHolderLeftOut>[1];
  it.each([
    ['an active token and a reason that keeps the holder', token('ACTIVE'), reason(false), false],
    ['a reason that excludes the holder', token('ACTIVE'), reason(true), true],
    ['a blocked token', token('BLOCKED'), reason(false), true],
    ['a token that is not known yet', undefined, reason(false), true],
    ['a reason that is not known yet', token('ACTIVE'), undefined, true],
  ])('the holder may authorize with %s: left out %s', (_, known, why, leftOut) => {
    expect(isHolderLeftOut(known, why)).toBe(leftOut);
  });
});
