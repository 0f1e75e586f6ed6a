import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../../../infra/bundle-functions.ts';
import { DEPLOYED_FUNCTIONS } from '../../../infra/functions.ts';
import { type Bill, deployedPart } from '../../../scripts/sbom/bill.ts';
import { deployedBill } from '../../../scripts/sbom/deployed-bill.ts';
import { licencesRefused } from '../../../scripts/sbom/licences.ts';

const ROOT = join(import.meta.dirname, '../../..');

const named = (reference: string, licence?: string) => ({
  'bom-ref': reference,
  ...(licence === undefined ? {} : { licenses: [{ license: { id: licence } }] }),
});

function aBill(dependencies: Readonly<Record<string, readonly string[]>>): Bill {
  return {
    bomFormat: 'CycloneDX',
    metadata: { component: named('project@1.0.0') },
    components: Object.keys(dependencies).map((reference) => ({
      ...named(reference),
      scope: 'optional',
      properties: [{ name: 'cdx:npm:package:development', value: 'true' }],
    })),
    dependencies: Object.entries(dependencies).map(([ref, dependsOn]) => ({ ref, dependsOn: [...dependsOn] })),
  };
}

const listReferences = ({ components }: Bill) => components.map((component) => component['bom-ref']);

describe('the part of a bill that is deployed', () => {
  const bill = aBill({
    'project@1.0.0': ['sdk@1.0.0', 'core@1.0.0', 'tool@1.0.0', 'page@1.0.0'],
    'sdk@1.0.0': ['core@1.0.0', '@scope/deep@2.0.0'],
    'core@1.0.0': ['sdk@1.0.0'],
    '@scope/deep@2.0.0': [],
    'tool@1.0.0': ['helper@1.0.0'],
    'helper@1.0.0': [],
    'page@1.0.0': ['react@1.0.0', 'bundler@1.0.0'],
    'react@1.0.0': [],
    'bundler@1.0.0': [],
  });
  const production = new Map([
    ['project@1.0.0', ['sdk', 'page']],
    ['sdk@1.0.0', ['core', '@scope/deep']],
    ['core@1.0.0', ['sdk']],
    ['@scope/deep@2.0.0', []],
    ['tool@1.0.0', ['helper']],
    ['helper@1.0.0', []],
    ['page@1.0.0', ['react']],
    ['react@1.0.0', []],
    ['bundler@1.0.0', []],
  ]);
  const part = deployedPart(bill, production);

  it('is not made where it is not known what a package needs', () => {
    production.delete('core@1.0.0');
    expect(() => deployedPart(bill, production)).toThrow('What core@1.0.0 needs is not known');
  });

  it('has what production needs, however deep, be it a tool’s too', () => {
    expect(listReferences(part).sort()).toEqual(
      ['@scope/deep@2.0.0', 'core@1.0.0', 'page@1.0.0', 'project@1.0.0', 'react@1.0.0', 'sdk@1.0.0'].sort(),
    );
  });

  it('calls all of it required, and tells only of what it has', () => {
    expect(part.components.map(({ scope, properties }) => [scope, properties])).toEqual(
      part.components.map(() => ['required', []]),
    );
    const known = new Set(listReferences(part));
    expect(part.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((each) => !known.has(each))).toEqual([]);
  });
});

describe('the bill of this project', () => {
  let bill: Bill;
  let bundled: Set<string>;

  beforeAll(async () => {
    bill = deployedBill();
    const outputFolder = mkdtempSync(join(tmpdir(), 'llavero-bundles-'));
    await bundleFunctions({ functionsFolder: join(ROOT, 'functions'), names: DEPLOYED_FUNCTIONS, outputFolder });
    const { inputs } = JSON.parse(readFileSync(join(outputFolder, 'meta.json'), 'utf8'));
    bundled = new Set(Object.keys(inputs).flatMap(findPackage));
  });

  /** The package that a bundled file is of, as installed. */
  function findPackage(input: string): string[] {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    if (folder === undefined) return [];
    const { name, version } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
    return [`${name}@${version}`];
  }

  it('has every package of which a file is in a function’s bundle', () => {
    expect(bundled.size).toBeGreaterThan(20);
    expect([...bundled].filter((each) => !listReferences(bill).includes(each))).toEqual([]);
  });

  it('has what the pages are made of, and no tool', () => {
    const names = listReferences(bill).map((reference) => reference.slice(0, reference.lastIndexOf('@')));
    expect(names).toEqual(expect.arrayContaining(['react', 'react-dom', 'oauth4webapi', '@smithy/core']));
    for (const tool of ['aws-cdk-lib', 'jest', 'typescript', 'vite', '@types/react', '@aws-sdk/client-sts']) {
      expect(names).not.toContain(tool);
    }
  });

  it('says of every package where it is from and its digest', () => {
    const foreign = bill.components.filter((component) => !component['bom-ref'].startsWith('@llavero/'));
    expect(foreign.filter(({ purl, hashes }) => !String(purl).startsWith('pkg:npm/') || !hashes)).toEqual([]);
  });

  it('has allowed licences alone', () => {
    expect(licencesRefused(bill)).toEqual([]);
  });
});

it.each([
  { why: 'that asks for the source', component: named('one@1.0.0', 'AGPL-3.0-only'), told: 'one@1.0.0: AGPL-3.0-only' },
  { why: 'that is not there', component: named('two@1.0.0'), told: 'two@1.0.0: no licence' },
  {
    why: 'that is one of two',
    component: { ...named('three@1.0.0'), licenses: [{ expression: 'MIT OR GPL-2.0-only' }] },
    told: 'three@1.0.0: MIT OR GPL-2.0-only',
  },
  {
    why: 'that SPDX does not know',
    component: { ...named('four@1.0.0'), licenses: [{ license: { name: 'Ours' } }] },
    told: 'four@1.0.0: unknown to SPDX',
  },
])('refuses a licence $why', ({ component, told }) => {
  expect(licencesRefused({ components: [named('fine@1.0.0', 'MIT'), component] })).toEqual([told]);
});
