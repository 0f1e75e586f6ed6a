import { readFile, writeFile } from 'node:fs/promises';
import { KMSClient } from '@aws-sdk/client-kms';
import { readPublicKey } from '../../shared/security/signing-key.ts';
import { fromWhereCalled, parseTarget, runCommand, TARGET_OPTIONS, UsageError } from '../../tools/command-line.ts';
import { useStack } from '../stack.ts';
import { type PinnedKeys, parseKeyFile, writeKeyFile } from '../verify-receipt/key-file.ts';

const HELP = `Writes down the public key by which a stage's receipts are verified (docs/receipt.md).

  npm run receipt-keys -- --out KEYS [--port P | --stage NAME]

  --out KEYS     the key file (JWKS); keys that it already has are kept, for the receipts of earlier keys
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

    const stack = await useStack(target);
    const { kid, key } = await readPublicKey(new KMSClient({}), stack.output('ReceiptKeyArn'));
    await writeFile(file, writeKeyFile(new Map([...known, [kid, key]])));
    console.log(`${file}: ${known.has(kid) ? 'had' : 'has'} the key ${kid} of ${stack.label}`);
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
