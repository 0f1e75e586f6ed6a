import { LimitExceededException, TooManyRequestsException } from '@aws-sdk/client-cognito-identity-provider';
import { PoolRetries } from '../../scripts/import/user-pool.ts';

const NO_METADATA = { $metadata: {}, message: 'refused' };

it('waits for the pool’s rate, and not for mails that are used up for the day', async () => {
  const retries = new PoolRetries();
  const token = await retries.acquireInitialRetryToken('users');
  const errorType = 'THROTTLING';
  const used = new LimitExceededException(NO_METADATA);
  await expect(retries.refreshRetryTokenForRetry(token, { errorType, error: used })).rejects.toBe(used);
  const busy = new TooManyRequestsException(NO_METADATA);
  expect((await retries.refreshRetryTokenForRetry(token, { errorType, error: busy })).getRetryCount()).toBe(1);
});
