import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Environment } from '../env.ts';
import { ProblemError } from '../errors.ts';
import { runTimeLeft } from '../run-time.ts';

/** The longest that one try of a call takes, connecting among it, in milliseconds. */
export const TRY_MS = 2_000;

type Handle = NodeHttpHandler['handle'];

/** Sends no call when its run has no time left, and waits for none any longer than that. */
class TimedHandler extends NodeHttpHandler {
  override async handle(...[request, options]: Parameters<Handle>): ReturnType<Handle> {
    const left = Math.floor(runTimeLeft());
    if (left <= 0) throw new ProblemError('UNAVAILABLE', {}, 1);
    return super.handle(request, { ...options, requestTimeout: Math.min(TRY_MS, left) });
  }
}

/**
 * Time-outs and tries of the AWS clients. A function makes several calls, each of up to three tries of 2 s. The time
 * left of its run keeps them all within its own time-out, and that within the gateway's 29 s. Connections are kept
 * alive.
 */
export function clientSettings(environment: Environment) {
  return {
    ...whereAndWho(environment),
    maxAttempts: 3,
    requestHandler: new TimedHandler({ connectionTimeout: 1000, requestTimeout: TRY_MS, throwOnRequestTimeout: true }),
  };
}

/** Settings for calls that are tried again anyway: by the reconciler, the phone's next pull or the caller here. */
export function hintSettings(environment: Environment) {
  return { ...clientSettings(environment), maxAttempts: 2 };
}

/**
 * Settings that the SDK would otherwise look for in files before a client's first call: a function has them in its
 * environment. A command for a stage on AWS names none, and the SDK finds those of the person at the keyboard.
 */
function whereAndWho(environment: Environment) {
  const { AWS_REGION, AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (!AWS_REGION || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return {};
  return {
    region: AWS_REGION,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    },
    ...(AWS_ENDPOINT_URL ? { endpoint: AWS_ENDPOINT_URL } : { ignoreConfiguredEndpointUrls: true }),
    retryMode: 'standard',
    authSchemePreference: [],
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: async () => undefined,
  };
}
