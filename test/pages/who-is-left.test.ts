import type { Me, Reason, Token } from '../../console/src/console/api-types.ts';
import { activationRight, isDeadEnd, isStuck } from '../../console/src/console/who-is-left.ts';

const token = (members: object = {}) =>
  ({ status: 'ACTIVE', authorizable: true, leavesNobody: false, holder: { userId: 'ana' }, ...members }) as Token;
const reason = (holderExcluded: boolean) => ({ holderExcluded }) as Reason;

it.each([
  ['a block, which nobody has to authorize', token({ authorizable: false }), 'BLOCK', undefined, false],
  ['a release that somebody can authorize', token(), 'RELEASE', reason(false), false],
  ['a release that nobody can authorize', token({ authorizable: false }), 'RELEASE', reason(false), true],
  ['an unblock that nobody can authorize', token({ authorizable: false }), 'UNBLOCK', undefined, true],
  ['a reason that excludes the only phone', token({ leavesNobody: true }), 'RELEASE', reason(true), true],
  ['a reason that excludes one phone of several', token(), 'RELEASE', reason(true), false],
  ['no action yet', token({ authorizable: false }), null, undefined, false],
] as const)('a request is not offered where it would be refused: %s', (_, about, action, why, dead) => {
  expect(isDeadEnd(about, action, why)).toBe(dead);
});

it.each([
  ['blocked, and nobody can authorize', token({ status: 'BLOCKED', authorizable: false }), true],
  ['blocked, and somebody can', token({ status: 'BLOCKED' }), false],
  ['active, and nobody can authorize', token({ authorizable: false }), false],
])('a token is stuck or not: %s', (_, about, stuck) => {
  expect(isStuck(about)).toBe(stuck);
});

describe('the activation code', () => {
  const me = (userId: string) => ({ user: { userId } }) as Me;
  const UNTIL = '2026-01-05T15:30:00.000Z';
  const released = token({ status: 'RELEASED', ownActivationUntil: UNTIL });

  it.each([
    ['of another’s token is for any administrator', released, me('eva'), 0, { kind: 'mine', until: null }],
    ['of one’s own token is, up to the moment', released, me('ana'), 0, { kind: 'mine', until: UNTIL }],
    ['of one’s own token is another’s affair afterwards', released, me('ana'), 1, { kind: 'another' }],
    [
      'of one’s own token that nobody has released is another’s affair',
      token({ status: 'PENDING_ENROLLMENT', ownActivationUntil: null }),
      me('ana'),
      0,
      { kind: 'another' },
    ],
    ['of a token in use is nobody’s', token({ ownActivationUntil: null }), me('eva'), 0, { kind: 'none' }],
    ['is nobody’s while it is not known who looks', released, undefined, 0, { kind: 'none' }],
  ])('%s', (_, about, who, late, right) => {
    expect(activationRight(about, who, Date.parse(UNTIL) + late)).toEqual(right);
  });
});
