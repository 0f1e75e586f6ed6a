import { rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT, projectPath } from '../tools/project.ts';
import { installPythonEnvironment } from '../tools/python-environment.ts';
import { describeDemoUsers, loadDemo } from './demo.ts';
import { bootstrap, type DeployOptions, deploy, synthesize } from './deploy.ts';
import { startEngine } from './engine/engine.ts';
import { choosePorts, type Instance, type InstancePorts, isPortFree } from './instance.ts';
import type { LocalOptions } from './options.ts';
import { forgetProcesses, recordProcess } from './process-record.ts';
import { startRelay } from './relay/relay.ts';
import { setBesideTemplates } from './set-beside-templates.ts';
import { describeStack, type StackFile, webConfigs, writeStackFile } from './stack-file.ts';
import type { Steps } from './steps.ts';
import { API_PAGE_POLICY, layOutApiPage } from './web/api-page.ts';
import { buildPages } from './web/build-pages.ts';
import { contentSecurityPolicy } from './web/web-config.ts';
import { startWebServer, type WebServerOptions } from './web/web-server.ts';

const LEAST_FREE_BYTES = 2 * 1024 ** 3;

/** Everything of one local cloud that runs, and how it is stopped. */
export class LocalCloud {
  private readonly instance: Instance;
  private readonly options: LocalOptions;
  private readonly steps: Steps;
  private readonly abort = new AbortController();
  private readonly closers: (() => Promise<void>)[] = [];
  private starting: Promise<StackFile> | undefined;

  constructor(instance: Instance, options: LocalOptions, steps: Steps) {
    this.instance = instance;
    this.options = options;
    this.steps = steps;
  }

  /** Brings everything up; `onEngineEnd` is called if the engine later ends by itself. */
  start(onEngineEnd: () => void): Promise<StackFile> {
    this.starting = this.bringUp(onEngineEnd);
    return this.starting;
  }

  /** Stops everything that was started, the last first, and waits for it. */
  async stop(): Promise<void> {
    this.abort.abort(new Error('stopped'));
    // What is being started at this moment must be there to be stopped.
    await this.starting?.catch(() => undefined);
    for (const close of this.closers.reverse()) await close().catch((error: unknown) => console.error(error));
    this.closers.length = 0;
    forgetProcesses(this.instance.processFile);
  }

  private async bringUp(onEngineEnd: () => void): Promise<StackFile> {
    const { instance, options, steps } = this;
    const { signal } = this.abort;
    await this.check();
    const ports = await choosePorts(instance);
    const deployment: DeployOptions = {
      instance,
      holdSeconds: options.holdSeconds,
      consoleOrigin: `http://127.0.0.1:${ports.console}`,
      // By name: WebAuthn takes no IP address for a relying party.
      phoneOrigin: `http://localhost:${ports.phone}`,
      frontOrigin: options.frontOrigin,
      signal,
    };
    const pagesLog = join(instance.logs, 'pages.log');
    const apiPageOrigin = `http://127.0.0.1:${ports.api}`;

    await this.together([
      options.pages
        ? steps.run('Console and phone pages', () => buildPages(pagesLog, signal), built('built'))
        : undefined,
      steps.run('Templates and functions', () => synthesize(deployment), built('made')),
      this.startCloud(ports, deployment, onEngineEnd),
    ]);

    const outputs = await steps.run('Deploy', (detail) => deploy(deployment, detail));
    await setBesideTemplates(instance.endpoint, outputs);
    const stack = await describeStack(instance, outputs, { ...deployment, apiPageOrigin });
    writeStackFile(instance, stack);
    this.closers.push(async () => rmSync(instance.stackFile, { force: true }));

    if (options.demo) {
      await steps.run('Demo companies', () => loadDemo(instance, signal));
      stack.demo.users = await describeDemoUsers(stack.endpoint, stack.tableName);
      writeStackFile(instance, stack);
    }
    if (options.pages) await this.servePages(stack, ports);
    return stack;
  }

  private async check(): Promise<void> {
    const { port } = this.instance;
    const { bavail, bsize } = statfsSync(PROJECT_ROOT);
    if (bavail * bsize < LEAST_FREE_BYTES) {
      const free = Math.round((bavail * bsize) / 1024 ** 2);
      throw new Error(`Only ${free} MB of disk are free: the local cloud needs 2048 MB`);
    }
    if (!(await isPortFree(port))) {
      throw new Error(`Port ${port} is in use by another program: choose another with --port`);
    }
  }

  private async startCloud(ports: InstancePorts, deployment: DeployOptions, onEngineEnd: () => void): Promise<void> {
    const { instance, options, steps, closers } = this;
    const { signal } = this.abort;
    const log = join(instance.logs, 'install.log');
    const { python } = await steps.run(
      'Engine installation',
      (detail) => installPythonEnvironment('engine', 'local/engine/requirements.txt', { log, signal, detail }),
      ({ fresh }) => built('installed')(fresh),
    );
    await steps.run('Engine and relay', async () => {
      const engine = await startEngine({
        instance,
        python,
        port: ports.engine,
        keep: options.keep,
        signal,
        onStarted: (pid) => recordProcess(instance.processFile, 'engine', pid),
        onEnd: onEngineEnd,
      });
      closers.push(() => engine.stop());
      const origins = [deployment.consoleOrigin, deployment.phoneOrigin, deployment.frontOrigin ?? []].flat();
      const relay = await startRelay({ port: instance.port, enginePort: ports.engine, origins });
      closers.push(() => relay.close());
    });
    await steps.run('Account preparation', () => bootstrap(deployment), built('done'));
  }

  private async servePages(stack: StackFile, ports: InstancePorts): Promise<void> {
    const apiPage = join(this.instance.folder, 'api-page');
    layOutApiPage(apiPage, stack);
    const configs = webConfigs(stack);
    const pages: WebServerOptions[] = (['console', 'phone'] as const).map((page) => ({
      port: ports[page],
      folder: projectPath(`console/dist/${page}`),
      policy: contentSecurityPolicy(configs[page]),
      camera: page === 'phone',
      config: configs[page],
    }));
    for (const page of [...pages, { port: ports.api, folder: apiPage, policy: API_PAGE_POLICY }]) {
      const server = await startWebServer(page);
      this.closers.push(() => server.close());
    }
  }

  /** Waits for all; the first failure stops the others and is the one told, once all have ended. */
  private async together(works: readonly (Promise<unknown> | undefined)[]): Promise<void> {
    await Promise.all(works.map((work) => work?.catch((error: unknown) => this.abort.abort(error))));
    this.abort.signal.throwIfAborted();
  }
}

/** Says of a step if it had anything to do. */
function built(done: string): (isNew: boolean) => string {
  return (isNew) => (isNew ? done : `as ${done} before`);
}
