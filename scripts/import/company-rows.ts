import { isDeepStrictEqual } from 'node:util';
import type { Company } from '../../shared/domain/company.ts';
import { type CompanyFacts, updateCompany } from '../../shared/domain/company-record.ts';
import { companyWrites, noteSpelling } from '../../shared/repositories/company-writes.ts';
import { companies, companySpellings } from '../../shared/repositories/items.ts';
import type { Tables } from '../../shared/repositories/tables.ts';
import type { Administrators } from './administrators.ts';
import { BANK, type ImportContext } from './decide-person.ts';
import type { FileFacts } from './file-facts.ts';
import { say } from './say.ts';
import type { Warnings } from './warnings.ts';

/** Companies remembered at once: a file may have more of them than fit in memory, and has most next to each other. */
const REMEMBERED = 5000;

/** A company as this run last read or wrote it; null where there is none yet. */
interface Remembered {
  row: CompanyFacts | null;
  /** Set while it is being written: another line of it waits. */
  writing?: Promise<void>;
}

interface CompanyRowsProps {
  readonly tables: Tables;
  readonly facts: FileFacts;
  readonly warnings: Warnings;
  readonly administrators: Administrators;
  readonly dryRun: boolean;
  /** The time and the run, for each decision anew. */
  readonly contextNow: () => ImportContext;
}

/** The companies' rows: each is written once, when the first good line of it is about to be. */
export class CompanyRows {
  private readonly tables: Tables;
  private readonly facts: FileFacts;
  private readonly warnings: Warnings;
  private readonly administrators: Administrators;
  private readonly dryRun: boolean;
  private readonly contextNow: () => ImportContext;
  /** Oldest first. */
  private readonly remembered = new Map<string, Remembered>();
  created = 0;
  updated = 0;

  constructor({ tables, facts, warnings, administrators, dryRun, contextNow }: CompanyRowsProps) {
    this.tables = tables;
    this.facts = facts;
    this.warnings = warnings;
    this.administrators = administrators;
    this.dryRun = dryRun;
    this.contextNow = contextNow;
  }

  /** Reads those of the companies that are not remembered. */
  async remember(companyIds: readonly string[]): Promise<void> {
    const unknown = [...new Set(companyIds)].filter((companyId) => !this.remembered.has(companyId));
    const { found } = await this.tables.read({ found: unknown.map((companyId) => companies.at(companyId)) });
    for (const [index, companyId] of unknown.entries()) this.remembered.set(companyId, { row: asFacts(found[index]) });
    this.forgetOldest();
  }

  /** Makes the company's row say what a line says that is known to be good. */
  async ensure(company: CompanyFacts): Promise<void> {
    await this.remember([company.companyId]);
    const remembered = this.remembered.get(company.companyId) ?? { row: null };
    remembered.writing ??= this.write(company, remembered);
    try {
      await remembered.writing;
    } finally {
      delete remembered.writing;
    }
  }

  /** Warns of the ids of the file that may be one company's. */
  warnOfMisspelled(): void {
    for (const companyId of this.facts.misspelled()) this.warn(this.facts.spellings(companyId));
  }

  private async write(wanted: CompanyFacts, remembered: Remembered): Promise<void> {
    if (isDeepStrictEqual(remembered.row, wanted)) return;
    const before = this.dryRun ? remembered.row : await this.writeOne(wanted);
    remembered.row = wanted;
    if (isDeepStrictEqual(before, wanted)) return;
    if (!before) await this.warnOfSpellings(wanted.companyId);
    if (before?.authorizationPolicy !== wanted.authorizationPolicy) {
      this.administrators.noteCompany(wanted);
      if (before) warnOfPolicy(this.warnings, before, wanted);
    }
    if (before) this.updated++;
    else this.created++;
  }

  /** Makes the company say what is wanted of it, and gives what it said before. */
  private async writeOne(wanted: CompanyFacts): Promise<CompanyFacts | null> {
    const { companyId } = wanted;
    return this.tables.decideAgain(async () => {
      const { company } = await this.tables.read({ company: companies.at(companyId) });
      const next = updateCompany(company ?? null, wanted, { actor: BANK, ...this.contextNow() });
      if (next) await this.tables.transact([...companyWrites(next), ...(company ? [] : [noteSpelling(companyId)])]);
      return asFacts(company);
    });
  }

  private async warnOfSpellings(companyId: string): Promise<void> {
    const { items } = await this.tables.queryPage({
      KeyConditionExpression: 'pk = :spelling',
      ExpressionAttributeValues: { ':spelling': companySpellings(companyId) },
      ConsistentRead: true,
    });
    const ids = new Set([companyId, ...this.facts.spellings(companyId), ...items.map(({ sk }) => String(sk))]);
    if (ids.size > 1) this.warn([...ids]);
  }

  private warn(companyIds: readonly string[]): void {
    const ids = companyIds.toSorted().join(', ');
    this.warnings.add(
      say(
        `${ids} solo difieren en mayúsculas o puntuación: si son una sola empresa, use un solo company_id`,
        `${ids} differ in case or punctuation alone: if they are one company, use one company_id`,
      ),
    );
  }

  private forgetOldest(): void {
    for (const [companyId, { writing }] of this.remembered) {
      if (this.remembered.size <= REMEMBERED) return;
      if (!writing) this.remembered.delete(companyId);
    }
  }
}

function warnOfPolicy(
  warnings: Warnings,
  before: CompanyFacts,
  { companyId, authorizationPolicy: to }: CompanyFacts,
): void {
  const from = before.authorizationPolicy;
  warnings.add(
    say(
      `la política de la empresa ${companyId} cambia de ${from} a ${to}`,
      `the policy of company ${companyId} changes from ${from} to ${to}`,
    ),
  );
}

function asFacts(company: Company | undefined): CompanyFacts | null {
  if (!company) return null;
  const { companyId, name, authorizationPolicy } = company;
  return { companyId, name, authorizationPolicy };
}
