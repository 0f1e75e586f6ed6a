import { parsePort, parseTarget, runCommand, UsageError } from '../../tools/command-line.ts';

const { argv } = process;
let error: jest.SpyInstance;
let log: jest.SpyInstance;

beforeEach(() => {
  error = jest.spyOn(console, 'error').mockImplementation();
  log = jest.spyOn(console, 'log').mockImplementation();
});

afterEach(() => {
  process.argv = argv;
  process.exitCode = undefined;
  jest.restoreAllMocks();
});

const COMMAND_LINE = { help: 'How it is called', options: { port: { type: 'string' } } } as const;

/** Runs a command as typed; what it printed, and how the process would end. */
async function run(typed: readonly string[], command: (port: string | undefined) => Promise<void>) {
  process.argv = ['node', 'command.ts', ...typed];
  await runCommand(COMMAND_LINE, ({ port }) => command(port));
  return { exitCode: process.exitCode, said: [...log.mock.calls, ...error.mock.calls].flat() };
}

it.each([
  { what: 'does what it is called for', typed: ['--port', '4600'], fails: undefined, ends: undefined, said: [] },
  { what: 'says how it is called', typed: ['--help'], fails: undefined, ends: undefined, said: ['How it is called'] },
  { what: 'fails in one line', typed: [], fails: new Error('broken\nat length'), ends: 1, said: ['broken'] },
  {
    what: 'tells a wrong call from a failure',
    typed: [],
    fails: new UsageError('Give --user'),
    ends: 2,
    said: ['Give --user (see --help)'],
  },
  {
    what: 'takes no option that it does not have',
    typed: ['--loud'],
    fails: undefined,
    ends: 2,
    said: ["Unknown option '--loud' (see --help)"],
  },
])('a command $what', async ({ typed, fails, ends, said }) => {
  const outcome = await run(typed, () => (fails ? Promise.reject(fails) : Promise.resolve()));
  expect(outcome).toEqual({ exitCode: ends, said });
});

it('gives the command its options', async () => {
  const given: unknown[] = [];
  await run(['--port', '4600'], async (port) => void given.push(port));
  await run([], async (port) => void given.push(port));
  expect(given).toEqual(['4600', undefined]);
});

it('takes a port, and 4566 where none is typed', () => {
  expect([parsePort(undefined), parsePort('4600')]).toEqual([4566, 4600]);
});

it.each(['', '0', '1023', '65536', '4.5', 'x', '4566x'])('takes no port %j', (text) => {
  expect(() => parsePort(text)).toThrow('--port must be a whole number from 1024 to 65535');
});

it('talks to a local cloud or to a stage, never to both', () => {
  expect([parseTarget({}), parseTarget({ port: '4600' }), parseTarget({ stage: 'test' })]).toEqual([
    { port: 4566 },
    { port: 4600 },
    { stage: 'test' },
  ]);
  expect(() => parseTarget({ port: '4600', stage: 'test' })).toThrow('Give --port or --stage, not both');
});
