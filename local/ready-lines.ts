import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { activationCodesFile, demoUsers } from './demo.ts';
import type { Instance } from './instance.ts';
import { PROJECT_ROOT } from './project.ts';
import type { StackFile } from './stack-file.ts';

/** What a person needs to know once everything runs: Spanish first, English beside it. */
export function readyLines(instance: Instance, stack: StackFile): string[] {
  const fromRoot = (path: string) => relative(PROJECT_ROOT, path);
  const lines = [
    'Llavero está listo · Llavero is ready',
    '',
    `  Consola · Console                  ${stack.consoleUrl}`,
    `  Teléfono · Phone                   ${stack.phoneUrl}`,
    `  API                                ${stack.apiUrl}`,
    `  Para programas · For programs      ${fromRoot(instance.stackFile)}`,
  ];
  const codes = activationCodesFile(instance);
  if (stack.demo.users.length === 0) return lines;
  if (existsSync(codes)) lines.push(`  Códigos de activación · Activation codes   ${fromRoot(codes)}`);
  const width = Math.max(...stack.demo.users.map((user) => user.username.length));
  lines.push('', `  Usuarios demo · Demo users (contraseña · password: ${stack.demo.password})`);
  for (const user of demoUsers()) {
    const role =
      user.role === 'ADMINISTRATOR' ? 'administrador · administrator' : 'usuario secundario · secondary user';
    lines.push(`    ${user.username.padEnd(width)}  ${user.companyName}: ${role}`);
  }
  return lines;
}
