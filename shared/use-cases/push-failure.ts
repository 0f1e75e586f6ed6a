/** Kinds of push failure told apart in metrics: what operations do about each differs. */
export type PushFailure = 'ENDPOINT_DISABLED' | 'ENDPOINT_GONE' | 'APPLICATION_DISABLED' | 'NO_ENDPOINT' | 'PASSING';

/** The phone has no push endpoint: it was enrolled while SNS did not answer, or its endpoint was taken away. */
export class NoEndpointError extends Error {
  override readonly name = 'NoEndpointError';
}

/** Tells a push's failure by its kind. */
export function pushFailure(error: unknown): PushFailure {
  switch (error instanceof Error ? error.name : '') {
    case 'EndpointDisabledException':
    case 'EndpointDisabled':
      return 'ENDPOINT_DISABLED';
    case 'NotFoundException':
    case 'NotFound':
    case 'InvalidParameterException':
    case 'InvalidParameter':
      return 'ENDPOINT_GONE';
    case 'PlatformApplicationDisabledException':
    case 'PlatformApplicationDisabled':
      return 'APPLICATION_DISABLED';
    case 'NoEndpointError':
      return 'NO_ENDPOINT';
    default:
      return 'PASSING';
  }
}
