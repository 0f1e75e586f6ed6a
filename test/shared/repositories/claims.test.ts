import {
  claimSerial,
  claimUsername,
  endClaim,
  freeSerial,
  noteHolder,
  settleSerial,
} from '../../../shared/repositories/claims.ts';
import { lastHolders, serialHolders, usernameClaims, usernameOwners } from '../../../shared/repositories/items.ts';
import type { Write } from '../../../shared/repositories/tables.ts';
import { later, NOW } from '../../fixtures.ts';
import { at, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld } from '../../world/world.ts';
import { tryWrites } from './try-writes.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
});

const write = (...writes: Write[]) => tryWrites(world, ...writes);

const UNTIL = later(3600).toISOString();
const ago = (until: Date) => until.toISOString();

describe('a claim to a username', () => {
  const claim = () => stored(world, usernameClaims.at('DEMO.ana'));
  const owner = { userId: 'user', companyId: 'DEMO', tokenId: 'token', physicalTokenId: null, canSignIn: true };

  it('is for this company, for an hour, and is the same in capitals and small letters', async () => {
    expect(await write(...claimUsername('Demo.Ana', 'DEMO', NOW))).toBe('WRITTEN');
    expect(claim()).toEqual({ companyId: 'DEMO', until: UNTIL });
  });

  it.each([
    ['the same company’s load', { companyId: 'DEMO', until: UNTIL }, 'WRITTEN'],
    ['another’s that runs out now', { companyId: 'OTRA', until: ago(NOW) }, 'WRITTEN'],
    ['another’s that runs out a moment later', { companyId: 'OTRA', until: ago(later(0.001)) }, 'REFUSED'],
  ])('over that of %s is %s', async (_, before, expected) => {
    given(world, at(usernameClaims.at('demo.ana'), before));
    expect(await write(...claimUsername('demo.ana', 'DEMO', NOW))).toBe(expected);
    expect(claim()).toEqual(expected === 'WRITTEN' ? { companyId: 'DEMO', until: UNTIL } : before);
  });

  it('is refused to a name that somebody has, the company’s own users among them', async () => {
    given(world, at(usernameOwners.at('demo.ana'), owner));
    expect([await write(...claimUsername('demo.ana', 'DEMO', NOW)), claim()]).toEqual(['REFUSED', undefined]);
  });

  it.each([
    ['DEMO', 'WRITTEN'],
    ['OTRA', 'REFUSED'],
  ])('of DEMO is ended by %s: %s', async (company, expected) => {
    given(world, at(usernameClaims.at('demo.ana'), { companyId: 'DEMO', until: UNTIL }));
    expect(await write(endClaim('demo.ana', company))).toBe(expected);
    expect(claim() === undefined).toBe(expected === 'WRITTEN');
  });

  it('is no claim to end where there is none', async () => {
    expect(await write(endClaim('demo.ana', 'DEMO'))).toBe('REFUSED');
  });
});

describe('the serial of a physical token', () => {
  const held = { companyId: 'DEMO', username: 'Demo.Ana', serial: 'pt-á1' };
  const holder = (companyId = 'DEMO') => stored(world, serialHolders.at(companyId, 'PT-Á1'));
  const MINE = { username: 'demo.ana' };

  it('is claimed for an hour, and then given for good, within its company', async () => {
    expect(await write(claimSerial(held, NOW))).toBe('WRITTEN');
    expect([holder(), holder('OTRA')]).toEqual([{ ...MINE, until: UNTIL }, undefined]);
    expect(await write(settleSerial(held, NOW))).toBe('WRITTEN');
    expect(holder()).toEqual(MINE);
  });

  it.each([
    ['nobody’s any more', { username: 'demo.otra', until: ago(NOW) }, 'WRITTEN'],
    ['claimed by another', { username: 'demo.otra', until: ago(later(0.001)) }, 'REFUSED'],
    ['another’s', { username: 'demo.otra' }, 'REFUSED'],
    ['theirs already', MINE, 'WRITTEN'],
  ])('that is %s: claimed and settled, it is %s', async (_, before, expected) => {
    for (const put of [claimSerial, settleSerial]) {
      given(world, at(serialHolders.at('DEMO', 'PT-Á1'), before));
      expect(await write(put(held, NOW))).toBe(expected);
      expect(holder()?.username).toBe(expected === 'WRITTEN' ? 'demo.ana' : 'demo.otra');
    }
  });

  it.each<[string, object | undefined, string, string]>([
    ['nobody has', undefined, 'WRITTEN', 'REFUSED'],
    ['is theirs', MINE, 'WRITTEN', 'REFUSED'],
    ['is claimed for them', { ...MINE, until: UNTIL }, 'WRITTEN', 'WRITTEN'],
    ['is another’s', { username: 'demo.otra' }, 'REFUSED', 'REFUSED'],
    ['is claimed for another', { username: 'demo.otra', until: UNTIL }, 'REFUSED', 'REFUSED'],
  ])('that %s: freeing it is %s, and where it must be a claim %s', async (_, before, freed, unclaimed) => {
    const claimed = [{}, { claimed: true }] as const;
    for (const [index, expected] of [freed, unclaimed].entries()) {
      world = memoryWorld();
      if (before) given(world, at(serialHolders.at('DEMO', 'PT-Á1'), { username: '', ...before }));
      expect(await write(freeSerial(held, claimed[index]))).toBe(expected);
      expect(holder() === undefined).toBe(expected === 'WRITTEN' || before === undefined);
    }
  });
});

it('remembers the last holder of an address and of a serial, whoever had it before, each in its one spelling', async () => {
  await write(noteHolder('EMAIL', 'Ana@Example.com', 'demo.ana'), noteHolder('SERIAL', 'pt-a\u0301', 'demo.ana'));
  await write(noteHolder('EMAIL', 'ana@example.com', 'demo.otra'));
  expect([
    stored(world, lastHolders.at('EMAIL', 'ANA@EXAMPLE.COM')),
    stored(world, lastHolders.at('SERIAL', 'PT-\u00c1')),
    stored(world, lastHolders.at('SERIAL', 'ana@example.com')),
  ]).toEqual([{ username: 'demo.otra' }, { username: 'demo.ana' }, undefined]);
});
