import { isDeepStrictEqual } from 'node:util';
import type { Company } from '../../shared/domain/company.ts';
import { putCompany } from '../../shared/repositories/company-writes.ts';
import { companies } from '../../shared/repositories/items.ts';
import type { Tables } from '../../shared/repositories/tables.ts';

/** Companies remembered at once: a file may have more of them than fit in memory, and has most next to each other. */
const REMEMBERED = 5000;

/** The companies' rows, as this run last read or wrote them: one write per difference, and the last line's holds. */
export class CompanyRows {
  private readonly tables: Tables;
  /** Null where there is no row yet. Oldest first. */
  private readonly remembered = new Map<string, Company | null>();
  created = 0;
  updated = 0;

  constructor(tables: Tables) {
    this.tables = tables;
  }

  /** Makes the rows say what these lines say, in their order. */
  async write(rows: readonly Company[]): Promise<void> {
    const wanted = new Map(rows.map((company) => [company.companyId, company]));
    await this.remember([...wanted.keys()]);
    const differing = [...wanted.values()].filter(
      (company) => !isDeepStrictEqual(this.remembered.get(company.companyId), company),
    );
    await Promise.all(differing.map((company) => this.writeOne(company)));
    this.forgetOldest();
  }

  private async writeOne(company: Company): Promise<void> {
    await this.tables.transact([putCompany(company)]);
    if (this.remembered.get(company.companyId)) this.updated++;
    else this.created++;
    this.remembered.set(company.companyId, company);
  }

  private async remember(companyIds: readonly string[]): Promise<void> {
    const unknown = companyIds.filter((companyId) => !this.remembered.has(companyId));
    const { found } = await this.tables.read({ found: unknown.map((companyId) => companies.at(companyId)) });
    for (const [index, companyId] of unknown.entries()) this.remembered.set(companyId, found[index] ?? null);
  }

  private forgetOldest(): void {
    for (const companyId of this.remembered.keys()) {
      if (this.remembered.size <= REMEMBERED) return;
      this.remembered.delete(companyId);
    }
  }
}
