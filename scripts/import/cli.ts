import { access, constants } from 'node:fs/promises';
import { openTables } from '../../shared/aws/tables.ts';
import { systemRandom } from '../../shared/clock.ts';
import { fromWhereCalled, parseTarget, runCommand, TARGET_OPTIONS, UsageError } from '../../tools/command-line.ts';
import { showProgress } from '../../tools/progress.ts';
import { findStack } from '../stack.ts';
import { type ImportSummary, importFile } from './import-file.ts';
import { CREATED_PER_SECOND } from './load-time.ts';
import { say } from './say.ts';
import { UserPool } from './user-pool.ts';

const DAY_SECONDS = 86_400;

const HELP = `Loads companies, their users and their tokens from a CSV file (docs/import.md).

  npm run import -- FILE.csv [--dry-run] [--invite] [--activation-codes OUT.csv] [--port P | --stage NAME]

  --dry-run                    says what would be done, every bad line and every warning, and writes nothing
  --invite                     sends the invitation again to each user of the file who is enabled and never signed in
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
      'dry-run': { type: 'boolean', default: false },
      invite: { type: 'boolean', default: false },
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

    const stack = await findStack(target);
    const codesPath = values['activation-codes'] && fromWhereCalled('import', values['activation-codes']);
    const { 'dry-run': dryRun, invite } = values;
    console.error(dryRun ? `Reading ${file} for ${stack.label}` : `Loading ${file} into ${stack.label}`);
    const summary = await importFile(
      file,
      { codesPath, dryRun, invite },
      {
        tables: openTables(stack.environment),
        pool: new UserPool(stack),
        random: systemRandom,
        now: () => new Date(),
        activationCodeSeconds: stack.activationCodeSeconds ?? DAY_SECONDS,
        showProgress,
        createdPerSecond: 'stage' in target ? CREATED_PER_SECOND : undefined,
      },
    );
    describe(summary);
    if (codesPath !== undefined && !dryRun) {
      if (summary.movedTo) console.log(`The earlier ${codesPath} is now ${summary.movedTo}`);
      console.log(`${summary.codes} activation codes in ${codesPath}: hand each to its user, then delete the file`);
    }
    if (dryRun) console.log(say('simulación: no se escribió nada', 'dry run: nothing was written'));
    if (summary.bad > 0) {
      console.error(
        say(
          'Nada de una línea mala se escribió: corríjalas y cargue de nuevo el archivo',
          'Nothing of a bad line was written: correct them and load the file again',
        ),
      );
      process.exitCode = 1;
    }
  },
);

function describe({ companies, people, bad, invitations, warnings }: ImportSummary): void {
  const { created, updated, unchanged } = people;
  for (const warning of warnings) console.log(`${say('advertencia', 'warning')}: ${warning}`);
  console.log(
    [
      say(
        `empresas: ${companies.created} creadas, ${companies.updated} actualizadas`,
        `companies: ${companies.created} created, ${companies.updated} updated`,
      ),
      say(
        `usuarios: ${created} creados, ${updated} actualizados, ${unchanged} sin cambios`,
        `users: ${created} created, ${updated} updated, ${unchanged} unchanged`,
      ),
      ...describeInvitations(invitations),
      say(`líneas malas: ${bad}`, `bad lines: ${bad}`),
    ].join('\n'),
  );
}

function describeInvitations({ sent, left }: ImportSummary['invitations']): string[] {
  if (sent + left === 0) return [];
  const counts = say(`invitaciones: ${sent} enviadas, ${left} pendientes`, `invitations: ${sent} sent, ${left} left`);
  if (left === 0) return [counts];
  const remedy = say(
    'el correo del directorio no admite más por ahora: cargue de nuevo mañana con --invite',
    'the pool may send no more mails for now: load again tomorrow with --invite',
  );
  return [counts, remedy];
}
