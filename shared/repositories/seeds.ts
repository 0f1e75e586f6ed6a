import { type SealedSeed, seeds } from './items.ts';
import type { Write } from './tables.ts';

/** Keeps a new phone's seed; one that is still there is no phone's any more, and gone with this. */
export function putSeed(tokenId: string, seed: SealedSeed): Write {
  return { Put: { TableName: 'seeds', Item: { ...seed, ...seeds.key(tokenId) } } };
}

/** Destroys the token's seed, where it is there; or else proves that there is none. */
export function deleteSeed(tokenId: string, { isThere }: { isThere: boolean }): Write {
  return {
    Delete: {
      TableName: 'seeds',
      Key: seeds.key(tokenId),
      ConditionExpression: isThere ? 'attribute_exists(pk)' : 'attribute_not_exists(pk)',
    },
  };
}
