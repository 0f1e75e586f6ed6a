import { type AppApi, enrol, plainActivationCode, RefusalError } from '../../../phone/protocol/index.ts';
import {
  forgetCandidate,
  keepCandidate,
  keepEnrolled,
  type PhoneUser,
  readAccounts,
  type StoredPhone,
} from './vault/account-store.ts';
import type { Verification } from './vault/lock.ts';
import { createSealedKeys, openKeys } from './vault/sealed-keys.ts';

export interface EnrolmentForm {
  readonly activationCode: string;
  readonly name: string;
  readonly verification: Verification;
}

/** Answers after which the same keys can no longer be enrolled with their code. */
const FINAL = ['ACTIVATION_CODE_INVALID', 'DEVICE_ALREADY_ENROLLED', 'KEY_ALREADY_BOUND'];

/**
 * Enrols this browser as the user's phone. The keys are stored before they are sent and used again with the same
 * code: where the answer was lost, the service gives the same device and seed. No other phone that is stored is
 * touched, whatever the answer is.
 */
export async function enrolPhone(api: AppApi, user: PhoneUser, form: EnrolmentForm): Promise<void> {
  const candidate = await candidateFor(user, form);
  const { keys, pushToken } = candidate;
  try {
    const { deviceId, tokenId, sealedSeed } = await enrol(
      api,
      {
        userId: user.userId,
        activationCode: plainActivationCode(form.activationCode),
        name: form.name,
        platform: 'ANDROID',
        pushToken,
      },
      await openKeys(keys, form.verification),
    );
    await keepEnrolled(user, { keys, pushToken, activationCode: '', enrolled: { deviceId, tokenId, sealedSeed } });
  } catch (error) {
    if (error instanceof RefusalError && FINAL.includes(error.code)) await forgetCandidate(user, candidate);
    throw error;
  }
}

async function candidateFor(
  user: PhoneUser,
  { activationCode, verification }: Omit<EnrolmentForm, 'name'>,
): Promise<StoredPhone> {
  const code = plainActivationCode(activationCode);
  const isSame = (phone: StoredPhone) => !phone.enrolled && plainActivationCode(phone.activationCode) === code;
  const account = (await readAccounts()).find((kept) => kept.user.userId === user.userId);
  const kept = account?.phones.find(isSame);
  if (kept) return kept;
  const keys = await createSealedKeys(verification);
  return keepCandidate(user, { keys, pushToken: randomPushToken(), activationCode }, isSame);
}

/** Stands in for what the platform's messaging service gives an app. */
function randomPushToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return `web-${btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')}`;
}
