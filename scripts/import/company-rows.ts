import { isDeepStrictEqual } from 'node:util';
import { type Company, companySchema } from '../../shared/domain/company.ts';
import { putCompany } from '../../shared/repositories/company-writes.ts';
import { companyKey } from '../../shared/repositories/keys.ts';
import { getAll, transact } from '../../shared/repositories/table.ts';

/** Companies remembered at once: a file may have more of them than fit in memory, and has most next to each other. */
const REMEMBERED = 5000;

/** The companies' rows, as this run last read or wrote them: one write per difference, and the last line's holds. */
export class CompanyRows {
  /** Null where there is no row yet. Oldest first. */
  private readonly remembered = new Map<string, Company | null>();
  created = 0;
  updated = 0;

  /** Makes the rows say what these lines say, in their order. */
  async write(companies: readonly Company[]): Promise<void> {
    const wanted = new Map(companies.map((company) => [company.companyId, company]));
    await this.remember([...wanted.keys()]);
    const differing = [...wanted.values()].filter(
      (company) => !isDeepStrictEqual(this.remembered.get(company.companyId), company),
    );
    await Promise.all(differing.map((company) => this.writeOne(company)));
    this.forgetOldest();
  }

  private async writeOne(company: Company): Promise<void> {
    await transact([putCompany(company)]);
    if (this.remembered.get(company.companyId)) this.updated++;
    else this.created++;
    this.remembered.set(company.companyId, company);
  }

  private async remember(companyIds: readonly string[]): Promise<void> {
    const unknown = companyIds.filter((companyId) => !this.remembered.has(companyId));
    const items = await getAll(unknown.map(companyKey));
    for (const [index, companyId] of unknown.entries()) {
      const item = items[index];
      this.remembered.set(companyId, item === undefined ? null : companySchema.parse(item));
    }
  }

  private forgetOldest(): void {
    for (const companyId of this.remembered.keys()) {
      if (this.remembered.size <= REMEMBERED) return;
      this.remembered.delete(companyId);
    }
  }
}
