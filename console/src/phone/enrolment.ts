import { type AppApi, createKeys, enrol, ProblemError } from '../../../phone/protocol/index.ts';
import { readPhone, type StoredPhone, writePhone } from './device-store.ts';

export interface EnrolmentForm {
  readonly activationCode: string;
  readonly name: string;
}

/**
 * Enrols this browser as the user's phone. The keys are stored before they are sent and used again with the same
 * code: where the answer was lost, the service gives the same device and seed.
 */
export async function enrolPhone(api: AppApi, userId: string, form: EnrolmentForm): Promise<StoredPhone> {
  const stored = await readPhone(userId);
  const candidate = stored?.activationCode === form.activationCode ? stored : await newCandidate(userId, form);
  try {
    return await enrolWith(api, userId, form, candidate);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'KEY_ALREADY_BOUND') throw error;
    return enrolWith(api, userId, form, await newCandidate(userId, form));
  }
}

async function enrolWith(
  api: AppApi,
  userId: string,
  { activationCode, name }: EnrolmentForm,
  { keys, pushToken }: StoredPhone,
): Promise<StoredPhone> {
  const enrolment = { userId, activationCode, name, platform: 'ANDROID', pushToken } as const;
  const { deviceId, tokenId, sealedSeed } = await enrol(api, enrolment, keys);
  const phone: StoredPhone = { keys, pushToken, activationCode: '', enrolled: { deviceId, tokenId, sealedSeed } };
  await writePhone(userId, phone);
  return phone;
}

async function newCandidate(userId: string, { activationCode }: EnrolmentForm): Promise<StoredPhone> {
  const phone: StoredPhone = { keys: await createKeys(), pushToken: randomPushToken(), activationCode };
  await writePhone(userId, phone);
  return phone;
}

/** Stands in for what the platform's messaging service gives an app. */
function randomPushToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return `web-${btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')}`;
}
