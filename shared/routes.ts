/** One row per API method: the only list of them. The stack, the OpenAPI document and their tests are made from it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** OAuth scopes, any of which the gateway's authorizer accepts. */
  readonly scopes: readonly Scope[];
  /** Folder under `functions/` whose `handler.ts` serves the route. */
  readonly functionName: string;
}

export type Scope = 'llavero/console' | 'llavero/app' | 'llavero/otp';

export const ROUTES = [
  { method: 'GET', path: '/me', scopes: ['llavero/console'], functionName: 'get-me' },
  { method: 'GET', path: '/tokens', scopes: ['llavero/console'], functionName: 'list-tokens' },
  { method: 'GET', path: '/tokens/{tokenId}', scopes: ['llavero/console'], functionName: 'get-token' },
  { method: 'GET', path: '/tokens/{tokenId}/events', scopes: ['llavero/console'], functionName: 'list-events' },
  { method: 'GET', path: '/events', scopes: ['llavero/console'], functionName: 'list-company-events' },
  { method: 'GET', path: '/reasons', scopes: ['llavero/console'], functionName: 'list-reasons' },
  { method: 'POST', path: '/tokens/{tokenId}/changes', scopes: ['llavero/console'], functionName: 'request-change' },
  { method: 'GET', path: '/changes', scopes: ['llavero/console'], functionName: 'list-changes' },
  { method: 'GET', path: '/changes/{changeId}', scopes: ['llavero/console'], functionName: 'get-change' },
  {
    method: 'POST',
    path: '/changes/{changeId}/cancellation',
    scopes: ['llavero/console'],
    functionName: 'cancel-change',
  },
  { method: 'GET', path: '/changes/{changeId}/receipt', scopes: ['llavero/console'], functionName: 'get-receipt' },
  {
    method: 'POST',
    path: '/tokens/{tokenId}/activation-codes',
    scopes: ['llavero/console'],
    functionName: 'create-activation-code',
  },
  { method: 'GET', path: '/support', scopes: ['llavero/console', 'llavero/app'], functionName: 'get-support' },
  { method: 'POST', path: '/app/devices', scopes: ['llavero/app'], functionName: 'enrol-device' },
  { method: 'GET', path: '/app/me', scopes: ['llavero/app'], functionName: 'get-app-me' },
  {
    method: 'PUT',
    path: '/app/devices/{deviceId}/push-token',
    scopes: ['llavero/app'],
    functionName: 'update-push-token',
  },
  { method: 'GET', path: '/app/authorizations', scopes: ['llavero/app'], functionName: 'list-authorizations' },
  {
    method: 'POST',
    path: '/app/authorizations/{changeId}/decision',
    scopes: ['llavero/app'],
    functionName: 'decide-change',
  },
  { method: 'POST', path: '/otp/verifications', scopes: ['llavero/otp'], functionName: 'verify-otp' },
] as const satisfies readonly Route[];
