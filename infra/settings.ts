import * as z from 'zod';
import { identityProviderSetting, loginBrandSetting } from './login-settings.ts';
import { receiptKeysSetting } from './receipt-keys-setting.ts';

/** The stage that runs on the local cloud. */
export const LOCAL_STAGE = 'local';

/** The settings of a stage are missing or wrong; the message has one line for each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Context arrives as a string from the command line and as a number from a file. */
function wholeNumber(minimum: number, maximum: number) {
  return z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{1,9}$/, 'must be a whole number')
        .transform(Number),
    ])
    .pipe(z.number().int().min(minimum).max(maximum));
}

const yesOrNo = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .transform((value) => value === true || value === 'true');

const webOrigin = z
  .url({ protocol: /^https?$/ })
  .refine((text) => URL.canParse(text) && new URL(text).origin === text, 'must be an origin: no path, no final slash');

/** A list in a file, or one text with commas from the command line. */
const listed = (item: z.ZodType<string, string>) =>
  z.union([
    z.array(item),
    z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(item)),
  ]);

/** Accounts by their numbers. */
const accountList = listed(z.string()).refine(
  (accounts) => accounts.every((one) => /^\d{12}$/.test(one)),
  'must be accounts of twelve digits each',
);

const secretName = z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,200}$/);

/** The ways in which a new version of a function in people's path takes over. */
export const ROLLOUTS = ['Canary10Percent5Minutes', 'Linear10PercentEvery1Minute', 'AllAtOnce'] as const;

export type Rollout = (typeof ROLLOUTS)[number];

/** Where the bank's people sign in. One place: a person with a login in each would be two. */
const STAFF_DIRECTORIES = ['IDENTITY_CENTER', 'IAM_USERS'] as const;

export type StaffDirectory = (typeof STAFF_DIRECTORIES)[number];

/** Words that Cognito takes in no prefix of a login's domain. */
const RESERVED = /aws|amazon|cognito/;

const commonShape = {
  /** The release, as its functions and its workflow show it: a tag or a commit. */
  release: z
    .string()
    .regex(/^[A-Za-z0-9][\w.+-]{0,63}$/, 'must be at most 64 letters, digits, points, hyphens and plus signs')
    .optional(),
  holdSeconds: wholeNumber(1, 600).default(600),
  activationCodeSeconds: wholeNumber(60, 604_800).default(86_400),
  activationCodeTries: wholeNumber(1, 20).default(5),
  holdsPerToken: wholeNumber(1, 100).default(3),
  pushesPerDevice: wholeNumber(1, 100).default(3),
  /** True if a phone's decision must say that the app asked for the person's fingerprint, face or PIN. */
  requireUserVerification: yesOrNo.default(false),
  /** Requests a second, and at one moment, that the API lets through. */
  apiRatePerSecond: wholeNumber(1, 10_000).default(200),
  apiBurst: wholeNumber(1, 5_000).default(400),
  /** Requests of one address in five minutes above which the web firewall refuses. */
  requestsPerAddress: wholeNumber(10, 2_000_000).default(2_000),
  /** The same of one token of the bank's systems: by default half of what the API lets through. */
  requestsPerClient: wholeNumber(10, 2_000_000).default(30_000),
  /** Days for which the archive of the record cannot be changed by anybody: ten years. */
  archiveRetentionDays: wholeNumber(1, 36_500).default(3_653),
  /** Raise it after replacing a push credential, so that the next deployment reads the secrets again. */
  pushCredentialsVersion: wholeNumber(1, 999_999_999).default(1),
  /** Raise one to replace the key that signs receipts, or days; the former keys stay. */
  receiptKeyVersion: wholeNumber(1, 99).default(1),
  dayKeyVersion: wholeNumber(1, 99).default(1),
  /** Address that notices are mailed from; none is mailed where it is not set. */
  noticeSender: z.email().optional(),
  /** Identity of SES, verified for the sender: a domain or an address. By default the sender's domain. */
  noticeIdentity: z
    .string()
    .regex(/^(?:[^\s@/]+@)?[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$/, 'must be a domain or an address')
    .optional(),
  /** Where the bank's people who rescue sign in. */
  staffDirectory: z.enum(STAFF_DIRECTORIES).default('IDENTITY_CENTER'),
  /** Accounts of the bank that may put rules of their own on the bus of events. */
  eventAccounts: accountList.default([]),
  /** Days for which the bus keeps events for replay; the record itself keeps them for ever. */
  eventArchiveDays: wholeNumber(1, 3_653).default(90),
  /** Address of the bank's own that events are posted to, with the key that the secret has. */
  eventDestinationUrl: z.url({ protocol: /^https$/ }).optional(),
  eventDestinationSecretName: secretName.optional(),
  /** Key of the bank's own that the push credentials are encrypted with, instead of Secrets Manager's. */
  secretsKeyArn: z
    .string()
    .regex(/^arn:aws:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-f-]{36}$/, 'must be the ARN of a key')
    .optional(),
  fcmSecretName: secretName.optional(),
  apnsSecretName: secretName.optional(),
  loginDomainPrefix: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
    .refine((text) => !RESERVED.test(text), 'may not contain aws, amazon or cognito')
    .optional(),
};

/** Where SNS has push applications, of the partition `aws` (SNS developer guide, "Mobile application supported Regions"). */
const PUSH_REGIONS = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'sa-east-1'],
  ...['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['ap-east-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1'],
  ...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'af-south-1', 'me-central-1', 'me-south-1'],
];

const localSettingsSchema = z.strictObject({
  ...commonShape,
  stage: z.literal(LOCAL_STAGE).default(LOCAL_STAGE),
  archiveRetentionDays: wholeNumber(1, 36_500).default(1),
  noticeSender: z.email().default('avisos@llavero.invalid'),
  staffDirectory: z.enum(STAFF_DIRECTORIES).default('IAM_USERS'),
  consoleOrigin: webOrigin.default('http://localhost:4570'),
  phoneOrigin: webOrigin.default('http://localhost:4571'),
  frontOrigins: listed(webOrigin).default([]),
});

const httpsOrigin = webOrigin.refine((text) => text.startsWith('https://'), 'must be https');

const deployedSettingsSchema = z
  .strictObject({
    ...commonShape,
    /** The account and the region that this stage alone is deployed to. */
    account: z.string().regex(/^\d{12}$/, 'must be the twelve digits of an account'),
    region: z.enum(PUSH_REGIONS, 'must be a region where SNS pushes to phones'),
    /** False where AWS judges answers of tasks and endpoints of phones by no resource: they are granted on all then. */
    namedGrants: z.union([z.boolean(), z.stringbool()]).default(true),
    rollout: z.enum(ROLLOUTS).default('Canary10Percent5Minutes'),
    /** Repository of GitHub whose workflow may deploy this stage, as GitHub's tokens call it; none may where it is not set. */
    repository: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:@\d+)?\/[\w.-]{1,100}(?:@\d+)?$/,
        'must be OWNER/NAME or OWNER@ID/NAME@ID',
      )
      .optional(),
    /** Certificate, in us-east-1, of the console's host; with it the console is hosted too. */
    hostingCertificateArn: z
      .string()
      .regex(
        /^arn:aws:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]{36}$/,
        'must be the ARN of a certificate in us-east-1',
      )
      .optional(),
    /** File with the keys of receipts and of signed days, which the hosted console publishes. */
    receiptKeys: receiptKeysSetting.optional(),
    /** The bank's own identity provider; without it people sign in by password and second factor. */
    identityProvider: identityProviderSetting.optional(),
    /** File with the look of the login's pages; Cognito's own where it is not set. */
    loginBrand: loginBrandSetting.optional(),
    /** AWS advises to watch what a new pool's threat protection would do before it acts. */
    threatProtection: z.enum(['AUDIT_ONLY', 'FULL_FUNCTION']).default('AUDIT_ONLY'),
    stage: z
      .string()
      .regex(/^[a-z](?:[a-z0-9-]{0,14}[a-z0-9])?$/, 'must be at most 16 lower-case letters, digits and hyphens'),
    consoleOrigin: httpsOrigin,
    phoneOrigin: httpsOrigin,
    /** Fronts of the bank's own beside the console: they sign in as its client, and may call the API. */
    frontOrigins: listed(httpsOrigin).default([]),
    /** Whom the alarms tell: a stage that nobody hears of is watched by nobody. */
    alarmEmail: z.email(),
    /** Whom the one alarm tells that stands for all that must wake somebody up; by default the same. */
    pageEmail: z.email().optional(),
  })
  .refine(({ stage, loginDomainPrefix }) => loginDomainPrefix !== undefined || !RESERVED.test(stage), {
    path: ['stage'],
    error:
      'is in the prefix of the login’s domain, which may not contain aws, amazon or cognito: set loginDomainPrefix',
  });

/** Names of the context values that are settings; any other context value belongs to the CDK. */
export const SETTING_NAMES: readonly string[] = Object.keys({
  ...localSettingsSchema.shape,
  ...deployedSettingsSchema.shape,
});

/** The settings of one stage, with every default filled in. */
export type Settings = ReturnType<typeof parseSettings>;

/** The settings of a stage out of raw context; throws one line per setting that is missing or wrong. */
export function parseSettings(context: Readonly<Record<string, unknown>>) {
  const isLocal = context.stage === undefined || context.stage === LOCAL_STAGE;
  const parsed = (isLocal ? localSettingsSchema : deployedSettingsSchema).safeParse(context);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || 'settings'}: ${issue.message}`);
    throw new SettingsError(`The settings of this stage are not right:\n${lines.join('\n')}`);
  }
  const { fcmSecretName, apnsSecretName, noticeSender, noticeIdentity, ...others } = parsed.data;
  const { eventDestinationUrl, eventDestinationSecretName, ...settings } = others;
  return {
    hostingCertificateArn: undefined,
    receiptKeys: undefined,
    account: undefined,
    region: undefined,
    repository: undefined,
    identityProvider: undefined,
    loginBrand: undefined,
    threatProtection: 'AUDIT_ONLY' as const,
    alarmEmail: undefined,
    pageEmail: undefined,
    rollout: 'AllAtOnce' as const,
    ...settings,
    fcmSecretName: fcmSecretName ?? `llavero/${settings.stage}/fcm`,
    apnsSecretName: apnsSecretName ?? `llavero/${settings.stage}/apns`,
    notices: parseNoticeSender(noticeSender, noticeIdentity),
    eventDestination: parseEventDestination(settings.stage, eventDestinationUrl, eventDestinationSecretName),
    /** The local engine lacks these or judges them differently; each is a prop of the construct concerned. */
    platform:
      'namedGrants' in parsed.data ? { ...AWS_PLATFORM, resourceLevelGrants: parsed.data.namedGrants } : LOCAL_PLATFORM,
  };
}

/** From whom notices are mailed. */
export interface NoticeSender {
  readonly address: string;
  /** The verified identity of SES that the address belongs to. */
  readonly identity: string;
}

function parseNoticeSender(address: string | undefined, identity: string | undefined): NoticeSender | undefined {
  if (address) return { address, identity: identity ?? address.slice(address.lastIndexOf('@') + 1) };
  if (identity) throw new SettingsError('The settings of this stage are not right:\n  noticeSender: is missing');
  return undefined;
}

/** The bank's own address that events are posted to. */
export interface EventDestination {
  readonly url: string;
  /** Secret that has the key by which the address knows the service. */
  readonly secretName: string;
}

function parseEventDestination(
  stage: string,
  url: string | undefined,
  secretName = `llavero/${stage}/events`,
): EventDestination | undefined {
  return url === undefined ? undefined : { url, secretName };
}

/** The differences between platforms, so that no construct has to know which one it is on. */
export interface Platform {
  /** True if data outlive their stack and refuse to be deleted. */
  readonly retainData: boolean;
  /** True if the stage makes its own placeholder push credentials. */
  readonly demoPushCredentials: boolean;
  /** True if the stage makes the identity that its mails come from. */
  readonly demoMailIdentity: boolean;
  /** True if a grant can name the state machine whose task is answered, or the push application of an endpoint. */
  readonly resourceLevelGrants: boolean;
  /** True if a bucket's policy can tell a write that replaces nothing from one that may. */
  readonly conditionalWritePolicy: boolean;
  /** True if KMS tells a key's policy the encryption context of a call. */
  readonly encryptionContextKnown: boolean;
  /** True if imported users get the demo password, and so no second factor. */
  readonly demoUsers: boolean;
  /** True if the login's pages can have a brand. */
  readonly managedLogin: boolean;
  /** True if STS knows who has signed in with a second factor. */
  readonly multiFactorKnown: boolean;
  /** True if the web firewall can be put before the API. */
  readonly webFirewall: boolean;
  /** True if a bus can keep what was put on it, and replay it. */
  readonly eventArchive: boolean;
  /** True if a new version of a function can take over little by little, and go back by itself. */
  readonly gradualDeployments: boolean;
  /** True if alarms may stand on expressions and on other alarms, and queries of logs can be saved. */
  readonly expressionAlarms: boolean;
  /** The periods of an alarm: short enough to be shown firing and clearing on a local cloud. */
  readonly alarmPeriods: AlarmPeriods;
}

export interface AlarmPeriods {
  /** The period of most alarms, in seconds. */
  readonly usual: number;
  /** The silence after which an alarm fires, for programs that run each minute and each day. */
  readonly silence: { readonly eachMinute: Silence; readonly eachDay: Silence };
}

export interface Silence {
  readonly periods: number;
  readonly seconds: number;
}

const AWS_PLATFORM: Platform = {
  retainData: true,
  demoPushCredentials: false,
  demoMailIdentity: false,
  resourceLevelGrants: true,
  conditionalWritePolicy: true,
  encryptionContextKnown: true,
  demoUsers: false,
  managedLogin: true,
  multiFactorKnown: true,
  webFirewall: true,
  eventArchive: true,
  gradualDeployments: true,
  expressionAlarms: true,
  alarmPeriods: {
    usual: 300,
    // Many short periods: CloudWatch looks a few further back than it is told, and is silent while it finds a run there.
    silence: { eachMinute: { periods: 10, seconds: 60 }, eachDay: { periods: 26, seconds: 3_600 } },
  },
};

const LOCAL_PLATFORM: Platform = {
  retainData: false,
  demoPushCredentials: true,
  demoMailIdentity: true,
  resourceLevelGrants: false,
  conditionalWritePolicy: false,
  encryptionContextKnown: false,
  demoUsers: true,
  managedLogin: false,
  multiFactorKnown: false,
  webFirewall: false,
  eventArchive: false,
  gradualDeployments: false,
  expressionAlarms: false,
  alarmPeriods: {
    usual: 10,
    silence: { eachMinute: { periods: 2, seconds: 10 }, eachDay: { periods: 2, seconds: 10 } },
  },
};
