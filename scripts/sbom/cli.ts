import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../../tools/command-line.ts';
import { projectPath } from '../../tools/project.ts';
import { deployedBill } from './deployed-bill.ts';
import { licencesRefused } from './licences.ts';

const HELP = `Writes the bill of materials of what is deployed, in CycloneDX, to dist/sbom.json.

  npm run sbom

It fails where a package's licence is not one of those allowed (scripts/sbom/licences.ts).
`;

const FILE = join('dist', 'sbom.json');

await runCommand({ help: HELP, options: {} }, async () => {
  const bill = deployedBill();
  const path = projectPath(FILE);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(bill, null, 2)}\n`);
  console.log(`${bill.components.length} packages are written to ${FILE}`);
  const refused = licencesRefused(bill);
  if (refused.length > 0) throw new Error(`Licences that are not allowed: ${refused.join('; ')}`);
});
