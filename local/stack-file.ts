import { renameSync, writeFileSync } from 'node:fs';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { clientSettings, REGION } from './aws-environment.ts';
import { DEMO_PASSWORD, type StackUser } from './demo.ts';
import type { StackOutputs } from './deploy.ts';
import type { Instance } from './instance.ts';
import type { WebConfig } from './web/web-config.ts';

export interface PageOrigins {
  readonly consoleOrigin: string;
  readonly phoneOrigin: string;
  readonly apiPageOrigin: string;
}

/** `.local/<port>/stack.json`: all that a program needs to use this local cloud. */
export type StackFile = Awaited<ReturnType<typeof describeStack>>;

/** Describes the deployed stack, without demo users yet. */
export async function describeStack({ endpoint }: Instance, outputs: StackOutputs, origins: PageOrigins) {
  const users: StackUser[] = [];
  return {
    endpoint,
    region: REGION,
    apiUrl: localApiUrl(endpoint, outputs.ApiUrl),
    userPoolId: outputs.UserPoolId,
    // The engine serves hosted login on its own address, whatever domain prefix the pool has.
    login: { authorizeUrl: `${endpoint}/oauth2/authorize`, tokenUrl: `${endpoint}/oauth2/token` },
    clients: {
      console: { clientId: outputs.ConsoleClientId, redirectUri: `${origins.consoleOrigin}/callback` },
      app: { clientId: outputs.AppClientId, redirectUri: `${origins.phoneOrigin}/callback` },
      otp: { clientId: outputs.OtpClientId, clientSecret: await readClientSecret(endpoint, outputs) },
    },
    tableName: outputs.TableName,
    recordTableName: outputs.RecordTableName,
    stateMachineArn: outputs.StateMachineArn,
    eventBusName: outputs.EventBusName,
    consoleUrl: origins.consoleOrigin,
    phoneUrl: origins.phoneOrigin,
    /** The API to read: its operations, schemas and examples. */
    apiPageUrl: origins.apiPageOrigin,
    relayUrl: endpoint,
    demo: { password: DEMO_PASSWORD, users },
  };
}

/** The engine serves an API by path: `https://ID.execute-api.…/v1` is `<endpoint>/restapis/ID/v1/_user_request_`. */
function localApiUrl(endpoint: string, apiUrl: string): string {
  const { hostname, pathname } = new URL(apiUrl);
  return `${endpoint}/restapis/${hostname.split('.')[0]}${pathname}/_user_request_`;
}

/** Replaces the stack file whole, so that nobody reads half of one. */
export function writeStackFile({ stackFile }: Instance, stack: StackFile): void {
  const partial = `${stackFile}.partial`;
  writeFileSync(partial, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
  renameSync(partial, stackFile);
}

/** The configuration that each page is served with. */
export function webConfigs(stack: StackFile): { console: WebConfig; phone: WebConfig } {
  const { apiUrl, region, clients, phoneUrl, relayUrl } = stack;
  const common = { apiUrl, region, login: { ...stack.login, logoutUrl: `${stack.endpoint}/logout` } };
  return { console: { ...common, ...clients.console, phoneUrl }, phone: { ...common, ...clients.app, relayUrl } };
}

async function readClientSecret(endpoint: string, outputs: StackOutputs): Promise<string> {
  const cognito = new CognitoIdentityProviderClient(clientSettings(endpoint));
  const asked = new DescribeUserPoolClientCommand({ UserPoolId: outputs.UserPoolId, ClientId: outputs.OtpClientId });
  const { UserPoolClient } = await cognito.send(asked).finally(() => cognito.destroy());
  return UserPoolClient?.ClientSecret ?? '';
}
