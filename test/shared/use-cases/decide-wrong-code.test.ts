import type { Answer } from '../../../phone/protocol/index.ts';
import { type HeldChange, MAXIMUM_WRONG_CODES } from '../../../shared/domain/change.ts';
import { changes, refusals, tokens } from '../../../shared/repositories/items.ts';
import { aHeldChange } from '../../fixtures.ts';
import { type Given, stored } from '../../world/given.ts';
import { type MemoryWorld, sent } from '../../world/world.ts';
import { APPROVE, decideBy, heldWorld, mine, REJECT, wrong } from './decision-scene.ts';
import { ADMIN, called, createSigners, done, HELD_TOKEN, record, refused, type Signers, waiting } from './scene.ts';

let signers: Signers;
let world: MemoryWorld;

beforeAll(async () => {
  signers = await createSigners();
});

/** Begins in a world in which this change waits, and its workflow too. */
async function begin(change: HeldChange, ...things: Given[]): Promise<void> {
  world = await heldWorld(signers, change, ...things);
}

const decide = (change: HeldChange, answer: Answer, by = ADMIN) => decideBy(world, signers, change, answer, by);

const change = () => stored(world, changes.at('DEMO', 'change-1'));
const token = () => stored(world, tokens.at('DEMO', HELD_TOKEN));
const answered = () => world.services.workflow.executions.get('change-1')?.output;
const isCounted = (by = ADMIN) => stored(world, refusals.at(by.userId))?.refused1 !== undefined;
const person = ({ userId, fullName }: typeof ADMIN) => ({ userId, fullName });

describe('a wrong code', () => {
  it('is refused and counted, and the change goes on', async () => {
    await begin(mine);
    expect(await refused(() => decide(mine, wrong('000000')))).toEqual({
      code: 'BINDING_CODE_MISMATCH',
      attemptsLeft: MAXIMUM_WRONG_CODES - 1,
    });
    expect(change()).toEqual({
      ...mine,
      version: 2,
      authorization: { ...mine.authorization, wrongCodes: ['000000'] },
    });
    expect([record(world), token()?.version, answered()]).toEqual([[], 3, undefined]);
    expect(called(world)).toEqual(['BatchGet', 'TransactWrite', 'Update']);
    expect(isCounted()).toBe(true);
  });

  it('that comes again counts no second time, and costs no transaction', async () => {
    await begin(aHeldChange({}, { wrongCodes: ['000000'] }));
    expect(await refused(() => decide(mine, wrong('000000')))).toEqual({
      code: 'BINDING_CODE_MISMATCH',
      attemptsLeft: MAXIMUM_WRONG_CODES - 1,
    });
    expect(sent(world, 'TransactWrite')).toEqual([]);
    expect(change()?.version).toBe(1);
  });

  it('rejects the change as the third, and the right one then finds it closed', async () => {
    await begin(mine);
    const left: unknown[] = [];
    const { emitted } = await done(async () => {
      for (const code of ['000000', '111111', '222222']) {
        left.push(await decide(mine, wrong(code)).catch(({ extensions }) => extensions.attemptsLeft));
      }
    });
    expect([left, MAXIMUM_WRONG_CODES]).toEqual([[2, 1, 0], 3]);
    expect(change()).toMatchObject({
      status: 'REJECTED',
      outcome: { cause: 'WRONG_CODES', by: person(ADMIN) },
      authorization: { wrongCodes: ['000000', '111111', '222222'] },
    });
    expect(record(world)).toMatchObject([
      {
        type: 'CHANGE_REJECTED',
        actor: { userId: 'user-admin' },
        details: { cause: 'BINDING_CODE_MISMATCH', requestId: 'request-2' },
      },
    ]);
    expect([token()?.pendingChange, waiting(world), answered()]).toEqual([null, [], '{"outcome":"REJECTED"}']);
    expect(emitted).toEqual([['ChangesRejected RELEASE', 1]]);
    expect(await refused(() => decide(mine, APPROVE))).toEqual({
      code: 'CHANGE_CLOSED',
      change: { changeId: 'change-1', status: 'REJECTED' },
    });
  });

  it('is no wrong code where the change is rejected', async () => {
    await begin(mine);
    expect((await done(() => decide(mine, REJECT))).answer?.status).toBe('REJECTED');
    expect(change()?.authorization?.wrongCodes).toEqual([]);
  });

  it('is not judged where the change has no code to compare', async () => {
    const { bindingCode: _none, ...authorization } = mine.authorization;
    await begin({ ...mine, authorization });
    expect(await refused(() => decide(mine, APPROVE))).toMatchObject({ code: 'BINDING_CODE_MISMATCH' });
  });
});
