import type { DatabaseSync } from 'node:sqlite';
import type { ApprovalPolicy, Company } from '../../shared/domain/company.ts';
import { isAdministrator } from '../../shared/domain/user.ts';
import { administratorPages } from '../../shared/repositories/administrators.ts';
import { approverPages } from '../../shared/repositories/approver-phones.ts';
import { companies } from '../../shared/repositories/items.ts';
import type { Tables } from '../../shared/repositories/tables.ts';
import type { PersonDecision } from './decide-person.ts';
import { say } from './say.ts';
import type { Warnings } from './warnings.ts';

type Change = 'GAINED' | 'LOST' | 'LOST_WITH_PHONE';

/** Follows what a run does to companies' administrators and policies, to tell who is left with nobody to authorize. */
export class Administrators {
  private readonly scratch: DatabaseSync;

  constructor(scratch: DatabaseSync) {
    this.scratch = scratch;
  }

  /** Notes the decision that was written, or would be. */
  note({ before, user, tokens }: PersonDecision): void {
    const was = before !== null && isAdministrator(before);
    const is = isAdministrator(user);
    if (is && (!was || before.userId !== user.userId)) this.put(user.companyId, user.userId, 'GAINED');
    if (!was || (is && before.userId === user.userId)) return;
    const virtual = tokens.find(({ token }) => token.kind === 'VIRTUAL')?.before;
    const hadPhone = virtual?.status === 'ACTIVE' && virtual.device !== null;
    this.put(user.companyId, before.userId, hadPhone && !is ? 'LOST_WITH_PHONE' : 'LOST');
  }

  /** Notes a company that is new, or whose policy changes. */
  noteCompany({ companyId, authorizationPolicy }: Company): void {
    this.scratch.prepare('INSERT OR REPLACE INTO companies VALUES (?, ?)').run(companyId, authorizationPolicy);
  }

  /** Warns of each company that nobody can authorize for any more. */
  async warn(tables: Tables, warnings: Warnings): Promise<void> {
    const touched = this.scratch.prepare(
      `SELECT company FROM administrators WHERE change <> 'GAINED' UNION SELECT company FROM companies`,
    );
    for (const { company } of touched.iterate()) await this.warnOf(String(company), tables, warnings);
  }

  private async warnOf(companyId: string, tables: Tables, warnings: Warnings): Promise<void> {
    const goneWithPhone = this.list(companyId, 'LOST_WITH_PHONE');
    const gone = new Set([...this.list(companyId, 'LOST'), ...goneWithPhone]);
    const stays = ({ userId }: { readonly userId: string }) => !gone.has(userId);
    // Under four eyes, one asks and another authorizes.
    const needed = (await this.readPolicy(companyId, tables)) === 'OTHER_ADMINISTRATOR' ? 2 : 1;
    const gained = this.list(companyId, 'GAINED');
    const left = await take(administratorPages(tables, companyId), stays, needed);
    if (new Set([...left, ...gained]).size < needed) {
      warnings.add(
        say(
          `la empresa ${companyId} queda sin quien pueda autorizar: necesita ${needed} administrador(es) habilitado(s)`,
          `company ${companyId} is left with nobody who can authorize: it needs ${needed} enabled administrator(s)`,
        ),
      );
    } else if (goneWithPhone.length > 0) {
      if ((await take(approverPages(tables, companyId), stays, 1)).length > 0) return;
      warnings.add(
        say(
          `la empresa ${companyId} queda sin quien pueda autorizar: ningún administrador tiene el celular habilitado`,
          `company ${companyId} is left with nobody who can authorize: no administrator has enrolled a phone`,
        ),
      );
    }
  }

  private async readPolicy(companyId: string, tables: Tables): Promise<ApprovalPolicy | undefined> {
    const noted = this.scratch.prepare('SELECT policy FROM companies WHERE company = ?').get(companyId);
    if (noted) return noted.policy as ApprovalPolicy;
    const { company } = await tables.read({ company: companies.at(companyId) });
    return company?.authorizationPolicy;
  }

  private put(companyId: string, userId: string, change: Change): void {
    this.scratch.prepare('INSERT OR REPLACE INTO administrators VALUES (?, ?, ?)').run(companyId, userId, change);
  }

  /** Ids of the persons of this company to whom the run did this. */
  private list(companyId: string, change: Change): string[] {
    return this.scratch
      .prepare('SELECT person FROM administrators WHERE company = ? AND change = ?')
      .all(companyId, change)
      .map(({ person }) => String(person));
  }
}

/** The first few users of these pages of whom this is true. */
async function take(
  pages: AsyncIterable<readonly { readonly userId: string }[]>,
  is: (one: { readonly userId: string }) => boolean,
  most: number,
): Promise<string[]> {
  const taken: string[] = [];
  for await (const page of pages) {
    taken.push(...page.filter(is).map(({ userId }) => userId));
    if (taken.length >= most) break;
  }
  return taken;
}
