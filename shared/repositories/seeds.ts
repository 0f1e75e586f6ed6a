import * as z from 'zod/mini';
import { requireEnv } from '../env.ts';
import { seedKey } from './keys.ts';
import type { ForeignKey, Item, TransactItem } from './table.ts';

const SEED_TABLE = requireEnv('SEED_TABLE_NAME');

const sealedSeedSchema = z.object({
  /** The phone that has this seed: to no other does the token give codes. */
  deviceId: z.string(),
  /** The seed as KMS sealed it, base64. */
  sealed: z.string(),
});
export type SealedSeed = z.infer<typeof sealedSeedSchema>;

/** Where a token's sealed seed is, of which there is no copy. */
export const seedIn = (tokenId: string): ForeignKey => ({ table: SEED_TABLE, ...seedKey(tokenId) });

export function readSealedSeed(item: Item | undefined): SealedSeed | undefined {
  return item === undefined ? undefined : sealedSeedSchema.parse(item);
}

/** Keeps a new phone's seed; one that is still there is no phone's any more, and gone with this. */
export function putSeed(tokenId: string, seed: SealedSeed): TransactItem {
  return { Put: { TableName: SEED_TABLE, Item: { ...seed, ...seedKey(tokenId) } } };
}

/** Destroys the token's seed, where it is there; or else proves that there is none. */
export function deleteSeed(tokenId: string, { isThere }: { isThere: boolean }): TransactItem {
  return {
    Delete: {
      TableName: SEED_TABLE,
      Key: seedKey(tokenId),
      ConditionExpression: isThere ? 'attribute_exists(pk)' : 'attribute_not_exists(pk)',
    },
  };
}
