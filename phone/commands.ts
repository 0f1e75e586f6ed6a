import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { UsageError } from '../tools/command-line.ts';
import { forgetPhone, loadPhone, newStoredKeys, openKeys, phoneFile, savePhone } from './phone-store.ts';
import {
  type Answer,
  type AppApi,
  type Authorization,
  answer,
  createAppApi,
  currentCode,
  enrol,
  openSeed,
  plainActivationCode,
  visibleText,
} from './protocol/index.ts';
import { showAuthorization, showChallenge } from './show.ts';
import { signIn } from './sign-in.ts';
import { readStack } from './stack.ts';

export interface PhoneOptions {
  readonly port: number;
  readonly username: string;
}

export interface EnrolOptions extends PhoneOptions {
  readonly activationCode: string;
  readonly name: string;
  readonly platform: 'IOS' | 'ANDROID';
}

/** Binds a phone to the user's token; with the code of an enrolment whose answer was lost, fetches that answer. */
export async function enrolPhone({ activationCode, name, platform, ...options }: EnrolOptions): Promise<void> {
  const file = phoneFile(options.port, options.username);
  const api = await openApi(options);
  const { user } = await api.me();
  const { userId } = user;
  const kept = await loadPhone(file);
  const code = plainActivationCode(activationCode);
  const begun = kept.pending.find(
    (other) => plainActivationCode(other.activationCode) === code && other.userId === userId,
  );
  const { pushToken, keys } = begun ?? { pushToken: `cli-${randomUUID()}`, keys: await newStoredKeys() };
  if (!begun) {
    // Kept before they are used: keys whose enrolment was answered into the void must not be lost with the answer, nor
    // with the next code that is tried.
    await savePhone(file, { ...kept, pending: [...kept.pending, { userId, activationCode, pushToken, keys }] });
  }
  const enrolment = { userId, activationCode: code, name, platform, pushToken };
  const { deviceId, tokenId, sealedSeed } = await enrol(api, enrolment, await openKeys(keys));
  const enrolled = { userId, deviceId, tokenId, pushToken, sealedSeed, keys };
  await savePhone(file, { enrolled, pending: [] });
  console.log(`Enrolled: token ${tokenId} is active on device ${deviceId}.`);
  console.log(`Next: npm run phone -- code --user ${options.username}`);
}

/**
 * Shows who is signed in, their token and whether this machine holds its phone. Keys and seed of a phone that the service
 * has retired are forgotten here.
 */
export async function showStatus(options: PhoneOptions): Promise<void> {
  const file = phoneFile(options.port, options.username);
  const { enrolled } = await loadPhone(file);
  const { user, token, device, physicalToken, retiredDeviceId } = await (await openApi(options)).me(enrolled?.deviceId);
  if (retiredDeviceId) await forgetPhone(file, retiredDeviceId);
  const here = device !== null && device.deviceId === enrolled?.deviceId ? ' (this one)' : '';
  console.log(`user            ${visibleText(user.fullName)} (${user.username}, ${user.role})`);
  console.log(`virtual token   ${token.tokenId} ${token.status}`);
  console.log(`phone           ${device ? `${visibleText(device.name)} ${device.deviceId}${here}` : 'none'}`);
  console.log(`physical token  ${physicalToken?.status ?? 'none'}`);
}

/** Lists the changes that wait for this user, whole. */
export async function listAuthorizations(options: PhoneOptions): Promise<void> {
  const waiting = await (await openApi(options)).authorizations();
  if (waiting.length === 0) {
    console.log('Nothing waits for this user.');
    return;
  }
  console.log(waiting.map(showAuthorization).join('\n\n'));
  console.log(`\nNext: npm run phone -- approve CHANGE_ID --binding-code 000000 --user ${options.username}`);
}

export interface AnswerOptions extends PhoneOptions {
  /** May be left out while exactly one change waits. */
  readonly changeId: string | undefined;
}

/** Shows a waiting change as it will be signed, then approves it with the six digits that the web shows. */
export async function approve(options: AnswerOptions & { bindingCode: string | undefined }): Promise<void> {
  await answerChange(options, async () => ({
    decision: 'APPROVE',
    bindingCode: options.bindingCode ?? (await askBindingCode()),
  }));
}

/** Shows a waiting change as it will be signed, then rejects it, disowning it where asked. */
export async function reject(options: AnswerOptions & { notMe: boolean }): Promise<void> {
  await answerChange(options, async () => ({ decision: 'REJECT', ...(options.notMe ? { reason: 'NOT_ME' } : {}) }));
}

/** Prints the one-time code of this moment. */
export async function showCode(options: PhoneOptions): Promise<void> {
  const { sealedSeed, keys } = await enrolledPhone(options);
  const { encryption } = await openKeys(keys);
  const { code, secondsLeft } = currentCode(await openSeed(sealedSeed, encryption.privateKey));
  console.log(`${code} (for ${secondsLeft} more seconds)`);
}

async function answerChange(options: AnswerOptions, ask: () => Promise<Answer>): Promise<void> {
  const { deviceId, userId, keys } = await enrolledPhone(options);
  const api = await openApi(options);
  const waiting = choose(await api.authorizations(), options.changeId);
  console.log(`You sign exactly this:\n${showChallenge(waiting.challenge)}`);
  const { signing } = await openKeys(keys);
  const answered = await ask();
  const { changeId, status } = await answer(api, waiting, answered, {
    deviceId,
    userId,
    signingKey: signing.privateKey,
  });
  console.log(`${answered.decision === 'APPROVE' ? 'Approved' : 'Rejected'}: change ${changeId} is ${status}.`);
}

function choose(waiting: Authorization[], changeId: string | undefined): Authorization {
  if (changeId === undefined && waiting.length > 1) {
    throw new UsageError(`${waiting.length} changes wait: name one (see the command list)`);
  }
  const chosen = changeId === undefined ? waiting[0] : waiting.find((item) => item.changeId === changeId);
  if (!chosen)
    throw new Error(changeId ? `Change ${changeId} does not wait for this user` : 'Nothing waits for this user');
  return chosen;
}

async function askBindingCode(): Promise<string> {
  if (!process.stdin.isTTY) throw new UsageError('--binding-code is needed: the six digits that the web shows');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question('Six digits that the web shows: ')).trim();
  } finally {
    terminal.close();
  }
}

async function enrolledPhone({ port, username }: PhoneOptions) {
  const { enrolled } = await loadPhone(phoneFile(port, username));
  if (enrolled) return enrolled;
  throw new Error(`No phone of ${username} here: npm run phone -- enrol --user ${username} --activation-code CODE`);
}

async function openApi({ port, username }: PhoneOptions): Promise<AppApi> {
  const stack = await readStack(port);
  const token = await signIn(stack, 'app', { username, password: stack.demo.password });
  return createAppApi({ apiUrl: stack.apiUrl, accessToken: () => token });
}
