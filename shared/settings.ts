import { type Environment, requireEnv, requireEnvBoolean, requireEnvNumber } from './env.ts';

const READERS = {
  holdSeconds: (environment: Environment) => requireEnvNumber(environment, 'HOLD_SECONDS'),
  holdsPerToken: (environment: Environment) => requireEnvNumber(environment, 'HOLDS_PER_TOKEN'),
  activationCodeSeconds: (environment: Environment) => requireEnvNumber(environment, 'ACTIVATION_CODE_SECONDS'),
  activationCodeTries: (environment: Environment) => requireEnvNumber(environment, 'ACTIVATION_CODE_TRIES'),
  pushesPerDevice: (environment: Environment) => requireEnvNumber(environment, 'PUSHES_PER_DEVICE'),
  /** True if a phone's decision must say that its person was verified. */
  requireUserVerification: (environment: Environment) => requireEnvBoolean(environment, 'REQUIRE_USER_VERIFICATION'),
  /** Absent in a stage that mails no notices. */
  noticeSender: (environment: Environment) => environment.NOTICE_SENDER || undefined,
  /** The web origins that may call the API. */
  origins: (environment: Environment): readonly string[] => requireEnv(environment, 'ALLOWED_ORIGINS').split(','),
  rescueRoleArn: (environment: Environment) => requireEnv(environment, 'RESCUE_ROLE_ARN'),
  /** The address that stands for AWS on a local cloud; absent on AWS itself. */
  awsEndpoint: (environment: Environment) => environment.AWS_ENDPOINT_URL || undefined,
};

/** A stage's limits and names; a function reads those it uses. */
export type Settings = { readonly [Name in keyof typeof READERS]: ReturnType<(typeof READERS)[Name]> };

/** Reads these settings; throws where one is missing or not of its form. */
export function readSettings<Name extends keyof Settings>(
  environment: Environment,
  ...names: Name[]
): Pick<Settings, Name> {
  return Object.fromEntries(names.map((name) => [name, READERS[name](environment)])) as Pick<Settings, Name>;
}
