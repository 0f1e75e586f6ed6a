import { challengeSchema, visibleText } from '../../phone/protocol/index.ts';
import { showChallenge } from '../../phone/show.ts';
import { aChallenge } from './fixtures.ts';

describe('visible text', () => {
  it('leaves what a person reads as it is', () => {
    expect(visibleText('Pérdida del celular: 中文, 📱')).toBe('Pérdida del celular: 中文, 📱');
  });

  it.each([
    ['a terminal escape', 'a\u001b[2Jb', 'a\\u{1b}[2Jb'],
    ['a line break', 'a\nb', 'a\\u{a}b'],
    ['a bidirectional override', 'a\u202eb', 'a\\u{202e}b'],
    ['a character without width', 'a\u200bb', 'a\\u{200b}b'],
    ['a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['what only looks escaped', 'a\\u{a}b', 'a\\\\u{a}b'],
  ])('writes out %s', (_, text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });
});

describe('a challenge', () => {
  it('is shown whole, one member a line, with nothing that a note could forge', () => {
    expect(showChallenge(aChallenge({ note: 'x\n  reason       OTHER' })).split('\n')).toEqual([
      '  action       RELEASE',
      '  reason       PHONE_CHANGED',
      '  note         "x\\u{a}  reason       OTHER"',
      '  holder       Demo Titular Dos (user-2)',
      '  requestedBy  Demo Administradora Uno (user-1)',
      '  tokenId      token-1',
      '  companyId    company-1',
      '  changeId     change-1',
      '  createdAt    2026-01-01T00:00:00.000Z',
      '  expiresAt    2026-01-01T00:10:00.000Z',
      '  nonce        nonce-1',
    ]);
  });

  it('is refused with a member that the phone would sign without showing it', () => {
    expect(challengeSchema.safeParse(aChallenge()).success).toBe(true);
    expect(challengeSchema.safeParse({ ...aChallenge(), amount: 1 }).success).toBe(false);
  });
});
