import { KMSClient } from '@aws-sdk/client-kms';
import { type Environment, requireEnv } from '../env.ts';
import { SigningKey } from '../security/signing-key.ts';
import { clientSettings } from './clients.ts';

/** The stage's key of receipts, or of signed days. */
export function openSigningKey(environment: Environment, name: 'RECEIPT_KEY_ARN' | 'DAY_KEY_ARN'): SigningKey {
  return new SigningKey(new KMSClient(clientSettings(environment)), requireEnv(environment, name));
}
