import { foldUsername } from '../../shared/repositories/items.ts';
import { UsageError } from '../../tools/command-line.ts';
import { findCellFault } from '../import/file/cell-faults.ts';
import { usernameSchema } from '../import/file/person-line.ts';
import { faultIn } from '../import/say.ts';

/** A username as typed, by the rules of a file. */
export function parseUsername(text: string): string {
  const fault = findCellFault(text);
  if (fault) throw new UsageError(`username: ${fault}`);
  const { data, error } = usernameSchema.safeParse(text);
  if (error) throw new UsageError(`username: ${error.issues.map(({ message }) => message).join('; ')}`);
  return data;
}

export const isSameName = (one: string, other: string): boolean => foldUsername(one) === foldUsername(other);

const refusal = (es: string, en: string): Error => new Error(faultIn('username', es, en));

export const noSuchUser = (name: string): Error => refusal(`no hay un usuario ${name}`, `there is no user ${name}`);

export const nameTaken = (name: string): Error =>
  refusal(`${name} ya existe en la empresa: use otro nombre`, `the company has a ${name} already: use another name`);

export const disabledUser = (name: string): Error =>
  refusal(
    `${name} está inhabilitado: habilítelo antes con una carga`,
    `${name} is disabled: enable them first by a load`,
  );

export const changeUnderWay = (name: string): Error =>
  refusal(
    `el token de ${name} tiene un cambio en curso: espere diez minutos y repita`,
    `a change of ${name}’s token is under way: wait ten minutes and repeat`,
  );

export const noSuchCompany = (id: string): Error =>
  new Error(
    faultIn('company_id', `no hay una empresa ${id}: cárguela antes`, `there is no company ${id}: load it first`),
  );

export const sameCompany = (name: string): Error =>
  refusal(`${name} ya es de esa empresa: use rename-user`, `${name} is of that company already: use rename-user`);
