import { type SignIn, SignInRequiredError } from '@llavero/client';
import * as oauth from 'oauth4webapi';
import type { PageConfig } from './config.ts';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly expiresAt: number;
}

/** The values that must outlive the trip to the login page; the verifier is of no use without the code that comes back. */
interface Trip {
  readonly state: string;
  readonly verifier: string;
  readonly returnTo: string;
}

/** Why a sign-in ended: nobody touched the page, it was not taken any more, or its end did not reach the login. */
type Ending = 'idle' | 'refused' | 'unreached';

const TRIP_KEY = 'llavero.sign-in';
const RENEW_BEFORE_MS = 60_000;

/**
 * The signed-in person, by authorization code and PKCE. Tokens live in this object only: after a reload the login page
 * is asked again, unless the page has a place where the refresh token is safe (`refreshToken`, `resume`).
 */
export class Session implements SignIn {
  readonly #config: PageConfig;
  readonly #scope: string;
  readonly #server: oauth.AuthorizationServer;
  readonly #client: oauth.Client;
  readonly #listeners = new Set<() => void>();
  #tokens: Tokens | undefined;
  #renewal: Promise<void> | undefined;
  #clockOffsetMs = 0;
  #ended: Ending | undefined;
  /** Of a sign-out that did not reach the login. */
  #unrevoked: string | undefined;

  constructor(config: PageConfig, scope: string) {
    this.#config = config;
    this.#scope = scope;
    this.#server = {
      issuer: new URL(config.login.authorizeUrl).origin,
      authorization_endpoint: config.login.authorizeUrl,
      token_endpoint: config.login.tokenUrl,
    };
    this.#client = { client_id: config.clientId };
  }

  get signedIn(): boolean {
    return this.#tokens !== undefined;
  }

  /** The id of the person who is signed in. */
  get userId(): string | undefined {
    return this.#tokens && readClaims(this.#tokens.accessToken).sub;
  }

  /** The token that a sign-in is resumed with; after each renewal the login may have given another. */
  get refreshToken(): string | undefined {
    return this.#tokens?.refreshToken;
  }

  get ended(): Ending | undefined {
    return this.#ended;
  }

  /** The time as the service has it, going by the last token it issued. */
  now(): number {
    return Date.now() + this.#clockOffsetMs;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Leaves for the login page, which may have to ask for somebody else; the person comes back to `returnTo`. */
  async signIn(returnTo: string, { another = false } = {}): Promise<void> {
    const verifier = oauth.generateRandomCodeVerifier();
    const trip: Trip = { state: oauth.generateRandomState(), verifier, returnTo };
    sessionStorage.setItem(TRIP_KEY, JSON.stringify(trip));
    const address = new URL(this.#config.login.authorizeUrl);
    address.search = new URLSearchParams({
      response_type: 'code',
      client_id: this.#config.clientId,
      redirect_uri: this.#config.redirectUri,
      scope: this.#scope,
      state: trip.state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      // The login speaks the page's language.
      lang: document.documentElement.lang,
      ...(another ? { prompt: 'login' } : {}),
    }).toString();
    location.assign(address);
  }

  /** Finishes the sign-in on the page the login returns to; gives the address the person wanted. */
  async finishSignIn(address: URL): Promise<string> {
    const stored = sessionStorage.getItem(TRIP_KEY);
    if (!stored) throw new SignInRequiredError('No sign-in was under way');
    const trip = JSON.parse(stored) as Trip;
    sessionStorage.removeItem(TRIP_KEY);
    const parameters = oauth.validateAuthResponse(this.#server, this.#client, address, trip.state);
    const response = await oauth.authorizationCodeGrantRequest(
      this.#server,
      this.#client,
      oauth.None(),
      parameters,
      this.#config.redirectUri,
      trip.verifier,
      this.#requestOptions(),
    );
    this.#accept(await oauth.processAuthorizationCodeResponse(this.#server, this.#client, response));
    return trip.returnTo;
  }

  /** A token good for one call; renews it shortly before its end. */
  async accessToken(): Promise<string> {
    if (this.#tokens && this.#tokens.expiresAt - Date.now() < RENEW_BEFORE_MS && this.#tokens.refreshToken) {
      await this.renew();
    }
    if (!this.#tokens) throw new SignInRequiredError('The sign-in has ended');
    return this.#tokens.accessToken;
  }

  /** Gets a new access token; callers that arrive together share one renewal. */
  async renew(): Promise<void> {
    await this.#renewWith(this.#tokens?.refreshToken);
  }

  /** Signs a person in again by a refresh token that was kept; where the login refuses it, nobody is signed in. */
  async resume(refreshToken: string): Promise<void> {
    await this.#renewWith(refreshToken);
  }

  /**
   * Ends the sign-in: here, at once; then at the login, which revokes what it issued and ends its own session. Where the
   * login cannot be reached, the page stays and says so (`ended`), and this can be called again.
   */
  async signOut(signedOutPath: string): Promise<void> {
    this.#unrevoked ??= this.#tokens?.refreshToken;
    this.forget();
    // Whoever signs in next in this tab finds nothing of what was under way.
    sessionStorage.clear();
    if (!(await this.#revoke(this.#unrevoked))) {
      this.#ended = 'unreached';
      this.#tell();
      return;
    }
    const { logoutUrl } = this.#config.login;
    if (!logoutUrl) {
      location.assign(new URL(signedOutPath, location.origin));
      return;
    }
    const address = new URL(logoutUrl);
    address.searchParams.set('client_id', this.#config.clientId);
    // The login only returns to addresses it knows: the front's own root.
    address.searchParams.set('logout_uri', new URL('/', location.origin).href);
    location.assign(address);
  }

  /** The service no longer takes this sign-in, or nobody has touched the page. */
  end(cause: 'idle' | 'refused' = 'refused'): void {
    if (this.#tokens) this.#ended = cause;
    this.forget();
  }

  /** Forgets the person on this page alone. */
  forget(): void {
    this.#tokens = undefined;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** True once the login has had the request (RFC 7009). Whether a page of another origin may read its answer is the login's choice. */
  async #revoke(refreshToken: string | undefined): Promise<boolean> {
    if (!refreshToken) return navigator.onLine;
    const body = new URLSearchParams({ token: refreshToken, client_id: this.#config.clientId });
    try {
      await fetch(new URL('revoke', this.#config.login.tokenUrl), { method: 'POST', mode: 'no-cors', body });
      return true;
    } catch {
      return false;
    }
  }

  async #renewWith(refreshToken: string | undefined): Promise<void> {
    this.#renewal ??= this.#renewOnce(refreshToken).finally(() => {
      this.#renewal = undefined;
    });
    await this.#renewal;
  }

  async #renewOnce(refreshToken: string | undefined): Promise<void> {
    if (!refreshToken) {
      this.end();
      return;
    }
    try {
      const response = await oauth.refreshTokenGrantRequest(
        this.#server,
        this.#client,
        oauth.None(),
        refreshToken,
        this.#requestOptions(),
      );
      this.#accept(await oauth.processRefreshTokenResponse(this.#server, this.#client, response), refreshToken);
    } catch (error) {
      // A refusal ends the sign-in; a network that is away does not.
      if (!(error instanceof oauth.ResponseBodyError)) throw error;
      this.end();
    }
  }

  #accept(answer: oauth.TokenEndpointResponse, previousRefreshToken?: string): void {
    this.#tokens = {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token ?? previousRefreshToken,
      expiresAt: Date.now() + (answer.expires_in ?? 300) * 1000,
    };
    this.#ended = undefined;
    this.#unrevoked = undefined;
    this.#clockOffsetMs = clockOffset(answer.access_token);
    this.#tell();
  }

  #requestOptions() {
    // Plain http is the local cloud on the loopback address; everywhere else the library refuses it.
    return { [oauth.allowInsecureRequests]: new URL(this.#config.login.tokenUrl).hostname === '127.0.0.1' };
  }
}

/** The difference between this clock and the one that issued the token; differences of a few seconds are the network's. */
function clockOffset(accessToken: string): number {
  const { iat } = readClaims(accessToken);
  if (iat === undefined) return 0;
  const offset = iat * 1000 - Date.now();
  return Math.abs(offset) < 5_000 ? 0 : offset;
}

/** Reads who a token is for and when it was issued. It is the login's answer over TLS; the service alone judges it. */
function readClaims(accessToken: string): { iat?: number; sub?: string } {
  try {
    const payload = accessToken.split('.')[1] ?? '';
    const { iat, sub } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as Record<string, unknown>;
    return { ...(typeof iat === 'number' ? { iat } : {}), ...(typeof sub === 'string' ? { sub } : {}) };
  } catch {
    return {};
  }
}
