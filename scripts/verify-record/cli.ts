import { stderr } from 'node:process';
import { styleText } from 'node:util';
import { KMSClient } from '@aws-sdk/client-kms';
import { openArchive } from '../../shared/aws/archive.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import type { PinnedKeys } from '../../shared/security/key-set.ts';
import { readPublicKey } from '../../shared/security/signing-key.ts';
import { parseTarget, runCommand, TARGET_OPTIONS, UsageError } from '../../tools/command-line.ts';
import { findStack, type Stack } from '../stack.ts';
import { readKeyFile } from '../verify-receipt/key-file.ts';
import { describeFinding } from './finding.ts';
import { SignedDayError } from './signed-days.ts';
import { type Subject, type Verified, verifyCompany } from './verify-company.ts';

const HELP = `Verifies a company's hash-chained record against the archive and its signed days, and the tables against what the
record leads to (docs/record.md).

  npm run verify-record -- --company C [--token T] [--table NAME] [--record-table NAME] [--key KEYS]
                           [--port P | --stage NAME]

  --company C    the company's id
  --token T      only this token
  --table NAME, --record-table NAME
                 tables to read instead of the stage's own: restored copies of them
  --key KEYS     the keys of signed days that you trust, former ones too (npm run receipt-keys); the stage's own without
  --port P       port of the local cloud (4566)
  --stage NAME   a stage on AWS instead, with the AWS credentials of your shell
  --help         this text

Ends with 0 where the record is whole, 1 where it is not, 2 where there is nothing of that name.
`;

/** Milliseconds between two lines of progress. */
const EVERY_MS = 3000;

await runCommand(
  {
    help: HELP,
    options: {
      company: { type: 'string' },
      token: { type: 'string' },
      table: { type: 'string' },
      'record-table': { type: 'string' },
      key: { type: 'string' },
      ...TARGET_OPTIONS,
    },
  },
  async (values) => {
    if (!values.company) throw new UsageError('Give --company, whose record to verify');
    const target = parseTarget(values);
    const deployed = await findStack(target);
    const { TABLE_NAME, RECORD_TABLE_NAME } = deployed.environment;
    const stack = {
      ...deployed,
      environment: {
        ...deployed.environment,
        TABLE_NAME: values.table ?? TABLE_NAME,
        RECORD_TABLE_NAME: values['record-table'] ?? RECORD_TABLE_NAME,
      },
    };
    const restored = [values.table, values['record-table']].filter((name) => name !== undefined);
    const where = restored.length > 0 ? `${restored.join(' and ')} of ${stack.label}` : stack.label;
    stderr.write(`Verifying the record of ${values.company} in ${where}\n`);
    await verify({ companyId: values.company, tokenId: values.token }, stack, await readDayKeys(values.key, stack));
  },
);

/** The keys of a pinned file, or the stage's present one. */
async function readDayKeys(file: string | undefined, stack: Stack): Promise<PinnedKeys> {
  if (file !== undefined) return readKeyFile('verify-record', file);
  const { kid, key } = await readPublicKey(new KMSClient(stack.clientSettings), stack.output('DayKeyArn'));
  return new Map([[kid, key]]);
}

async function verify(subject: Subject, stack: Stack, dayKeys: PinnedKeys): Promise<void> {
  const world = {
    tables: openTables(stack.environment),
    archive: openArchive({ ...stack.environment, ARCHIVE_BUCKET_NAME: stack.output('ArchiveBucketName') }),
    clock: systemClock,
  };

  let findings = 0;
  const show = (line: string) => {
    findings += 1;
    console.log(`${styleText('red', '✘')} ${line}`);
  };
  let verified: Verified | undefined;
  try {
    verified = await verifyCompany(world, subject, dayKeys, {
      found: (finding) => show(describeFinding(finding)),
      progress: showProgress(),
    });
  } catch (error) {
    if (!(error instanceof SignedDayError)) throw error;
    show(error.message);
  }
  if (findings > 0) {
    console.error(styleText('red', `NOT WHOLE: ${findings} findings in the record of ${subject.companyId}`));
    process.exitCode = 1;
    return;
  }
  if (!verified || verified.tokens === 0) {
    throw new UsageError(
      subject.tokenId ? `No token ${subject.tokenId} there` : `No company ${subject.companyId} there`,
    );
  }
  console.log(summary(verified));
}

/** A line every few seconds. */
function showProgress(): (verified: Verified) => void {
  let shownAt = Date.now();
  return ({ tokens, events }) => {
    if (Date.now() - shownAt < EVERY_MS) return;
    shownAt = Date.now();
    stderr.write(`${tokens} tokens, ${events} events…\n`);
  };
}

function summary({ tokens, events, onTheWay, withoutRights, unsigned, signedDays }: Verified): string {
  return [
    `${styleText('green', 'WHOLE')}: ${tokens} tokens, ${events} events; each chained to the one before and as archived`,
    '  the tables say of tokens, phones, keys and rights what the record leads to; each decision is by an enrolled key',
    ...(withoutRights > 0
      ? [`  ${withoutRights} tokens came before records told of roles: their holders’ are not compared`]
      : []),
    `  ${signedDays} days signed; ${unsigned} archived events are of days not signed yet, or came after`,
    ...(onTheWay > 0 ? [`  ${onTheWay} events of the last minutes are not archived yet: verify again later`] : []),
  ].join('\n');
}
