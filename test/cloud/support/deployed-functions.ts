import { createHash } from 'node:crypto';
import {
  type FunctionConfiguration,
  paginateListFunctions,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import { buildConstructId, DEPLOYED_FUNCTIONS } from '../../../infra/functions.ts';
import { aws, resources, SERVICE_STACK } from './aws.ts';

/** A function of the local cloud: its folder under `functions/`, where it logs, and the keys its versions call with. */
export interface DeployedFunction {
  readonly folder: string;
  readonly logGroup: string;
  readonly accessKeyIds: readonly string[];
}

/** Every function of the product that runs on the local cloud. */
export async function deployedFunctions(): Promise<DeployedFunction[]> {
  const folders = new Map<string, string>();
  for (const { logicalId, physicalId } of await resources(SERVICE_STACK, 'AWS::Lambda::Function')) {
    const folder = DEPLOYED_FUNCTIONS.find((name) => logicalId.startsWith(buildConstructId(name)));
    if (folder) folders.set(physicalId, folder);
  }
  const found: DeployedFunction[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: aws.lambda() }, {})) {
    for (const configuration of Functions) {
      const { FunctionName = '', LoggingConfig } = configuration;
      const folder = folders.get(FunctionName);
      if (!folder) continue;
      const logGroup = LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
      found.push({ folder, logGroup, accessKeyIds: [buildKey(configuration), ...(await versionKeys(FunctionName))] });
    }
  }
  return found;
}

async function versionKeys(FunctionName: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client: aws.lambda() }, { FunctionName })) {
    keys.push(...Versions.map(buildKey));
  }
  return keys;
}

/** The engine derives the id of a function's key from the ARNs of the function and of its role. */
function buildKey({ FunctionArn, Role }: FunctionConfiguration): string {
  const digest = createHash('sha256').update(`${FunctionArn}:${Role}`).digest('hex');
  return `ASIA${digest.slice(0, 16).toUpperCase()}`;
}
