import { KMSClient } from '@aws-sdk/client-kms';
import { type Environment, requireEnv } from '../env.ts';
import { SeedKey } from '../security/seed-key.ts';
import { clientSettings } from './clients.ts';

/** The stage's key of seeds. */
export function openSeedKey(environment: Environment): SeedKey {
  return new SeedKey(new KMSClient(clientSettings(environment)), requireEnv(environment, 'SEED_KEY_ARN'));
}
