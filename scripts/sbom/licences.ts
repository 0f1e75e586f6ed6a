import type { Bill, Component } from './bill.ts';

/** Licences (SPDX) under which a bank may deploy what it did not write: none asks for the source of what uses it. */
const ALLOWED = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0', 'Unlicense']);

/** The packages of a bill, each with what it says, whose licence is not allowed, or that say none. */
export function licencesRefused({ components }: Pick<Bill, 'components'>): string[] {
  return components.flatMap((component) => {
    const licences = listLicences(component);
    const allowed = licences.length > 0 && licences.every((licence) => ALLOWED.has(licence));
    return allowed ? [] : [`${component['bom-ref']}: ${licences.join(', ') || 'no licence'}`];
  });
}

function listLicences({ licenses = [] }: Component): string[] {
  return licenses.map(({ expression, license }) => expression ?? license?.id ?? 'unknown to SPDX');
}
