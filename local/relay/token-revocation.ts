import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { CognitoIdentityProviderClient, RevokeTokenCommand } from '@aws-sdk/client-cognito-identity-provider';
import { clientSettings } from '../aws-environment.ts';

/** Cognito's revocation endpoint (RFC 7009), which the engine lacks, by the API call of the same effect. */
export class TokenRevocation {
  private readonly cognito: CognitoIdentityProviderClient;

  constructor(engineEndpoint: string) {
    this.cognito = new CognitoIdentityProviderClient(clientSettings(engineEndpoint));
  }

  close(): void {
    this.cognito.destroy();
  }

  isAskedBy({ method, url }: IncomingMessage): boolean {
    return method === 'POST' && url === '/oauth2/revoke';
  }

  async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(incoming));
    const [Token, ClientId] = [form.get('token'), form.get('client_id')];
    if (Token && ClientId) await this.cognito.send(new RevokeTokenCommand({ Token, ClientId }));
    outgoing.writeHead(Token && ClientId ? 200 : 400).end();
  }
}
