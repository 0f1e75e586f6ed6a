import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { systemClock, systemRandom } from '../clock.ts';
import { type Environment, requireEnv } from '../env.ts';
import { Tables } from '../repositories/tables.ts';
import { hintSettings } from './clients.ts';

/** The stage's tables: the main one, and those others that the function is told of. */
export function openTables(environment: Environment): Tables {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...hintSettings(environment), accountIdEndpointMode: 'disabled' }),
    {
      marshallOptions: { removeUndefinedValues: true },
    },
  );
  const { RECORD_TABLE_NAME, SEED_TABLE_NAME, SIGN_IN_TABLE_NAME } = environment;
  const names = {
    main: requireEnv(environment, 'TABLE_NAME'),
    ...(RECORD_TABLE_NAME ? { record: RECORD_TABLE_NAME } : {}),
    ...(SEED_TABLE_NAME ? { seeds: SEED_TABLE_NAME } : {}),
    ...(SIGN_IN_TABLE_NAME ? { signIns: SIGN_IN_TABLE_NAME } : {}),
  };
  return new Tables(client, names, { clock: systemClock, random: systemRandom });
}
