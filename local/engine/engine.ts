import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectPath } from '../../tools/project.ts';
import { killGroup } from '../../tools/run-program.ts';
import { awsEnvironment } from '../aws-environment.ts';
import type { Instance } from '../instance.ts';

const READY_WITHIN_MS = 60_000;
/** Saving its state takes the engine a moment. */
const STOP_WITHIN_MS = 20_000;

export interface EngineOptions {
  readonly instance: Instance;
  readonly python: string;
  readonly port: number;
  /** True if its state is loaded at the start and saved at the end. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
  readonly onStarted: (pid: number) => void;
  /** Called if the engine, once it answered, ends by itself. */
  readonly onEnd: () => void;
}

/** The running engine. */
export interface Engine {
  /** Stops the engine and every worker it started, and waits until they are gone. */
  stop(): Promise<void>;
}

/** Starts the engine and waits until it answers. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { instance, port, keep, signal } = options;
  const temporary = join(instance.folder, 'tmp');
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  // Functions are unpacked here: without a package of their own they would be modules, as this project is.
  writeFileSync(join(temporary, 'package.json'), '{}\n');
  const state = keep ? join(instance.folder, 'state') : join(temporary, 'state');

  const logFile = join(instance.logs, 'engine.log');
  const log = openSync(logFile, 'w');
  const child = spawn(options.python, ['-u', projectPath('local/engine/run-engine.py')], {
    cwd: temporary,
    // A group of its own, which ends as one; and a standard input that ends when this process does.
    detached: true,
    stdio: ['pipe', log, log],
    env: {
      ...awsEnvironment(instance.endpoint),
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      AUTH: 'true',
      IOT_MTLS_ENABLED: '0',
      // CDK's custom resources expect the runtime's own AWS SDK.
      NODE_PATH: projectPath('node_modules'),
      TMPDIR: temporary,
      STATE_DIR: state,
      S3_DATA_DIR: join(state, 's3'),
      PERSIST_STATE: keep ? '1' : '0',
      S3_PERSIST: keep ? '1' : '0',
      // Workers beside a function's first, which calls at once have started, end once they had nothing to do for so long.
      LAMBDA_WARM_TTL_SECONDS: '30',
      LOG_LEVEL: 'WARNING',
    },
  });
  async function stop(): Promise<void> {
    child.off('exit', options.onEnd);
    if (!hasEnded(child)) {
      child.kill('SIGTERM');
      await once(child, 'exit', { signal: AbortSignal.timeout(STOP_WITHIN_MS) }).catch(() => undefined);
    }
    killGroup(child.pid);
    rmSync(temporary, { recursive: true, force: true });
  }

  await once(child, 'spawn');
  if (child.pid !== undefined) options.onStarted(child.pid);
  try {
    await untilHealthy(port, child, signal, logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  child.once('exit', options.onEnd);
  return { stop };
}

async function untilHealthy(port: number, child: ChildProcess, signal: AbortSignal, logFile: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    if (hasEnded(child)) throw new Error(`The engine ended at once, see ${logFile}`);
    const answer = await fetch(`http://127.0.0.1:${port}/_ministack/health`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100, undefined, { signal });
  }
  throw new Error(`The engine did not answer within ${READY_WITHIN_MS / 1000} s, see ${logFile}`);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
