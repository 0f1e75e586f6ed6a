import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../.github/workflows');

const workflows = readdirSync(FOLDER).map((file) => ({ file, text: readFileSync(join(FOLDER, file), 'utf8') }));

/** An action as a workflow may use it: this repository's own, or one at a commit, with the tag it was taken from. */
const PINNED = /^(?:\.\/\S+|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;

it('are the checks and the deployment', () => {
  expect(workflows.map(({ file }) => file).sort()).toEqual(['ci.yml', 'deploy.yml']);
});

describe.each(workflows)('the workflow $file', ({ text }) => {
  it('uses actions at a commit, never at what can be moved', () => {
    const used = [...text.matchAll(/\buses: (.*)$/gm)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((action) => !PINNED.test(String(action)))).toEqual([]);
  });

  it('stores and reads no secret', () => {
    expect(text).not.toMatch(/secrets\.|aws-access-key|aws-secret/i);
  });

  it('may by default read this repository, and nothing else', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
    expect(text).not.toMatch(/write-all|contents: write/);
  });

  it('puts nothing that a person typed into a command', () => {
    const commands = [...text.matchAll(/\brun: (.*)$/gm)].map(([, command]) => String(command));
    expect(commands.filter((command) => command.includes('${{'))).toEqual([]);
  });
});

it('installs without scripts in a job that can ask for the account’s credentials', () => {
  const { text = '' } = workflows.find(({ file }) => file === 'deploy.yml') ?? {};
  expect(text.match(/npm (?:ci|i|install)\b.*$/gm)).toEqual(['npm ci --ignore-scripts', 'npm ci --ignore-scripts']);
});

it.each([
  'actions/checkout@v7',
  'actions/checkout@main',
  'actions/checkout@3d3c42e',
  'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1',
])('would not take %s for pinned', (action) => {
  expect(action).not.toMatch(PINNED);
});

it('asks for GitHub’s token in the jobs alone that act on AWS, each in an environment of the stage', () => {
  const jobs = (text: string) =>
    text
      .slice(text.indexOf('\njobs:\n'))
      .split(/\n(?= {2}[\w-]+:\n)/)
      .slice(1);
  const acting = workflows.flatMap(({ text }) => jobs(text)).filter((job) => job.includes('id-token: write'));
  expect(acting.map((job) => /^ {2}([\w-]+):/.exec(job)?.[1])).toEqual(['preview', 'deploy']);
  const environments = acting.map((job) => String(/^ {4}environment: (.*)$/m.exec(job)?.[1]));
  const stage = /\$\{\{ inputs\.stage \|\| vars\.STAGE_OF_TAGS \}\}/;
  expect(environments.map((name) => name.replace(stage, 'STAGE'))).toEqual(['STAGE-preview', 'STAGE']);
  expect(acting[1]).toContain('needs: preview');
  expect(acting[0]).toContain('needs: checks');
});
