import { createPinLock, verifyPin } from '../../console/src/phone-page/vault/lock.ts';
import { isEasyPin, MAXIMUM_WRONG_PINS, PIN_ITERATIONS } from '../../console/src/phone-page/vault/pin.ts';
import {
  createSealedKeys,
  openEncryptionKey,
  openKeys,
  openSigningKey,
} from '../../console/src/phone-page/vault/sealed-keys.ts';
import { deriveKey, open, seal, takeSecret } from '../../console/src/phone-page/vault/sealing.ts';
import { countTry, triesLeft } from '../../console/src/phone-page/vault/tries.ts';

const PIN = '739154';
const user = { userId: 'u1', username: 'ana', fullName: 'Ana' };

async function pinLock(pin = PIN) {
  const { lock, verification } = await createPinLock(pin);
  if (lock.kind !== 'PIN') throw new Error('Not a PIN');
  return { lock, verification };
}

describe('a PIN', () => {
  it('verifies the person by the PIN that was chosen, and by no other', async () => {
    const { lock } = await pinLock();
    expect(lock.iterations).toBe(PIN_ITERATIONS);
    await expect(verifyPin(lock, PIN)).resolves.toMatchObject({ by: 'PIN' });
    await expect(verifyPin(lock, '739155')).rejects.toMatchObject({ name: 'WrongPinError' });
  });

  it('gives nothing with another device’s key: what a script copies of the storage cannot be tried elsewhere', async () => {
    const [{ lock }, { lock: other }] = await Promise.all([pinLock(), pinLock()]);
    await expect(verifyPin({ ...lock, deviceKey: other.deviceKey }, PIN)).rejects.toMatchObject({
      name: 'WrongPinError',
    });
    await expect(crypto.subtle.exportKey('raw', lock.deviceKey)).rejects.toMatchObject({ name: 'InvalidAccessError' });
  });

  it.each(['000000', '123456', '654321', '890123', '121212', '112211', '123123'])('%s is easy to guess', (pin) => {
    expect(isEasyPin(pin)).toBe(true);
  });

  it.each(['739154', '100200', '135790', '482113'])('%s is not among the first that somebody tries', (pin) => {
    expect(isEasyPin(pin)).toBe(false);
  });

  it('takes ten tries, each counted before it is made, and the one after destroys lock, phones and sign-in', async () => {
    const { lock } = await pinLock();
    const sealed = { iv: new Uint8Array(12), bytes: new ArrayBuffer(0) };
    let account = { user, lock, phones: [], session: sealed } as Parameters<typeof countTry>[0];
    const left = [];
    for (let tries = 0; tries < MAXIMUM_WRONG_PINS; tries += 1) {
      account = countTry(account);
      left.push(triesLeft(account));
    }
    expect(left).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(account.session).toBe(sealed);
    expect(countTry(account)).toEqual({ user, phones: [] });
  });
});

describe('the keys of a phone at rest', () => {
  it('open for a signature with the key of signing alone, and cannot be taken out', async () => {
    const { verification } = await pinLock();
    const keys = await createSealedKeys(verification);
    const reading = await verification.key('reading');
    const signing = await openSigningKey(keys, verification);
    expect(signing).toMatchObject({ type: 'private', extractable: false, usages: ['sign'] });
    expect(await openEncryptionKey(keys, reading)).toMatchObject({ type: 'private', extractable: false });
    // The key that is open while the code is shown opens no signing key.
    await expect(open(reading, keys.signing, 'signing')).rejects.toMatchObject({ name: 'OperationError' });
  });

  it('are the pairs that were made', async () => {
    const { verification } = await pinLock();
    const { signing } = await openKeys(await createSealedKeys(verification), verification);
    const text = new TextEncoder().encode('text');
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const signature = await crypto.subtle.sign(algorithm, signing.privateKey, text);
    expect(await crypto.subtle.verify(algorithm, signing.publicKey, signature, text)).toBe(true);
  });

  it('stay shut for another person’s verification', async () => {
    const [mine, theirs] = await Promise.all([pinLock(), pinLock()]);
    const keys = await createSealedKeys(mine.verification);
    await expect(openSigningKey(keys, theirs.verification)).rejects.toMatchObject({ name: 'OperationError' });
  });
});

describe('what is sealed', () => {
  const key = async () => deriveKey(await takeSecret(new Uint8Array(32).fill(7)), new Uint8Array(16), 'reading');

  it('opens in its own place, and nowhere else', async () => {
    const sealed = await seal(await key(), new Uint8Array([1, 2, 3]), 'session');
    expect([...(await open(await key(), sealed, 'session'))]).toEqual([1, 2, 3]);
    await expect(open(await key(), sealed, 'signing')).rejects.toMatchObject({ name: 'OperationError' });
  });

  it('wipes the secret that the keys come from', async () => {
    const bytes = new Uint8Array(32).fill(7);
    const secret = await takeSecret(bytes);
    expect([...bytes]).toEqual(new Array(32).fill(0));
    expect(secret.extractable).toBe(false);
  });
});
