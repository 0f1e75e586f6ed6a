/** The settings that the page reads from its own origin: addresses and the OAuth client; nothing secret. */
export interface PageConfig {
  readonly apiUrl: string;
  readonly region: string;
  readonly login: { readonly authorizeUrl: string; readonly tokenUrl: string; readonly logoutUrl?: string };
  readonly clientId: string;
  readonly redirectUri: string;
  /** Only for the console: where a phone enrols, for the link of an activation code. */
  readonly phoneUrl?: string;
  /** Only for the phone page on a local cloud: where pushes can be read. */
  readonly relayUrl?: string;
}

/** Reads `/config.json`; throws where it is missing or lacks an address that the page cannot do without. */
export async function loadConfig(also: readonly 'phoneUrl'[] = []): Promise<PageConfig> {
  const response = await fetch('/config.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`/config.json answered ${response.status}`);
  const config: unknown = await response.json();
  if (!isPageConfig(config) || also.some((name) => !config[name])) throw new Error('/config.json lacks an address');
  return config;
}

function isPageConfig(value: unknown): value is PageConfig {
  if (typeof value !== 'object' || value === null) return false;
  const { apiUrl, login, clientId, redirectUri } = value as Partial<PageConfig>;
  return [apiUrl, login?.authorizeUrl, login?.tokenUrl, clientId, redirectUri].every((it) => typeof it === 'string');
}
