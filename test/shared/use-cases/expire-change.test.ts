import type { Change } from '../../../shared/domain/change.ts';
import { changes, tokens } from '../../../shared/repositories/items.ts';
import { expireChange } from '../../../shared/use-cases/expire-change.ts';
import { aChange, aHeldChange, later, NOW, withPending } from '../../fixtures.ts';
import { given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, sent } from '../../world/world.ts';
import { called, done, everybody, HELD_TOKEN, HOLDER, meanwhile, record, refused, tokenFor, waiting } from './scene.ts';

let world: MemoryWorld;

const overdue = aHeldChange({}, { expiresAt: NOW.toISOString() });

function begin(change: Change): void {
  world = memoryWorld();
  given(world, ...everybody(), change, withPending(tokenFor(HOLDER), overdue));
}

const expire = async (companyId = 'DEMO', changeId = 'change-1') =>
  (await expireChange(world, { companyId, changeId })).status;

it('expires a change at the moment its time is over: nobody has done so', async () => {
  begin(overdue);
  const { answer, emitted } = await done(() => expire());
  expect(answer).toBe('EXPIRED');
  const { bindingCode: _shownNoMore, ...authorization } = overdue.authorization;
  expect(stored(world, changes.at('DEMO', 'change-1'))).toEqual({
    ...overdue,
    status: 'EXPIRED',
    version: 2,
    dueAt: later(2).toISOString(),
    outcome: { cause: 'EXPIRED', by: null },
    authorization,
  });
  expect(stored(world, tokens.at('DEMO', HELD_TOKEN))).toMatchObject({ status: 'ACTIVE', pendingChange: null });
  expect(record(world)).toMatchObject([
    { type: 'CHANGE_EXPIRED', actor: { type: 'SYSTEM' }, details: { requestId: 'request-1' } },
  ]);
  expect(waiting(world)).toEqual([]);
  expect(called(world)).toEqual(['BatchGet', 'BatchGet', 'TransactWrite']);
  expect(emitted).toEqual([['ChangesExpired RELEASE', 1]]);
});

it('expires none a millisecond earlier: the workflow asks again', async () => {
  begin(aHeldChange({}, { expiresAt: later(0.001).toISOString() }));
  await expect(expire()).rejects.toMatchObject({ name: 'NotExpiredYetError' });
  expect(record(world)).toEqual([]);
});

it.each(['AUTHORIZED', 'APPLIED', 'REJECTED', 'CANCELLED', 'SUPERSEDED', 'EXPIRED'] as const)(
  'leaves a change that is %s as it is',
  async (status) => {
    begin({ ...overdue, status });
    expect((await done(() => expire())).answer).toBe(status);
    expect(called(world)).toEqual(['BatchGet']);
  },
);

it.each<[string, Change, string, string]>([
  ['is not there', overdue, 'DEMO', 'nothing'],
  ['is of another company', overdue, 'OTRA', 'change-1'],
  ['was never held', aChange(), 'DEMO', 'change-1'],
])('fails where the change %s', async (_, change, companyId, changeId) => {
  begin(change);
  await expect(expire(companyId, changeId)).rejects.toThrow('The change to expire is missing');
});

it('fails where the token of the change is missing', async () => {
  begin({ ...overdue, tokenId: 'missing' });
  await expect(expire()).rejects.toThrow('The token of a change is missing');
});

it('says what beat it where somebody decided the change meanwhile', async () => {
  begin(overdue);
  meanwhile(world, () => given(world, { ...overdue, status: 'AUTHORIZED', version: 2 }));
  expect((await done(() => expire())).answer).toBe('AUTHORIZED');
  expect([record(world), sent(world, 'TransactWrite').length]).toEqual([[], 1]);
});

it('keeps what somebody has written of the token meanwhile', async () => {
  begin(overdue);
  meanwhile(world, () => given(world, withPending(tokenFor(HOLDER, { version: 4, serial: 'VT-OTHER' }), overdue)));
  expect((await done(() => expire())).answer).toBe('EXPIRED');
  expect(stored(world, tokens.at('DEMO', HELD_TOKEN))).toMatchObject({ version: 5, serial: 'VT-OTHER' });
});

it('gives up for now where others are faster all along', async () => {
  begin(overdue);
  let version = 4;
  meanwhile(world, () => given(world, tokenFor(HOLDER, { version: version++ })), { times: 100 });
  expect(await refused(() => expire())).toEqual({ code: 'UNAVAILABLE', retryAfter: 1 });
  expect(sent(world, 'TransactWrite')).toHaveLength(8);
});
