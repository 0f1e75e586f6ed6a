/** Environment variables the functions read. `infra` sets exactly these; nothing else is configured at run time. */
export const ENV = {
  /** Name of the table of companies, users, tokens, devices and changes. */
  TABLE_NAME: 'TABLE_NAME',
  /** Name of the append-only table of events. */
  RECORD_TABLE_NAME: 'RECORD_TABLE_NAME',
  /** Name of the table of sealed seeds, of which there is no copy. */
  SEED_TABLE_NAME: 'SEED_TABLE_NAME',
  /** Name of the table of sign-ins, shown to the person alone. */
  SIGN_IN_TABLE_NAME: 'SIGN_IN_TABLE_NAME',
  /** ARN of the `token-change` state machine. */
  STATE_MACHINE_ARN: 'STATE_MACHINE_ARN',
  /** ARN of the KMS key that seals seeds. */
  SEED_KEY_ARN: 'SEED_KEY_ARN',
  /** ARN of the KMS HMAC key that authenticates list cursors. */
  CURSOR_KEY_ARN: 'CURSOR_KEY_ARN',
  /** ARN of the KMS key that signs receipts. */
  RECEIPT_KEY_ARN: 'RECEIPT_KEY_ARN',
  /** ARN of the KMS key that signs the archive's days. */
  DAY_KEY_ARN: 'DAY_KEY_ARN',
  /** Name of the bucket of the record's archive. */
  ARCHIVE_BUCKET_NAME: 'ARCHIVE_BUCKET_NAME',
  /** Name of the bus from which other systems learn what joins the record. */
  EVENT_BUS_NAME: 'EVENT_BUS_NAME',
  /** ARN of the SNS platform application for Android (FCM v1). */
  PUSH_APPLICATION_ANDROID_ARN: 'PUSH_APPLICATION_ANDROID_ARN',
  /** ARN of the SNS platform application for iOS (APNs). */
  PUSH_APPLICATION_IOS_ARN: 'PUSH_APPLICATION_IOS_ARN',
  /** Comma-separated web origins that may call the API. */
  ALLOWED_ORIGINS: 'ALLOWED_ORIGINS',
  /** Seconds a change is held for authorization. */
  HOLD_SECONDS: 'HOLD_SECONDS',
  /** Seconds an activation code is good for. */
  ACTIVATION_CODE_SECONDS: 'ACTIVATION_CODE_SECONDS',
  /** Wrong tries that void an activation code. */
  ACTIVATION_CODE_TRIES: 'ACTIVATION_CODE_TRIES',
  /** Held changes that may be started against one token in ten minutes. */
  HOLDS_PER_TOKEN: 'HOLDS_PER_TOKEN',
  /** Pushes that one device may get in ten minutes. */
  PUSHES_PER_DEVICE: 'PUSHES_PER_DEVICE',
  /** True if a phone's decision must say that its person was verified: `true` or `false`. */
  REQUIRE_USER_VERIFICATION: 'REQUIRE_USER_VERIFICATION',
  /** Address that notices are mailed from; absent in a stage that mails none. */
  NOTICE_SENDER: 'NOTICE_SENDER',
  /** ARN of the role by which the bank's staff call the function. */
  RESCUE_ROLE_ARN: 'RESCUE_ROLE_ARN',
} as const;

export type EnvName = keyof typeof ENV;

/** A process's environment, or what stands for it. Only a function's handler has the real one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable; throws where it is missing: at cold start, never in the middle of a request. */
export function requireEnv(environment: Environment, name: EnvName): string {
  const value = environment[name];
  if (!value) throw new Error(`Missing environment variable ${name}`);
  return value;
}

/** A positive whole number; throws where it is missing or anything else. */
export function requireEnvNumber(environment: Environment, name: EnvName): number {
  const value = Number(requireEnv(environment, name));
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new Error(`Environment variable ${name} is not a positive integer`);
  return value;
}

/** `true` or `false`; throws where it is missing or anything else. */
export function requireEnvBoolean(environment: Environment, name: EnvName): boolean {
  const value = requireEnv(environment, name);
  if (value !== 'true' && value !== 'false') throw new Error(`Environment variable ${name} is not true or false`);
  return value === 'true';
}
