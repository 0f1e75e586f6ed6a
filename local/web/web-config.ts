/** The settings that a page reads from `/config.json` before anything else. */
export interface WebConfig {
  readonly apiUrl: string;
  readonly region: string;
  readonly login: { readonly authorizeUrl: string; readonly tokenUrl: string; readonly logoutUrl: string };
  readonly clientId: string;
  readonly redirectUri: string;
  /** Where an activation code's link leads from the console. */
  readonly phoneUrl?: string;
  /** Where the phone page listens for pushes. */
  readonly relayUrl?: string;
}

/** The strictest policy the pages work under: their own files, and calls to the API, the login and the relay. */
export function contentSecurityPolicy(config: WebConfig): string {
  const urls = [config.apiUrl, config.login.tokenUrl, ...(config.relayUrl ? [config.relayUrl] : [])];
  const called = [...new Set(urls.map((url) => new URL(url).origin))].join(' ');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${called}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    `form-action 'self' ${new URL(config.login.authorizeUrl).origin}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}
