import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleClients } from '../../bench/bundles.ts';
import { bundleFunctions } from '../../infra/bundle-functions.ts';
import { DEPLOYED_FUNCTIONS } from '../../infra/functions.ts';
import { findResources, synthesizeStage } from './synthesized-stage.ts';

const root = join(import.meta.dirname, '../..');

function aFunctionsFolder(handlers: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'llavero-functions-'));
  for (const [name, source] of Object.entries(handlers)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'handler.ts'), source);
  }
  return folder;
}

const aFolder = () => mkdtempSync(join(tmpdir(), 'llavero-bundles-'));

it('bundles each function to a folder of its own and says what is in it', async () => {
  const functionsFolder = aFunctionsFolder({
    one: 'export const handler = async (): Promise<number> => 1;',
    two: 'export const handler = async (): Promise<number> => 2;',
  });
  const outputFolder = aFolder();
  await bundleFunctions({ functionsFolder, names: ['one', 'two'], outputFolder });
  const answers = ['one', 'two'].map((name) =>
    execFileSync(process.execPath, [
      '-p',
      `require(${JSON.stringify(join(outputFolder, name))}).handler.constructor.name`,
    ]),
  );
  expect(answers.map(String)).toEqual(['AsyncFunction\n', 'AsyncFunction\n']);
  expect(Object.keys(JSON.parse(readFileSync(join(outputFolder, 'meta.json'), 'utf8')))).toEqual(['inputs', 'outputs']);
});

it('leaves a bundle alone that is as it was, so that its asset is not published again', async () => {
  const functionsFolder = aFunctionsFolder({ one: 'export const handler = async () => 1;' });
  const outputFolder = aFolder();
  const bundle = () => bundleFunctions({ functionsFolder, names: ['one'], outputFolder });
  await bundle();
  const before = statSync(join(outputFolder, 'one', 'index.js'), { bigint: true }).mtimeNs;
  await bundle();
  expect(statSync(join(outputFolder, 'one', 'index.js'), { bigint: true }).mtimeNs).toBe(before);
});

it('names every function without a handler', async () => {
  const functionsFolder = aFunctionsFolder({ one: 'export const handler = async () => 1;' });
  await expect(
    bundleFunctions({ functionsFolder, names: ['one', 'two', 'three'], outputFolder: aFolder() }),
  ).rejects.toThrow(
    `No handler for these functions: ${join(functionsFolder, 'two/handler.ts')}, ${join(functionsFolder, 'three/handler.ts')}`,
  );
});

describe('the deployed functions', () => {
  const outputFolder = aFolder();

  beforeAll(async () => {
    await bundleFunctions({ functionsFolder: join(root, 'functions'), names: DEPLOYED_FUNCTIONS, outputFolder });
  });

  it('start cold with what the stack tells them and nothing else', () => {
    const functions = findResources(synthesizeStage({}).readTemplate('Service'), 'AWS::Lambda::Function').map(
      ([id, { Properties }]) => {
        const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
        const name = id.slice(0, -8).replace(/[A-Z]/g, (letter, at) => (at ? '-' : '') + letter.toLowerCase());
        // A value that is not known before deployment is a reference: any text stands for it.
        const environment = Object.entries(Variables).map(([key, value]) => [
          key,
          typeof value === 'string' ? value : 'x',
        ]);
        return { bundle: join(outputFolder, name), environment: Object.fromEntries(environment) };
      },
    );
    const script = `
      const failed = [];
      for (const { bundle, environment } of ${JSON.stringify(functions)}) {
        process.env = { AWS_REGION: 'us-east-1', ...environment };
        try {
          if (typeof require(bundle).handler !== 'function') failed.push(bundle + ' exports no handler');
        } catch (error) {
          failed.push(bundle + ': ' + error.message);
        }
      }
      process.stdout.write(JSON.stringify(failed));`;
    expect(functions).toHaveLength(DEPLOYED_FUNCTIONS.length);
    expect(JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }))).toEqual([]);
  });

  it('import no built-in module in the course of a call, which would load all of fetch', () => {
    const importing = DEPLOYED_FUNCTIONS.filter((name) =>
      /\bimport\(/.test(readFileSync(join(outputFolder, name, 'index.js'), 'utf8')),
    );
    expect(importing).toEqual([]);
  });

  it('have no schema that they never read, and keep the call that sets the language of refusals', () => {
    const [reading, other] = ['enrol-device', 'get-me'].map((name) =>
      readFileSync(join(outputFolder, name, 'index.js'), 'utf8'),
    );
    expect(reading).toContain('wrongHashes');
    expect(other).not.toContain('wrongHashes');
    expect(other).toContain('({localeError:');
  });

  it('are at most a quarter larger than the SDK clients in them, which come with all their ways to find credentials', async () => {
    const clients = await bundleClients(outputFolder, aFolder());
    const ratios = [...clients].map(([name, client]) => {
      return [name, statSync(join(outputFolder, name, 'index.js')).size / statSync(client).size] as const;
    });
    expect(ratios).toHaveLength(DEPLOYED_FUNCTIONS.length - 1);
    expect(ratios.filter(([, ratio]) => ratio > 1.25)).toEqual([]);
  });
});
