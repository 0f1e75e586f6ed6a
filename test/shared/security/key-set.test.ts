import type { PublicJwk } from '../../../shared/domain/device.ts';
import { computeThumbprint } from '../../../shared/security/device-key.ts';
import { KeySetError, parseKeySet, writeKeySet } from '../../../shared/security/key-set.ts';
import { StepFailedError } from '../../../shared/security/receipt-step.ts';
import { HostileSigner } from './hostile-signatures.ts';

const { jwk: key }: { jwk: PublicJwk } = new HostileSigner();
let kid: string;

beforeAll(async () => {
  kid = await computeThumbprint(key, 'key');
});

/** The file of one key, with these members of it altered. */
const fileWith = (members: object) => JSON.stringify({ keys: [{ ...key, kid, alg: 'ES256', use: 'sig', ...members }] });

describe('a file of public keys', () => {
  it('is a JWK set, and is read as it was written', () => {
    const text = writeKeySet(new Map([[kid, key]]));
    expect(text).toBe(`${JSON.stringify({ keys: [{ ...key, kid, alg: 'ES256', use: 'sig' }] }, null, 2)}\n`);
    expect(parseKeySet(text)).toEqual(new Map([[kid, key]]));
  });

  it.each([
    [
      'a key that has another’s name',
      () => fileWith({ kid: 'x' }),
      'has the key x under another name than its thumbprint',
    ],
    ['no key', () => '{"keys":[]}', 'has no key'],
    [
      'a private key',
      () => fileWith({ d: key.x }),
      'is not a file of public P-256 keys as "npm run receipt-keys" writes it',
    ],
    ['no JSON', () => 'keys', 'is not a file of public P-256 keys as "npm run receipt-keys" writes it'],
  ])('is refused with %s, and told why', (_kind, text, message) => {
    expect(() => parseKeySet(text())).toThrow(KeySetError);
    expect(() => parseKeySet(text())).toThrow(expect.objectContaining({ name: 'KeySetError', message }));
  });

  it('keeps what was wrong with its text', () => {
    expect(() => parseKeySet('keys')).toThrow(expect.objectContaining({ cause: expect.any(Error) }));
  });
});

it('a step that fails names itself and its failure, and keeps what led to it', () => {
  const cause = new Error('inside');
  expect(new StepFailedError('DECISION', 'DECISION_SIGNATURE_WRONG', cause)).toMatchObject({
    name: 'StepFailedError',
    message: 'DECISION: DECISION_SIGNATURE_WRONG',
    step: 'DECISION',
    failure: 'DECISION_SIGNATURE_WRONG',
    cause,
  });
});
