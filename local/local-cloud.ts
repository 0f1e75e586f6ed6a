import { rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT, projectPath } from '../tools/project.ts';
import { installPythonEnvironment } from '../tools/python-environment.ts';
import { loadDemo } from './demo.ts';
import { describeDemoUsers } from './demo-users.ts';
import { bootstrap, type DeployOptions, deploy, synthesize } from './deploy.ts';
import { type Engine, startEngine } from './engine/engine.ts';
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
import { startWebServer } from './web/web-server.ts';

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
    await this.check();
    const ports = await choosePorts(instance);
    const deployment = this.deployment(ports);

    await this.together([
      this.buildPages(),
      steps.run(
        'Templates and functions',
        () => synthesize(deployment),
        (made) => (made ? 'made' : 'as made before'),
      ),
      this.startCloud(ports, deployment, onEngineEnd),
    ]);

    const outputs = await steps.run('Deploy', (detail) => deploy(deployment, detail));
    await setBesideTemplates(instance.endpoint, outputs);
    let stack = await describeStack(instance, outputs, {
      ...deployment,
      apiPageOrigin: `http://127.0.0.1:${ports.api}`,
    });
    writeStackFile(instance, stack);
    this.closers.push(async () => rmSync(instance.stackFile, { force: true }));

    if (options.demo) {
      await steps.run('Demo companies', () => loadDemo(instance, this.abort.signal));
      stack = { ...stack, demo: { ...stack.demo, users: await describeDemoUsers(stack) } };
      writeStackFile(instance, stack);
    }

    if (options.pages) await this.serve(stack, ports);
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

  private deployment(ports: InstancePorts): DeployOptions {
    return {
      instance: this.instance,
      holdSeconds: this.options.holdSeconds,
      consoleOrigin: `http://127.0.0.1:${ports.console}`,
      // By name: WebAuthn takes no IP address for a relying party.
      phoneOrigin: `http://localhost:${ports.phone}`,
      frontOrigin: this.options.frontOrigin,
      signal: this.abort.signal,
    };
  }

  private async buildPages(): Promise<void> {
    if (!this.options.pages) return;
    await this.steps.run(
      'Console and phone pages',
      () => buildPages(join(this.instance.logs, 'pages.log'), this.abort.signal),
      (built) => (built ? 'built' : 'as built before'),
    );
  }

  private async startCloud(ports: InstancePorts, deployment: DeployOptions, onEngineEnd: () => void): Promise<void> {
    const { instance, steps } = this;
    const { signal } = this.abort;
    const { python } = await steps.run(
      'Engine installation',
      (detail) =>
        installPythonEnvironment('engine', 'local/engine/requirements.txt', {
          log: join(instance.logs, 'install.log'),
          signal,
          detail,
        }),
      ({ fresh }) => (fresh ? 'installed' : 'as installed before'),
    );
    await steps.run('Engine and relay', async () => {
      const engine = await this.startEngine(ports, python);
      engine.onEnd(onEngineEnd);
      const relay = await startRelay({
        port: instance.port,
        enginePort: ports.engine,
        origins: [deployment.consoleOrigin, deployment.phoneOrigin, deployment.frontOrigin ?? []].flat(),
      });
      this.closers.push(() => relay.close());
    });
    await steps.run(
      'Account preparation',
      () => bootstrap(deployment),
      (done) => (done ? 'done' : 'as done before'),
    );
  }

  private async startEngine(ports: InstancePorts, python: string): Promise<Engine> {
    const { instance, options } = this;
    const engine = await startEngine({
      instance,
      python,
      port: ports.engine,
      keep: options.keep,
      signal: this.abort.signal,
      onStarted: (pid) => recordProcess(instance.processFile, 'engine', pid),
    });
    this.closers.push(() => engine.stop());
    return engine;
  }

  private async serve(stack: StackFile, ports: InstancePorts): Promise<void> {
    const configs = webConfigs(stack);
    for (const page of ['console', 'phone'] as const) {
      const folder = projectPath(`console/dist/${page}`);
      const config = configs[page];
      const policy = contentSecurityPolicy(config);
      const server = await startWebServer({ port: ports[page], folder, policy, camera: page === 'phone', config });
      this.closers.push(() => server.close());
    }
    const folder = join(this.instance.folder, 'api-page');
    layOutApiPage(folder, stack);
    const server = await startWebServer({ port: ports.api, folder, policy: API_PAGE_POLICY });
    this.closers.push(() => server.close());
  }

  /** Waits for all; the first failure stops the others and is the one told, once all have ended. */
  private async together(works: readonly Promise<unknown>[]): Promise<void> {
    let first: { readonly error: unknown } | undefined;
    const watched = works.map((work) =>
      work.catch((error: unknown) => {
        first ??= { error };
        this.abort.abort(error);
      }),
    );
    await Promise.all(watched);
    if (first) throw first.error;
  }
}
