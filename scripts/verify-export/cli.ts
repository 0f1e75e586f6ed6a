import { styleText } from 'node:util';
import { fromWhereCalled, runCommand, UsageError } from '../../tools/command-line.ts';
import { readKeyFile } from '../verify-receipt/key-file.ts';
import { describeFinding } from '../verify-record/finding.ts';
import { SignedDayError } from '../verify-record/signed-days.ts';
import { verifyExport } from './verify-export.ts';

const HELP = `Verifies an exported record offline, by the keys that you trust (docs/record.md).

  npm run verify-export -- FOLDER --key KEYS

  FOLDER        an exported record: npm run export-record
  --key KEYS    the keys that you trust: npm run receipt-keys
  --help        this text

Ends with 0 where the record is whole, 1 where it is not, 2 without a key or where the folder is no export.
`;

await runCommand(
  { help: HELP, options: { key: { type: 'string' } }, allowPositionals: true },
  async (values, [folder, ...others]) => {
    if (folder === undefined || others.length > 0) throw new UsageError('Give the one folder to verify');
    if (values.key === undefined) throw new UsageError('Give --key, the file of the keys that you trust');
    const keys = await readKeyFile('verify-export', values.key);
    let findings = 0;
    const show = (line: string) => {
      findings += 1;
      console.log(`${styleText('red', '✘')} ${line}`);
    };
    const verified = await verifyExport(fromWhereCalled('verify-export', folder), keys, (finding) =>
      show(describeFinding(finding)),
    ).catch((error: unknown) => {
      if (!(error instanceof SignedDayError)) throw error;
      show(error.message);
      return undefined;
    });
    if (findings > 0 || !verified) {
      console.error(styleText('red', `NOT WHOLE: ${findings} findings in ${folder}`));
      process.exitCode = 1;
      return;
    }
    const { about, records, events, signedDays, onTheWay } = verified;
    console.log(
      `${styleText('green', 'WHOLE')}: ${about.company} at ${about.exportedAt}: ${records} records, ${events} events`,
    );
    console.log(`  ${signedDays} days signed; ${onTheWay} events were too young to be archived`);
  },
);
