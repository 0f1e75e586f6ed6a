import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportJWK, importJWK, type JWK } from 'jose';
import * as z from 'zod';
import { createKeys, type PhoneKeys } from './protocol/index.ts';

const keySchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});

const keysSchema = z.object({ signing: keySchema, encryption: keySchema });

const pendingSchema = z.object({
  userId: z.string(),
  /** With which code the enrolment was begun: the same one again is a retry, and needs the same keys. */
  activationCode: z.string(),
  pushToken: z.string(),
  keys: keysSchema,
});

const enrolledSchema = z.object({
  userId: z.string(),
  deviceId: z.string(),
  tokenId: z.string(),
  pushToken: z.string(),
  /** Still sealed to this phone's key, as it came. */
  sealedSeed: z.string(),
  keys: keysSchema,
});

/** A user's phone: the enrolled device, and enrolments that the service has not answered yet. */
const storedPhoneSchema = z.object({
  enrolled: z.nullable(enrolledSchema),
  // Earlier versions kept one enrolment or none, and lost its keys to the next code that was tried.
  pending: z.union([z.array(pendingSchema), pendingSchema, z.null()]).transform((kept) => [kept ?? []].flat()),
});

export type StoredPhone = z.infer<typeof storedPhoneSchema>;
export type StoredKeys = z.infer<typeof keysSchema>;

/** Where a user's phone is kept on this machine. */
export function phoneFile(port: number, username: string): string {
  const local = fileURLToPath(new URL('../.local', import.meta.url));
  return join(local, String(port), 'phones', `${encodeURIComponent(username)}.json`);
}

/** The phone kept in the file; an empty one where there is none. */
export async function loadPhone(file: string): Promise<StoredPhone> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return { enrolled: null, pending: [] };
    throw error;
  }
  return storedPhoneSchema.parse(JSON.parse(text));
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

/** Keeps the phone for its owner alone; a crash in the middle leaves the former file whole. */
export async function savePhone(file: string, phone: StoredPhone): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(phone, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, file);
}

/** Forgets keys and seed of this device; another that has taken its place, or an enrolment that was begun, stays. */
export async function forgetPhone(file: string, deviceId: string): Promise<void> {
  const kept = await loadPhone(file);
  if (kept.enrolled?.deviceId === deviceId) await savePhone(file, { ...kept, enrolled: null });
}

/** New keys in the form in which they are kept. */
export async function newStoredKeys(): Promise<StoredKeys> {
  const { signing, encryption } = await createKeys({ extractable: true });
  return {
    signing: keySchema.parse(await exportJWK(signing.privateKey)),
    encryption: keySchema.parse(await exportJWK(encryption.privateKey)),
  };
}

/** The kept keys, ready to sign and to open. */
export async function openKeys(keys: StoredKeys): Promise<PhoneKeys> {
  const [signing, encryption] = await Promise.all([
    keyPair(keys.signing, 'ES256'),
    keyPair(keys.encryption, 'ECDH-ES+A256KW'),
  ]);
  return { signing, encryption };
}

async function keyPair(privateJwk: JWK & { d: string }, algorithm: string) {
  const { d: _, ...publicJwk } = privateJwk;
  const [publicKey, privateKey] = await Promise.all([
    importJWK(publicJwk, algorithm, { extractable: true }),
    importJWK(privateJwk, algorithm),
  ]);
  if (publicKey instanceof Uint8Array || privateKey instanceof Uint8Array) throw new TypeError('Not a key pair');
  return { publicKey, privateKey };
}
