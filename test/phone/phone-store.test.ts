import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compactVerify } from 'jose';
import { loadPhone, newStoredKeys, openKeys, phoneFile, savePhone } from '../../phone/phone-store.ts';
import { decide } from '../../phone/protocol/index.ts';
import { aChallenge } from './fixtures.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llavero-phone-'));
});

afterEach(() => rm(folder, { recursive: true }));

const pending = async () => ({
  userId: 'user-1',
  activationCode: 'ABCD',
  pushToken: 'push-1',
  keys: await newStoredKeys(),
});

describe('a phone that is kept in a file', () => {
  it('is empty where there is no file', async () => {
    expect(await loadPhone(join(folder, 'none.json'))).toEqual({ enrolled: null, pending: [] });
  });

  it('comes back as it was kept, readable by its owner alone, with no draft left', async () => {
    const phones = join(folder, 'phones');
    const file = join(phones, 'demo.json');
    const phone = { enrolled: null, pending: [await pending()] };
    await savePhone(file, phone);
    expect(await loadPhone(file)).toEqual(phone);
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
    expect(((await stat(phones)).mode & 0o777).toString(8)).toBe('700');
    expect(await readdir(phones)).toEqual(['demo.json']);
  });

  it('comes back from the form of earlier versions, which kept one enrolment or none', async () => {
    const file = join(folder, 'demo.json');
    const one = await pending();
    await writeFile(file, JSON.stringify({ enrolled: null, pending: one }));
    expect(await loadPhone(file)).toEqual({ enrolled: null, pending: [one] });
    await writeFile(file, JSON.stringify({ enrolled: null, pending: null }));
    expect(await loadPhone(file)).toEqual({ enrolled: null, pending: [] });
  });

  it('is refused when the file is something else', async () => {
    const file = join(folder, 'demo.json');
    await writeFile(file, '{"enrolled":{"deviceId":1}}');
    await expect(loadPhone(file)).rejects.toThrow();
  });

  it('signs with the keys that it kept', async () => {
    const { signing } = await openKeys((await pending()).keys);
    const signer = { deviceId: 'device-1', userId: 'user-1', signingKey: signing.privateKey };
    const jws = await decide(aChallenge(), { decision: 'REJECT' }, signer);
    expect((await compactVerify(jws, signing.publicKey)).protectedHeader.kid).toBe('device-1');
  });

  it('has no name that leaves its folder', () => {
    expect(phoneFile(4566, '../../etc/passwd')).toMatch(/\.local\/4566\/phones\/\.\.%2F\.\.%2Fetc%2Fpasswd\.json$/);
  });
});
