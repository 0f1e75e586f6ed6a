import { relative } from 'node:path';
import { PROJECT_ROOT } from '../tools/project.ts';
import { activationCodes, demoUsers } from './demo.ts';
import type { Instance } from './instance.ts';
import type { StackFile } from './stack-file.ts';

const ROLES: Readonly<Record<string, string>> = {
  ADMINISTRATOR: 'administrador · administrator',
  SECONDARY: 'usuario secundario · secondary user',
};

/** Everything that a person needs once the cloud runs: Spanish first, English beside it. */
export function readyLines(instance: Instance, stack: StackFile): string[] {
  const lines = [
    'Llavero está listo · Llavero is ready',
    '',
    `  Consola · Console                  ${stack.consoleUrl}`,
    `  Teléfono · Phone                   ${stack.phoneUrl}`,
    `  API                                ${stack.apiUrl}`,
    `  API, para leer · to read           ${stack.apiPageUrl}`,
    `  Para programas · For programs      ${relative(PROJECT_ROOT, instance.stackFile)}`,
  ];
  if (stack.demo.users.length === 0) return lines;
  const codes = activationCodes(instance);
  const width = Math.max(...stack.demo.users.map((user) => user.username.length));
  const users = demoUsers().map(({ username, companyName, role }) => {
    const code = codes.get(username);
    const enrolment = code ? `; código de activación · activation code ${code}` : '';
    return `    ${username.padEnd(width)}  ${companyName}: ${ROLES[role]}${enrolment}`;
  });
  return [
    ...lines,
    '',
    `  Usuarios demo · Demo users (contraseña · password: ${stack.demo.password})`,
    ...users,
    '',
    '  1. Teléfono: entre como administrador y habilítelo con su código · Phone: sign in as an administrator, enrol it',
    '  2. Consola: entre como el mismo y libere un token · Console: sign in as the same and release a token',
    '  3. Teléfono: escriba los seis dígitos y autorice · Phone: type the six digits and authorize',
  ];
}
