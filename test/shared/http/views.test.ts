import { changeViewFor, changeViewWith } from '../../../shared/http/views.ts';
import { aHeldChange, aUser, NOW } from '../../fixtures.ts';

const found = { change: aHeldChange(), hold: undefined, notices: undefined };
const requester = aUser();

describe('the six digits', () => {
  it('are shown to whoever asked, and to nobody else', () => {
    expect(changeViewFor(requester, found, { suspended: false }, NOW)).toMatchObject({ bindingCode: '123456' });
    const another = changeViewFor(aUser({ userId: 'user-9' }), found, { suspended: false }, NOW);
    expect(another).not.toHaveProperty('bindingCode');
  });

  it('are shown no more once whoever asked is suspended', () => {
    expect(changeViewFor(requester, found, { suspended: true }, NOW)).not.toHaveProperty('bindingCode');
    const standing = { decidable: false, suspended: true };
    expect(changeViewWith(requester, found, standing, NOW)).not.toHaveProperty('bindingCode');
  });
});

describe('the people of a change', () => {
  const [admin, holder] = [
    { userId: 'user-admin', fullName: 'Demo Administradora' },
    { userId: 'user-holder', fullName: 'Demo Titular' },
  ];

  it('are told apart by their usernames', () => {
    const change = aHeldChange({}, { decidedBy: admin });
    expect(changeViewFor(requester, { ...found, change }, { suspended: false }, NOW)).toMatchObject({
      requestedBy: { ...admin, username: 'demo.admin' },
      holder: { ...holder, username: 'demo.titular' },
      authorization: { decidedBy: { ...admin, username: 'demo.admin' } },
    });
  });

  it('are named without one where an earlier version did not keep it', () => {
    const { names: _unknown, ...earlier } = found.change;
    const view = changeViewFor(requester, { ...found, change: earlier }, { suspended: false }, NOW);
    expect([view.requestedBy, view.holder]).toEqual([admin, holder]);
  });
});

describe('a change read alone', () => {
  it('says while it is held whether anybody may decide it, and how it ended from then on', () => {
    const held = changeViewWith(requester, found, { decidable: true, suspended: false }, NOW);
    expect(held).toMatchObject({ authorization: { decidable: true }, bindingCode: '123456' });
    expect(held).not.toHaveProperty('outcome');

    const outcome = { cause: 'CANCELLED', by: { userId: 'user-admin', fullName: 'Demo Administradora' } } as const;
    const cancelled = { ...found, change: aHeldChange({ status: 'CANCELLED', outcome }) };
    const closed = changeViewWith(requester, cancelled, undefined, NOW);
    expect(closed).toMatchObject({ outcome: { ...outcome, by: { ...outcome.by, username: 'demo.admin' } } });
    expect(closed.authorization).not.toHaveProperty('decidable');
  });
});
