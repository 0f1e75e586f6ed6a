import * as oauth from 'oauth4webapi';
import type { Stack } from './stack.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export type ClientName = 'console' | 'app';

/** The local cloud speaks plain http on this machine only; everywhere else the library insists on https. */
const INSECURE_LOCALLY = { [oauth.allowInsecureRequests]: true };

/**
 * Signs a person in through the hosted login (authorization code with PKCE), posting its form as a browser would,
 * and gives an access token with the client's one scope.
 */
export async function signIn(
  { login, clients }: Pick<Stack, 'login' | 'clients'>,
  clientName: ClientName,
  credentials: Credentials,
): Promise<string> {
  const { clientId, redirectUri } = clients[clientName];
  const client: oauth.Client = { client_id: clientId, token_endpoint_auth_method: 'none' };
  const server: oauth.AuthorizationServer = {
    issuer: new URL(login.authorizeUrl).origin,
    authorization_endpoint: login.authorizeUrl,
    token_endpoint: login.tokenUrl,
  };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const request = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: `llavero/${clientName}`,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  const callback = await postLoginForm(login.authorizeUrl, request, credentials);
  const parameters = oauth.validateAuthResponse(server, client, callback, state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri,
    verifier,
    INSECURE_LOCALLY,
  );
  const { access_token: accessToken } = await oauth.processAuthorizationCodeResponse(server, client, response);
  return accessToken;
}

/** Opens the login page, posts its form and gives the address to which the login then sends the browser. */
async function postLoginForm(authorizeUrl: string, request: URLSearchParams, credentials: Credentials): Promise<URL> {
  const page = await fetch(`${authorizeUrl}?${request}`, { redirect: 'manual' });
  const cookies = page.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
  if (!page.ok) throw new Error(`The hosted login refused the request (${page.status})`);
  const fields = new URLSearchParams(request);
  fields.set('username', credentials.username);
  fields.set('password', credentials.password);
  const answer = await fetch(new URL(formAction(await page.text()), authorizeUrl), {
    method: 'POST',
    redirect: 'manual',
    body: fields,
    headers: cookies.length > 0 ? { cookie: cookies.join('; ') } : {},
  });
  const location = answer.headers.get('location');
  // The login answers a wrong password with its page again.
  if (!location) throw new Error(`The hosted login did not accept user ${credentials.username}`);
  return new URL(location);
}

function formAction(html: string): string {
  const action = /<form\b[^>]*\baction="([^"]+)"/i.exec(html)?.[1];
  if (!action) throw new Error('The hosted login shows no form to post');
  return action.replaceAll('&amp;', '&');
}
