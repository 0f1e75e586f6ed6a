import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCfnLint } from '../../../scripts/checks/cfn-lint.ts';
import { runCheckov } from '../../../scripts/checks/checkov.ts';

// Long enough for a first installation of the tools, and for one of them on a busy machine.
jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'llavero-checks-'));
afterAll(() => rmSync(folder, { recursive: true }));

function templateWith(name: string, log: Record<string, unknown>): string {
  const path = join(folder, `${name}.template.json`);
  writeFileSync(path, JSON.stringify({ Resources: { Log: { Type: 'AWS::Logs::LogGroup', ...log } } }));
  return path;
}

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000';
const ENCRYPTED = { Properties: { KmsKeyId: KEY, RetentionInDays: 365 } };

describe('cfn-lint', () => {
  it('finds nothing in a template that CloudFormation takes', async () => {
    expect(
      await runCfnLint([
        templateWith('right', { ...ENCRYPTED, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' }),
      ]),
    ).toEqual([]);
  });

  it('refuses a value that CloudFormation would refuse, naming file and rule', async () => {
    const wrong = templateWith('wrong', { Properties: { RetentionInDays: 366 } });
    expect(await runCfnLint([wrong])).toEqual([expect.stringMatching(/wrong\.template\.json:.*:E3030:/)]);
  });

  it('refuses a template that is not there', async () => {
    expect(await runCfnLint([join(folder, 'none.json')])).toEqual([expect.stringContaining(':E0003:')]);
  });
});

describe('checkov', () => {
  it('finds nothing in a template that is as it should be', async () => {
    const report = await runCheckov([templateWith('right', ENCRYPTED)]);
    expect(report).toEqual({ findings: [], passed: expect.any(Number), acknowledged: 0 });
    expect(report.passed).toBeGreaterThan(0);
  });

  it('refuses a log that nobody encrypted, naming rule, resource and file', async () => {
    const { findings } = await runCheckov([templateWith('plain', { Properties: { RetentionInDays: 365 } })]);
    expect(findings).toEqual([
      expect.stringMatching(/^CKV_AWS_158 AWS::Logs::LogGroup\.Log \(.*plain\.template\.json\): /),
    ]);
  });

  it('lets a finding stand that is acknowledged on its resource, and counts it', async () => {
    const skip = [{ id: 'CKV_AWS_158', comment: 'For this test.' }];
    const log = { Properties: { RetentionInDays: 365 }, Metadata: { checkov: { skip } } };
    expect(await runCheckov([templateWith('acknowledged', log)])).toMatchObject({ findings: [], acknowledged: 1 });
  });

  it('fails where it can read no template', async () => {
    writeFileSync(join(folder, 'garbled.json'), '{"Resources": {');
    await expect(runCheckov([join(folder, 'garbled.json')])).rejects.toThrow('checkov');
  });
});
