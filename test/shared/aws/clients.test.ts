import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { hintSettings } from '../../../shared/aws/clients.ts';
import type { Environment } from '../../../shared/env.ts';

const FILE = '[default]\nendpoint_url = http://of-the-file.invalid\n';

/** Tells the host that a client with these settings calls, where a file has another. */
async function findHost(environment: Environment): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'llavero-aws-')), 'config');
  writeFileSync(file, FILE);
  jest.replaceProperty(process, 'env', { ...process.env, AWS_CONFIG_FILE: file });
  let host = '';
  class Asked extends NodeHttpHandler {
    override handle(request: { readonly hostname: string }): never {
      host = request.hostname;
      throw new Error('Asked');
    }
  }
  const client = new SFNClient({ ...hintSettings(environment), maxAttempts: 1, requestHandler: new Asked() });
  await expect(client.send(new StopExecutionCommand({ executionArn: 'x' }))).rejects.toThrow('Asked');
  return host;
}

afterEach(() => jest.restoreAllMocks());

describe('the settings of the AWS clients', () => {
  const environment = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };

  it('are those of a function’s environment, whatever a file says', async () => {
    expect(await findHost(environment)).toBe('states.us-east-1.amazonaws.com');
  });

  it('have the address of a local cloud where the environment tells one', async () => {
    expect(await findHost({ ...environment, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).toBe('127.0.0.1');
  });

  it('are looked for in files where a command is told none', async () => {
    expect(await findHost({})).toBe('of-the-file.invalid');
  });
});
