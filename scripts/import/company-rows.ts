import { isDeepStrictEqual } from 'node:util';
import type { Company } from '../../shared/domain/company.ts';
import { type CompanyFacts, updateCompany } from '../../shared/domain/company-record.ts';
import { companyWrites } from '../../shared/repositories/company-writes.ts';
import { companies } from '../../shared/repositories/items.ts';
import type { Tables } from '../../shared/repositories/tables.ts';
import { BANK, type ImportContext } from './decide-person.ts';

/** Companies remembered at once: a file may have more of them than fit in memory, and has most next to each other. */
const REMEMBERED = 5000;

/** The companies' rows, as this run last read or wrote them: one write per difference, and the last line's holds. */
export class CompanyRows {
  private readonly tables: Tables;
  /** Null where there is no row yet. Oldest first. */
  private readonly remembered = new Map<string, CompanyFacts | null>();
  private readonly contextNow: () => ImportContext;
  created = 0;
  updated = 0;

  constructor(tables: Tables, contextNow: () => ImportContext) {
    this.tables = tables;
    this.contextNow = contextNow;
  }

  /** Makes the rows say what these lines say, in their order. */
  async write(rows: readonly CompanyFacts[]): Promise<void> {
    const wanted = new Map(rows.map((company) => [company.companyId, company]));
    await this.remember([...wanted.keys()]);
    const differing = [...wanted.values()].filter(
      (company) => !isDeepStrictEqual(this.remembered.get(company.companyId), company),
    );
    await Promise.all(differing.map((company) => this.writeOne(company)));
    this.forgetOldest();
  }

  private async writeOne(wanted: CompanyFacts): Promise<void> {
    const { companyId } = wanted;
    const change = await this.tables.decideAgain(async () => {
      const { company } = await this.tables.read({ company: companies.at(companyId) });
      const next = updateCompany(company ?? null, wanted, { actor: BANK, ...this.contextNow() });
      if (next) await this.tables.transact(companyWrites(next));
      return next;
    });
    if (change) {
      if (change.before) this.updated++;
      else this.created++;
    }
    this.remembered.set(companyId, wanted);
  }

  private async remember(companyIds: readonly string[]): Promise<void> {
    const unknown = companyIds.filter((companyId) => !this.remembered.has(companyId));
    const { found } = await this.tables.read({ found: unknown.map((companyId) => companies.at(companyId)) });
    for (const [index, companyId] of unknown.entries()) this.remembered.set(companyId, asFacts(found[index]));
  }

  private forgetOldest(): void {
    for (const companyId of this.remembered.keys()) {
      if (this.remembered.size <= REMEMBERED) return;
      this.remembered.delete(companyId);
    }
  }
}

function asFacts(company: Company | undefined): CompanyFacts | null {
  if (!company) return null;
  const { companyId, name, authorizationPolicy } = company;
  return { companyId, name, authorizationPolicy };
}
