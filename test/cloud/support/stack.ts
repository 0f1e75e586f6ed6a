import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { cloudPort } from './port.ts';

const client = z.strictObject({ clientId: z.string(), redirectUri: z.url() });

/** `stack.json` with everything the contract names: a member that is missing fails every test. */
const stackSchema = z.object({
  endpoint: z.url(),
  region: z.string(),
  apiUrl: z.url(),
  userPoolId: z.string(),
  login: z.strictObject({ authorizeUrl: z.url(), tokenUrl: z.url() }),
  clients: z.strictObject({
    console: client,
    app: client,
    otp: z.strictObject({ clientId: z.string(), clientSecret: z.string() }),
  }),
  tableName: z.string(),
  recordTableName: z.string(),
  stateMachineArn: z.string(),
  eventBusName: z.string(),
  consoleUrl: z.url(),
  phoneUrl: z.url(),
  relayUrl: z.url(),
  demo: z.strictObject({
    password: z.string(),
    users: z.array(
      z.strictObject({ username: z.string(), companyId: z.string(), role: z.string(), enrolled: z.boolean() }),
    ),
  }),
});

export type Stack = z.infer<typeof stackSchema>;

let read: Stack | undefined;

/** Where the local cloud of the tests is. */
export function stack(): Stack {
  read ??= stackSchema.parse(JSON.parse(readFileSync(`.local/${cloudPort()}/stack.json`, 'utf8')));
  return read;
}
