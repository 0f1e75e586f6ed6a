import { ownActivationUntil } from '../../../shared/domain/own-activation.ts';
import { aToken, later, NOW } from '../../fixtures.ts';

const released = (authorizedBy: string) =>
  aToken({ status: 'RELEASED', lastRelease: { authorizedBy, authorizedAt: NOW.toISOString() } });

describe('one’s own activation code', () => {
  it('may be created for thirty minutes after one’s own phone authorized the release', () => {
    expect(ownActivationUntil(released('user-holder'))).toBe(later(30 * 60).toISOString());
  });

  it.each([
    { title: 'somebody else’s phone authorized the release', token: released('user-admin') },
    { title: 'the token was never released', token: aToken() },
    { title: 'the token was blocked since', token: { ...released('user-holder'), status: 'BLOCKED' as const } },
    { title: 'no phone authorized the release', token: aToken({ status: 'RELEASED' }) },
  ])('is never one’s own to create where $title', ({ token }) => {
    expect(ownActivationUntil(token)).toBeNull();
  });
});
