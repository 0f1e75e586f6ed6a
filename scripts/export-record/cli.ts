import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { openArchive } from '../../shared/aws/archive.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { canonical } from '../../shared/domain/canonical.ts';
import { type Receipt, receiptSchema } from '../../shared/domain/receipt.ts';
import { parseStrictJson } from '../../shared/domain/strict-json.ts';
import { fromWhereCalled, parseTarget, runCommand, TARGET_OPTIONS, UsageError } from '../../tools/command-line.ts';
import { findStack } from '../stack.ts';
import { proveDays } from './day-proof.ts';
import { exportCompany } from './export-company.ts';
import { FILES } from './layout.ts';

const HELP = `Writes a company's whole record into a folder, for somebody without AWS (docs/record.md).

  npm run export-record -- --company C --out FOLDER [--port P | --stage NAME]
  npm run export-record -- --company C --receipt FILE --out FILE [--port P | --stage NAME]

  --company C    the company's id
  --receipt FILE only the document that ties this receipt to signed days, for whoever holds it (docs/receipt.md)
  --out FOLDER   the folder to write (with --receipt the file), which must not be there yet
  --port P       port of the local cloud (4566)
  --stage NAME   a stage on AWS instead, with the AWS credentials of your shell
  --help         this text

The events name people: hand the folder over as you would hand over the company's file. Signed days name the other
companies that had events. Ends with 0, with 1 where an event is none any more, and with 2 where nothing has that name.
`;

const README = (company: string) => `# The record of ${company}

Verify it without AWS and without the bank's systems, with the bank's public keys:

    npm run verify-export -- FOLDER --key KEYS

${FILES.about} says of which company it is and when it was written. ${FILES.heads} has the last event of each token's
record and of the company's own. ${FILES.events} has every event, ${FILES.archive} the archive's entry of each, and
${FILES.days} the days that the bank signed. docs/record.md describes the form, for a verifier in another language.
`;

await runCommand(
  {
    help: HELP,
    options: { company: { type: 'string' }, out: { type: 'string' }, receipt: { type: 'string' }, ...TARGET_OPTIONS },
  },
  async (values) => {
    const { company, out } = values;
    if (!company) throw new UsageError('Give --company, whose record to export');
    if (!out) throw new UsageError('Give --out, the folder or file to write');
    const receipt = values.receipt === undefined ? undefined : await readReceipt(values.receipt, company);
    const stack = await findStack(parseTarget(values));
    const archive = openArchive({ ...stack.environment, ARCHIVE_BUCKET_NAME: stack.output('ArchiveBucketName') });
    const folder = fromWhereCalled('export-record', out);
    if (receipt) {
      await writeFile(folder, canonical(await proveDays({ archive }, receipt)), { flag: 'wx' });
      console.log(`Next: npm run verify-receipt -- ${values.receipt} --key KEYS --day ${out}`);
      return;
    }
    await makeFolder(folder, out);
    const world = {
      tables: openTables(stack.environment),
      archive,
      clock: systemClock,
    };
    const streams = new Map<string, WriteStream>();
    for (const name of Object.values(FILES)) streams.set(name, createWriteStream(join(folder, name)));
    const records = await exportCompany(world, company, async (file, line) => {
      const end = FILES[file].endsWith('.jsonl') ? '\n' : '';
      if (!streams.get(FILES[file])?.write(`${line}${end}`)) {
        await new Promise<void>((resolve) => streams.get(FILES[file])?.once('drain', resolve));
      }
    });
    for (const stream of streams.values()) {
      stream.end();
      await finished(stream);
    }
    if (records === 0) throw new UsageError(`No company ${company} there`);
    await writeFile(join(folder, FILES.readme), README(company));
    console.log(`${out}: ${records} records of ${company}, from ${stack.label}`);
    console.log(`Next: npm run verify-export -- ${out} --key KEYS`);
  },
);

async function readReceipt(path: string, company: string): Promise<Receipt> {
  let receipt: Receipt;
  try {
    receipt = receiptSchema.parse(parseStrictJson(await readFile(fromWhereCalled('export-record', path), 'utf8')));
  } catch (cause) {
    throw new UsageError(`The file ${path} cannot be read, or is no receipt`, { cause });
  }
  if (receipt.change.companyId !== company) throw new UsageError(`${path} is not a receipt of ${company}`);
  return receipt;
}

async function makeFolder(folder: string, name: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (cause) {
    throw new UsageError(`The folder ${name} cannot be made: is it there already?`, { cause });
  }
}
