import { access, constants } from 'node:fs/promises';
import { fromWhereCalled, parseTarget, runCommand, TARGET_OPTIONS, UsageError } from '../../tools/command-line.ts';
import { useStack } from '../stack.ts';
import { type ImportSummary, importFile } from './import-file.ts';

const HELP = `Loads companies, their users and their tokens from a CSV file (docs/import.md).

  npm run import -- FILE.csv [--activation-codes OUT.csv] [--port P | --stage NAME]

  --activation-codes OUT.csv   writes an activation code for each administrator of the file who can enrol a phone
  --port P                     port of the local cloud (4566)
  --stage NAME                 a stage on AWS instead, with the AWS credentials of your shell
  --help                       this text
`;

await runCommand(
  {
    help: HELP,
    options: {
      'activation-codes': { type: 'string' },
      ...TARGET_OPTIONS,
    },
    allowPositionals: true,
  },
  async (values, positionals) => {
    const [named, ...others] = positionals;
    if (named === undefined || others.length > 0) throw new UsageError('Give the one CSV file to load');
    const file = fromWhereCalled('import', named);
    const target = parseTarget(values);
    await access(file, constants.R_OK).catch(() => {
      throw new UsageError(`The file ${file} cannot be read`);
    });

    const stack = await useStack(target);
    const codesPath = values['activation-codes'] && fromWhereCalled('import', values['activation-codes']);
    console.error(`Loading ${file} into ${stack.label}`);
    const summary = await importFile(file, codesPath, stack);
    console.log(describe(summary));
    if (codesPath !== undefined) {
      if (summary.movedTo) console.log(`The earlier ${codesPath} is now ${summary.movedTo}`);
      console.log(`${summary.codes} activation codes in ${codesPath}: hand each to its user, then delete the file`);
    }
    if (summary.bad > 0) {
      console.error('Nothing of a bad line was written: correct them and load the file again');
      process.exitCode = 1;
    }
  },
);

function describe({ companies, people, bad }: ImportSummary): string {
  return [
    `companies: ${companies.created} created, ${companies.updated} updated`,
    `users: ${people.created} created, ${people.updated} updated, ${people.unchanged} unchanged`,
    `bad lines: ${bad}`,
  ].join('\n');
}
