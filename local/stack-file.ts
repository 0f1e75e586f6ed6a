import { renameSync, writeFileSync } from 'node:fs';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { clientSettings, REGION } from './aws-environment.ts';
import { DEMO_PASSWORD } from './demo.ts';
import type { StackOutputs } from './deploy.ts';
import type { Instance } from './instance.ts';
import type { WebConfig } from './web/web-config.ts';

/** `.local/<port>/stack.json`: all that a program needs to use this local cloud. */
export interface StackFile {
  readonly endpoint: string;
  readonly region: string;
  readonly apiUrl: string;
  readonly userPoolId: string;
  readonly login: { readonly authorizeUrl: string; readonly tokenUrl: string };
  readonly clients: {
    readonly console: { readonly clientId: string; readonly redirectUri: string };
    readonly app: { readonly clientId: string; readonly redirectUri: string };
    readonly otp: { readonly clientId: string; readonly clientSecret: string };
  };
  readonly tableName: string;
  readonly recordTableName: string;
  readonly stateMachineArn: string;
  readonly eventBusName: string;
  readonly consoleUrl: string;
  readonly phoneUrl: string;
  /** The API to read: its operations, schemas and examples. */
  readonly apiPageUrl: string;
  readonly relayUrl: string;
  readonly demo: {
    readonly password: string;
    readonly users: readonly StackUser[];
  };
}

/** A demo user as `stack.json` lists it; `enrolled` says whether a phone is bound already. */
export interface StackUser {
  readonly username: string;
  readonly companyId: string;
  readonly role: string;
  readonly enrolled: boolean;
}

export interface PageOrigins {
  readonly consoleOrigin: string;
  readonly phoneOrigin: string;
  readonly apiPageOrigin: string;
}

/** Describes the deployed stack, without demo users yet. */
export async function describeStack(
  instance: Instance,
  outputs: StackOutputs,
  origins: PageOrigins,
): Promise<StackFile> {
  const { endpoint } = instance;
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
      otp: { clientId: outputs.OtpClientId, clientSecret: await clientSecret(instance, outputs) },
    },
    tableName: outputs.TableName,
    recordTableName: outputs.RecordTableName,
    stateMachineArn: outputs.StateMachineArn,
    eventBusName: outputs.EventBusName,
    consoleUrl: origins.consoleOrigin,
    phoneUrl: origins.phoneOrigin,
    apiPageUrl: origins.apiPageOrigin,
    relayUrl: endpoint,
    demo: { password: DEMO_PASSWORD, users: [] },
  };
}

/** The engine serves an API by path: `https://ID.execute-api.…/v1` is `<endpoint>/restapis/ID/v1/_user_request_`. */
function localApiUrl(endpoint: string, apiUrl: string): string {
  const { hostname, pathname } = new URL(apiUrl);
  return `${endpoint}/restapis/${hostname.split('.')[0]}${pathname}/_user_request_`;
}

/** Replaces the stack file whole, so that nobody reads half of one. */
export function writeStackFile(instance: Instance, stack: StackFile): void {
  const partial = `${instance.stackFile}.partial`;
  writeFileSync(partial, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
  renameSync(partial, instance.stackFile);
}

/** The configuration that each page is served with. */
export function webConfigs(stack: StackFile): { console: WebConfig; phone: WebConfig } {
  const common = {
    apiUrl: stack.apiUrl,
    region: stack.region,
    login: { ...stack.login, logoutUrl: `${stack.endpoint}/logout` },
  };
  return {
    console: { ...common, ...stack.clients.console, phoneUrl: stack.phoneUrl },
    phone: { ...common, ...stack.clients.app, relayUrl: stack.relayUrl },
  };
}

async function clientSecret(instance: Instance, outputs: StackOutputs): Promise<string> {
  const cognito = new CognitoIdentityProviderClient(clientSettings(instance.endpoint));
  try {
    const answer = await cognito.send(
      new DescribeUserPoolClientCommand({ UserPoolId: outputs.UserPoolId, ClientId: outputs.OtpClientId }),
    );
    return answer.UserPoolClient?.ClientSecret ?? '';
  } finally {
    cognito.destroy();
  }
}
