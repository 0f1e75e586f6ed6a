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

// Each tool takes longer to start than to check: one run of it checks all that is expected of it.

describe('cfn-lint', () => {
  it('refuses a value that CloudFormation would refuse, naming file and rule, and nothing of a right template', async () => {
    const right = templateWith('right', { ...ENCRYPTED, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    const wrong = templateWith('wrong', { Properties: { RetentionInDays: 366 } });
    expect(await runCfnLint([right, wrong])).toEqual([expect.stringMatching(/wrong\.template\.json:.*:E3030:/)]);
  });

  it('refuses a template that is not there', async () => {
    expect(await runCfnLint([join(folder, 'none.json')])).toEqual([expect.stringContaining(':E0003:')]);
  });
});

describe('checkov', () => {
  it('finds the log that nobody encrypted, not what is encrypted or acknowledged, and counts both', async () => {
    const skip = [{ id: 'CKV_AWS_158', comment: 'For this test.' }];
    const report = await runCheckov([
      templateWith('encrypted', ENCRYPTED),
      templateWith('plain', { Properties: { RetentionInDays: 365 } }),
      templateWith('acknowledged', { Properties: { RetentionInDays: 365 }, Metadata: { checkov: { skip } } }),
    ]);
    expect(report).toEqual({
      findings: [expect.stringMatching(/^CKV_AWS_158 AWS::Logs::LogGroup\.Log \(.*plain\.template\.json\): /)],
      passed: expect.any(Number),
      acknowledged: 1,
    });
    expect(report.passed).toBeGreaterThan(0);
  });

  it('fails where it can read no template', async () => {
    writeFileSync(join(folder, 'garbled.json'), '{"Resources": {');
    await expect(runCheckov([join(folder, 'garbled.json')])).rejects.toThrow('checkov');
  });
});
