import { DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms';
import { aws, DATA_STACK, resourceNamed } from './aws.ts';

/** Runs the body while one of the stage's keys is disabled; whatever happens, it is enabled again. */
export async function withKeyDisabled<T>(
  name: 'Seed' | 'Cursor' | 'Receipt' | 'Day',
  body: () => Promise<T>,
): Promise<T> {
  const KeyId = await resourceNamed(DATA_STACK, 'AWS::KMS::Key', name);
  try {
    await aws.kms().send(new DisableKeyCommand({ KeyId }));
    return await body();
  } finally {
    await aws.kms().send(new EnableKeyCommand({ KeyId }));
  }
}
