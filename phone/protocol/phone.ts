import type { AppApi, Authorization } from './app-api.ts';
import { type Answer, decide, type Signer } from './decision.ts';
import { type Enrolment, enrolmentRequest } from './enrolment.ts';
import type { PhoneKeys } from './keys.ts';
import { openSeed, type Seed } from './seed.ts';

/** A phone after enrolment: `sealedSeed` is what to keep, `seed` what codes are made of. */
export interface EnrolledPhone {
  readonly deviceId: string;
  readonly tokenId: string;
  readonly sealedSeed: string;
  readonly seed: Seed;
}

/**
 * Enrols this phone and opens its seed. After a lost answer, call it again with the same code and the same keys:
 * within ten minutes the service gives the same device and seed.
 */
export async function enrol(api: AppApi, enrolment: Enrolment, keys: PhoneKeys): Promise<EnrolledPhone> {
  const { deviceId, tokenId, seed: sealedSeed } = await api.enrol(await enrolmentRequest(enrolment, keys));
  return { deviceId, tokenId, sealedSeed, seed: await openSeed(sealedSeed, keys.encryption.privateKey) };
}

/** Signs a person's answer to a waiting change and sends it. */
export async function answer(
  api: AppApi,
  { changeId, challenge }: Authorization,
  answered: Answer,
  signer: Signer,
): Promise<{ changeId: string; status: string }> {
  return api.decide(changeId, await decide(challenge, answered, signer));
}
