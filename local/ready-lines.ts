import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { PROJECT_ROOT } from '../tools/project.ts';
import { activationCodesFile, demoUsers } from './demo.ts';
import type { Instance } from './instance.ts';
import type { StackFile } from './stack-file.ts';

/** Everything that a person needs once the cloud runs: Spanish first, English beside it. */
export function readyLines(instance: Instance, stack: StackFile): string[] {
  const fromRoot = (path: string) => relative(PROJECT_ROOT, path);
  const lines = [
    'Llavero está listo · Llavero is ready',
    '',
    `  Consola · Console                  ${stack.consoleUrl}`,
    `  Teléfono · Phone                   ${stack.phoneUrl}`,
    `  API                                ${stack.apiUrl}`,
    `  API, para leer · to read           ${stack.apiPageUrl}`,
    `  Para programas · For programs      ${fromRoot(instance.stackFile)}`,
  ];
  if (stack.demo.users.length === 0) return lines;
  const codes = activationCodes(activationCodesFile(instance));
  const width = Math.max(...stack.demo.users.map((user) => user.username.length));
  lines.push('', `  Usuarios demo · Demo users (contraseña · password: ${stack.demo.password})`);
  for (const user of demoUsers()) {
    const role =
      user.role === 'ADMINISTRATOR' ? 'administrador · administrator' : 'usuario secundario · secondary user';
    const code = codes.get(user.username);
    const enrolment = code ? `; código de activación · activation code ${code}` : '';
    lines.push(`    ${user.username.padEnd(width)}  ${user.companyName}: ${role}${enrolment}`);
  }
  lines.push(
    '',
    '  1. Teléfono: entre como administrador y habilítelo con su código · Phone: sign in as an administrator, enrol it',
    '  2. Consola: entre como el mismo y libere un token · Console: sign in as the same and release a token',
    '  3. Teléfono: escriba los seis dígitos y autorice · Phone: type the six digits and authorize',
  );
  return lines;
}

/** The codes that the import made for the demo administrators, by username; none once the file is gone. */
function activationCodes(file: string): ReadonlyMap<string, string> {
  if (!existsSync(file)) return new Map();
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  return new Map(rows.map((row) => row.split(',')).map(([, username = '', code = '']) => [username, code]));
}
