import { openTables } from '../../shared/aws/tables.ts';
import { Workflow } from '../../shared/aws/workflow.ts';
import { canonical } from '../../shared/domain/canonical.ts';
import { requireEnv, requireEnvBoolean, requireEnvNumber } from '../../shared/env.ts';
import { rescueView } from '../../shared/http/rescue-view.ts';
import { recordEvents, seeds } from '../../shared/repositories/items.ts';
import { SeedKey } from '../../shared/security/seed-key.ts';
import { SigningKey } from '../../shared/security/signing-key.ts';
import { readSettings } from '../../shared/settings.ts';
import { aHeldChange, NOW } from '../fixtures.ts';

/** A KMS that answers with nothing in it. */
const silentKms = { send: () => Promise.resolve({}) } as unknown as ConstructorParameters<typeof SeedKey>[0];

describe('a function that starts', () => {
  it.each([undefined, ''])('refuses to without a variable that it needs (%s)', (value) => {
    expect(() => requireEnv({ TABLE_NAME: value }, 'TABLE_NAME')).toThrow('Missing environment variable TABLE_NAME');
    expect(requireEnv({ TABLE_NAME: 'llavero' }, 'TABLE_NAME')).toBe('llavero');
  });

  it.each(['0', '-1', '1.5', 'many'])('refuses to with %s for a number', (value) => {
    expect(() => requireEnvNumber({ HOLD_SECONDS: value }, 'HOLD_SECONDS')).toThrow('is not a positive integer');
    expect(requireEnvNumber({ HOLD_SECONDS: '600' }, 'HOLD_SECONDS')).toBe(600);
  });

  it.each([undefined, '', 'yes', 'TRUE', '1'])('refuses to with %s for a yes or a no', (value) => {
    const name = 'REQUIRE_USER_VERIFICATION';
    expect(() => requireEnvBoolean({ [name]: value }, name)).toThrow(name);
    expect([requireEnvBoolean({ [name]: 'true' }, name), requireEnvBoolean({ [name]: 'false' }, name)]).toEqual([
      true,
      false,
    ]);
  });

  it('reads what a stage may leave out as left out, also where it is empty', () => {
    const none = { noticeSender: undefined, awsEndpoint: undefined };
    expect(readSettings({}, 'noticeSender', 'awsEndpoint')).toEqual(none);
    expect(readSettings({ NOTICE_SENDER: '', AWS_ENDPOINT_URL: '' }, 'noticeSender', 'awsEndpoint')).toEqual(none);
    const said = { NOTICE_SENDER: 'avisos@llavero.invalid', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
    expect(readSettings(said, 'noticeSender', 'awsEndpoint')).toEqual({
      noticeSender: 'avisos@llavero.invalid',
      awsEndpoint: 'http://127.0.0.1:4566',
    });
  });

  it('can use no table that it is not told of', async () => {
    const tables = openTables({ TABLE_NAME: 'llavero' });
    await expect(tables.read({ seed: seeds.at('token-1') })).rejects.toThrow('no table of kind seeds');
    await expect(tables.read({ event: recordEvents.at('DEMO', 'token-1', 1) })).rejects.toThrow(
      'no table of kind record',
    );
  });

  it('can start no execution where it is told of no state machine', async () => {
    const workflow = new Workflow({ send: () => Promise.reject(new Error('never sent')) }, undefined);
    await expect(workflow.start(aHeldChange())).rejects.toThrow('no state machine');
  });
});

describe('what has no value fails closed', () => {
  it('a value without a canonical form', () => {
    expect(() => canonical(undefined)).toThrow(TypeError);
    expect(canonical({ b: 1, a: null })).toBe('{"a":null,"b":1}');
  });

  it('a seed that KMS neither seals nor opens', async () => {
    const key = new SeedKey(silentKms, 'seed');
    const context = { companyId: 'DEMO', tokenId: 'token-1' };
    await expect(key.open('c2VhbGVk', context)).rejects.toThrow('KMS gave no plaintext');
  });

  it('a document that KMS does not sign', async () => {
    await expect(new SigningKey(silentKms, 'receipt').kid()).rejects.toThrow('KMS gave no public key');
  });

  it('a change that is no rescue', () => {
    expect(() => rescueView(aHeldChange(), NOW)).toThrow('Not a rescue');
  });
});
