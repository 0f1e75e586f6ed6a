import { type AppApi, createKeys, enrol, ProblemError, plainActivationCode } from '../../../phone/protocol/index.ts';
import { forgetCandidate, keepCandidate, keepEnrolled, readPhones, type StoredPhone } from './device-store.ts';

export interface EnrolmentForm {
  readonly activationCode: string;
  readonly name: string;
}

/** Answers after which the same keys can no longer be enrolled with their code. */
const FINAL = ['ACTIVATION_CODE_INVALID', 'DEVICE_ALREADY_ENROLLED', 'KEY_ALREADY_BOUND'];

/**
 * Enrols this browser as the user's phone. The keys are stored before they are sent and used again with the same
 * code: where the answer was lost, the service gives the same device and seed. No other phone that is stored is
 * touched, whatever the answer is.
 */
export async function enrolPhone(api: AppApi, userId: string, { activationCode, name }: EnrolmentForm): Promise<void> {
  const candidate = await candidateFor(userId, activationCode);
  const { keys, pushToken } = candidate;
  const code = plainActivationCode(activationCode);
  try {
    const { deviceId, tokenId, sealedSeed } = await enrol(
      api,
      { userId, activationCode: code, name, platform: 'ANDROID', pushToken },
      keys,
    );
    await keepEnrolled(userId, { keys, pushToken, activationCode: '', enrolled: { deviceId, tokenId, sealedSeed } });
  } catch (error) {
    if (error instanceof ProblemError && FINAL.includes(error.code)) await forgetCandidate(userId, candidate);
    throw error;
  }
}

async function candidateFor(userId: string, activationCode: string): Promise<StoredPhone> {
  const code = plainActivationCode(activationCode);
  const isSame = (phone: StoredPhone) => !phone.enrolled && plainActivationCode(phone.activationCode) === code;
  const kept = (await readPhones(userId)).find(isSame);
  if (kept) return kept;
  return keepCandidate(userId, { keys: await createKeys(), pushToken: randomPushToken(), activationCode }, isSame);
}

/** Stands in for what the platform's messaging service gives an app. */
function randomPushToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return `web-${btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')}`;
}
