/**
 * Time-outs and retries of the AWS clients, shorter than their callers': three tries of at most 1 s to connect and 2 s
 * to answer fit in a function's 10 s, and a function's 10 s in the gateway's 29 s. Connections are kept alive.
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};

/** For calls that may fail without harm, because the reconciler or the phone's next pull makes them good. */
export const hintSettings = { ...clientSettings, maxAttempts: 2 };
