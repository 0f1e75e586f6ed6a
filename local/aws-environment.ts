import { delimiter } from 'node:path';
import { projectPath } from '../tools/project.ts';

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

/** Variables by which a person's own AWS set-up could reach a local tool, and must not. */
const FOREIGN_VARIABLES = /^(AWS_|CDK_|MINISTACK_|EDGE_PORT$|GATEWAY_PORT$|NODE_OPTIONS$|PYTHON)/;

/** An environment in which every AWS tool talks to the local cloud, and to nothing else. */
export function awsEnvironment(endpoint: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !FOREIGN_VARIABLES.test(name));
  return {
    ...Object.fromEntries(own),
    // The first `node` on the path runs the functions: the project's own, which is that of the Lambda runtime.
    PATH: [projectPath('node_modules/.bin'), process.env.PATH].join(delimiter),
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Settings with which an AWS SDK client talks to the local cloud at an address. */
export function clientSettings(endpoint: string) {
  return { endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}
