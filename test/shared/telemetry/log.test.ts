import '../../loud-env.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { correlate, inStory, inStoryApart, log } from '../../../shared/telemetry/log.ts';
import { emittedBy } from '../../emitted.ts';

let lines: Record<string, unknown>[];

beforeEach(() => {
  lines = [];
  const keep = (line: string) => void lines.push(JSON.parse(line));
  jest.spyOn(console, 'info').mockImplementation(keep);
  jest.spyOn(console, 'warn').mockImplementation(keep);
  jest.spyOn(console, 'error').mockImplementation(keep);
});

afterEach(() => jest.restoreAllMocks());

function ids() {
  return lines.map(({ message, requestId, correlationId }) => [message, requestId, correlationId]);
}

describe('every line of a piece of work', () => {
  it('bears the request that it belongs to, and until a change is known that is its story', async () => {
    await inStory('request-1', async () => {
      await sleep(1);
      log.info('read');
    });
    expect(ids()).toEqual([['read', 'request-1', 'request-1']]);
  });

  it('bears the request that asked for the change, once that is known, wherever it is written', async () => {
    await inStory('request-2', async () => {
      await sleep(1);
      correlate({ requestId: 'request-1' });
      await sleep(1);
      log.warn('decided');
    });
    expect(ids()).toEqual([['decided', 'request-2', 'request-1']]);
  });

  it('keeps apart what is done side by side', async () => {
    await inStory('run-1', async () => {
      await Promise.all(
        ['request-1', 'request-2'].map((requestId) =>
          inStoryApart(async () => {
            correlate({ requestId });
            await sleep(1);
            log.info(`mended ${requestId}`);
          }),
        ),
      );
      log.info('all');
    });
    expect(ids()).toEqual([
      ['mended request-1', 'run-1', 'request-1'],
      ['mended request-2', 'run-1', 'request-2'],
      ['all', 'run-1', 'run-1'],
    ]);
  });

  it('says neither outside of any work', () => {
    log.info('loaded');
    expect(ids()).toEqual([['loaded', undefined, undefined]]);
  });
});

it('writes what is on the list alone, and of an error neither message nor what it quotes', () => {
  const fields = { changeId: 'change-1', seed: 'JBSWY3DPEHPK3PXP', fullName: 'Demo' };
  log.error('failed', new TypeError('refused JBSWY3DPEHPK3PXP', { cause: new RangeError('x') }), fields);
  expect(lines).toEqual([
    expect.objectContaining({ message: 'failed', changeId: 'change-1', errorNames: ['TypeError', 'RangeError'] }),
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/JBSWY3DPEHPK3PXP|Demo|refused/);
});

describe('a refusal of permission', () => {
  const refused = (name: string) => Object.assign(new Error('No'), { name });

  it.each(['AccessDeniedException', 'AccessDenied', 'AuthorizationErrorException'])(
    'is counted by its own metric, wherever it is logged and however deep it lies: %s',
    async (name) => {
      const counted = await emittedBy(async () => {
        log.error('run failed', new Error('Outer', { cause: refused(name) }));
        log.warn('push not delivered', {}, refused(name));
      });
      expect(counted).toEqual([
        ['PermissionsRefused', 1],
        ['PermissionsRefused', 1],
      ]);
    },
  );

  it.each(['ThrottlingException', 'EndpointDisabledException'])('is no other fault: %s', async (name) => {
    expect(await emittedBy(async () => log.error('run failed', refused(name)))).toEqual([]);
  });
});
