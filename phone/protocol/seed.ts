import { type CryptoKey, compactDecrypt } from 'jose';
import * as z from 'zod/mini';
import { SEED_ENCRYPTION, SEED_KEY_AGREEMENT } from './keys.ts';

/** The source of one-time codes (RFC 6238). */
export const seedSchema = z.object({
  secret: z.string().check(z.regex(/^[A-Z2-7]+$/)),
  algorithm: z.literal('SHA1'),
  digits: z.literal(6),
  period: z.literal(30),
});

export type Seed = z.infer<typeof seedSchema>;

/** Opens the seed that the service sealed for this phone. */
export async function openSeed(sealedSeed: string, encryptionKey: CryptoKey): Promise<Seed> {
  const { plaintext } = await compactDecrypt(sealedSeed, encryptionKey, {
    keyManagementAlgorithms: [SEED_KEY_AGREEMENT],
    contentEncryptionAlgorithms: [SEED_ENCRYPTION],
  });
  return seedSchema.parse(JSON.parse(new TextDecoder().decode(plaintext)));
}
