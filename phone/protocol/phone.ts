import { type AppApi, type Authorization, isDefinite } from './app-api.ts';
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

/** A decision is sent so many times before its fate is given up as unknown. */
const TRIES = 6;

/** Signs a person's answer to a waiting change and sends it; where no answer comes, sends the same decision again. */
export async function answer(
  api: Pick<AppApi, 'decide'>,
  { changeId, challenge }: Authorization,
  answered: Answer,
  signer: Signer,
): Promise<{ changeId: string; status: string }> {
  const jws = await decide(challenge, answered, signer);
  for (let tries = 1; ; tries += 1) {
    try {
      return await api.decide(changeId, jws);
    } catch (error) {
      if (isDefinite(error)) throw error;
      if (tries === TRIES) {
        throw new Error('No answer tells what became of the decision: see the change on the web', { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** tries));
    }
  }
}
