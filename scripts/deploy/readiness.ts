import type { AccountState, Answered } from './account-state.ts';
import type { StageSettings } from './stage-account.ts';

/** Something that the account has not. */
export interface Missing {
  /** True if a deployment would fail for it, after minutes. */
  readonly stops: boolean;
  /** One line for a person: what is missing, and what to do. */
  readonly line: string;
}

/** A quota of AWS's that the capacity page reckons with. */
export interface ReckonedQuota {
  readonly id: string;
  readonly value: number;
  readonly remedy: string;
  /** The name that Service Quotas gives it, where it lists it. */
  readonly named?: { readonly service: string; readonly name: string };
}

/** The secrets that a stage reads, by its settings. */
export function listSecrets(stage: string, settings: StageSettings): string[] {
  const { fcmSecretName, apnsSecretName, eventDestinationUrl, eventDestinationSecretName } = settings;
  return [
    fcmSecretName ?? `llavero/${stage}/fcm`,
    apnsSecretName ?? `llavero/${stage}/apns`,
    ...(eventDestinationUrl === undefined ? [] : [eventDestinationSecretName ?? `llavero/${stage}/events`]),
  ];
}

/** The services that Service Quotas is asked about. */
export function listQuotaServices(quotas: readonly ReckonedQuota[]): string[] {
  return [...new Set(quotas.flatMap(({ named }) => named?.service ?? []))];
}

/** The identity of SES that a stage's notices come from; undefined where it mails none. */
export function findMailIdentity({ noticeSender, noticeIdentity }: StageSettings): string | undefined {
  return noticeSender && (noticeIdentity ?? noticeSender.slice(noticeSender.lastIndexOf('@') + 1));
}

/** Everything that a stage would miss in this account, in one list: what stops a deployment first. */
export function findMissing(
  settings: StageSettings,
  account: AccountState,
  quotas: readonly ReckonedQuota[],
): Missing[] {
  const missing = [
    ...[...account.secrets].flatMap(([name, secret]) => judgeSecret(name, secret, settings.secretsKeyArn)),
    ...judge('API Gateway’s settings', account.gateway, ({ logRole }) =>
      logRole
        ? []
        : stop('API Gateway has no role to write logs as: make one and name it (docs/deployment.md, step 3)'),
    ),
    ...judge('Lambda’s limits', account.concurrency, (has) => judgeQuota('Lambda', has, 'lambda-concurrency', quotas)),
    ...judge('API Gateway’s limits', account.gateway, ({ requestsPerSecond }) =>
      judgeQuota('API Gateway', requestsPerSecond, 'api-requests', quotas),
    ),
    ...[...account.quotas].flatMap(([service, listed]) =>
      judge(`The quotas of ${service}`, listed, (has) =>
        quotas
          .filter(({ named }) => named?.service === service)
          .flatMap(({ id, named }) => judgeListed(service, has.get(named?.name ?? ''), id, quotas)),
      ),
    ),
    ...(findMailIdentity(settings) === undefined ? [] : judgeMail(settings, account, quotas)),
  ];
  return missing.toSorted((a, b) => Number(b.stops) - Number(a.stops));
}

function judgeSecret(
  name: string,
  secret: Answered<{ readonly keyArn: string }>,
  secretsKeyArn: string | undefined,
): Missing[] {
  if ('value' in secret && secret.value === undefined) {
    return stop(`Secrets Manager has no secret ${name} (docs/deployment.md, step 4)`);
  }
  return judge(`Secret ${name}`, secret, ({ keyArn }) =>
    keyArn === 'default' || keyArn === secretsKeyArn
      ? []
      : stop(`Secret ${name} is under the key ${keyArn}: set secretsKeyArn to it, so that it may be opened`),
  );
}

function judgeMail(settings: StageSettings, account: AccountState, quotas: readonly ReckonedQuota[]): Missing[] {
  const identity = findMailIdentity(settings);
  return [
    ...judge('SES', account.mail, ({ outOfSandbox, mailsPerSecond }) => [
      ...(outOfSandbox
        ? []
        : warn('SES is in its sandbox: it mails verified addresses alone. Ask for production access')),
      ...judgeQuota('SES', mailsPerSecond, 'ses-send', quotas),
    ]),
    ...('value' in account.identityVerified && account.identityVerified.value !== true
      ? warn(`SES has not verified ${identity}: no notice is mailed until it has`)
      : judge('SES’s identities', account.identityVerified, () => [])),
  ];
}

function judgeQuota(service: string, has: number | undefined, id: string, quotas: readonly ReckonedQuota[]): Missing[] {
  const quota = quotas.find((each) => each.id === id);
  if (!quota) throw new Error(`The capacity page reckons with no quota ${id}`);
  if (has === undefined || has >= quota.value) return [];
  return warn(`${service}: ${has}, where docs/capacity.md reckons with ${quota.value} (${id}). ${quota.remedy}`);
}

function judgeListed(
  service: string,
  has: number | undefined,
  id: string,
  quotas: readonly ReckonedQuota[],
): Missing[] {
  if (has !== undefined) return judgeQuota(service, has, id, quotas);
  return warn(`Service Quotas of ${service} lists none by the name of ${id}: look yourself`);
}

/** Judges what AWS answered; where it did not answer, that is said. */
function judge<T>(what: string, answer: Answered<T>, judgeValue: (value: T) => Missing[]): Missing[] {
  if ('unread' in answer) return warn(`${what} could not be read (${answer.unread}): look yourself`);
  return answer.value === undefined ? [] : judgeValue(answer.value);
}

const stop = (line: string): Missing[] => [{ stops: true, line }];
const warn = (line: string): Missing[] => [{ stops: false, line }];
