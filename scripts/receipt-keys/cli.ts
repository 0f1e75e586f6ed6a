import { readFile, writeFile } from 'node:fs/promises';
import { KMSClient } from '@aws-sdk/client-kms';
import { type PinnedKeys, writeKeySet } from '../../shared/security/key-set.ts';
import { readPublicKey } from '../../shared/security/signing-key.ts';
import { fromWhereCalled, parseTarget, runCommand, TARGET_OPTIONS, UsageError } from '../../tools/command-line.ts';
import { findStack } from '../stack.ts';
import { fingerprint, parseKeyFile } from '../verify-receipt/key-file.ts';

const HELP = `Writes down the public keys by which a stage's receipts and signed days are verified (docs/receipt.md).

  npm run receipt-keys -- --out KEYS [--port P | --stage NAME]

  --out KEYS     the key file (JWKS); keys that it already has are kept and named, for what former keys signed
  --port P       port of the local cloud (4566)
  --stage NAME   a stage on AWS instead, with the AWS credentials of your shell
  --help         this text

Hand the file to whoever verifies receipts by a way that they trust: it is what they trust instead of the receipt.
`;

await runCommand(
  {
    help: HELP,
    options: {
      out: { type: 'string' },
      ...TARGET_OPTIONS,
    },
  },
  async (values) => {
    if (values.out === undefined) throw new UsageError('Give --out, the file to write');
    const target = parseTarget(values);
    const file = fromWhereCalled('receipt-keys', values.out);
    const known = await knownKeys(file);

    const stack = await findStack(target);
    const kms = new KMSClient(stack.clientSettings);
    const [receipt, day] = await Promise.all([
      readPublicKey(kms, stack.output('ReceiptKeyArn')),
      readPublicKey(kms, stack.output('DayKeyArn')),
    ]);
    const signs = new Map([
      [receipt.kid, 'signs receipts'],
      [day.kid, 'signs days'],
    ]);
    const keys: PinnedKeys = new Map([...known, [receipt.kid, receipt.key], [day.kid, day.key]]);
    await writeFile(file, writeKeySet(keys));
    console.log(`${file}: ${keys.size} keys, of ${stack.label} and before`);
    for (const kid of keys.keys()) {
      const had = known.has(kid) ? 'the file had it' : 'new in the file';
      console.log(`  ${kid}: ${signs.get(kid) ?? 'signs nothing any more'}; ${had}`);
      console.log(`    ${fingerprint(kid)}`);
    }
    console.log(`Next: npm run verify-receipt -- RECEIPT --key ${values.out}`);
  },
);

/** The keys of a file that is already there. */
async function knownKeys(file: string): Promise<PinnedKeys> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw error;
  }
  return parseKeyFile(text, file);
}
