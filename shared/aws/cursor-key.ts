import { KMSClient } from '@aws-sdk/client-kms';
import { type Environment, requireEnv } from '../env.ts';
import { CursorKey } from '../security/cursor-key.ts';
import { clientSettings } from './clients.ts';

/** The stage's key of list cursors. */
export function openCursorKey(environment: Environment): CursorKey {
  return new CursorKey(new KMSClient(clientSettings(environment)), requireEnv(environment, 'CURSOR_KEY_ARN'));
}
