import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { stack } from '../../cloud/support/stack.ts';
import type { UnpackedChromium } from './chromium.ts';

/** A browser window of one person, and what went wrong in it. */
export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
}

const ofFile: BrowserContext[] = [];
const ofTest: BrowserContext[] = [];
const complaints: string[] = [];
let opened = ofFile;
let browser: Promise<Browser> | undefined;

/**
 * Gives this test file a browser. A window that `beforeAll` opens is there for every test, another ends with its test. A
 * test fails if any of them complained: of a policy violation, a crash, a foreign address.
 */
export function useBrowser(): void {
  beforeEach(() => {
    opened = ofTest;
  });
  afterEach(async () => {
    await closeAll(ofTest);
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await closeAll(ofFile);
    await (await browser)?.close();
  });
}

/** Starts the browser of this test file with arguments of its own. */
export function startBrowser(args: readonly string[]): void {
  browser = launch(args);
}

/** Opens a browser profile of its own: nothing is shared with any other. */
export async function openWindow(options: BrowserContextOptions = {}): Promise<Window> {
  browser ??= launch();
  const context = await (await browser).newContext({
    locale: 'es-CO',
    viewport: { width: 1280, height: 800 },
    // A test that answers in the service's place has to see each request.
    serviceWorkers: 'block',
    // A turning ring is drawn anew for as long as it turns: a third of the browser's work here.
    reducedMotion: 'reduce',
    ...options,
  });
  opened.push(context);
  watch(context);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  return { page, context };
}

/** The size of a phone's screen. */
export const PHONE_SCREEN: BrowserContextOptions = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

async function closeAll(windows: BrowserContext[]): Promise<void> {
  await Promise.all(windows.splice(0).map((context) => context.close()));
}

async function launch(args: readonly string[] = []): Promise<Browser> {
  const { executable, libraries, fonts } = JSON.parse(process.env.LLAVERO_CHROMIUM ?? '{}') as UnpackedChromium;
  return chromium.launch({
    executablePath: executable,
    // Not the package's own list, which turns the browser's cross-origin rules off.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none', ...args],
    env: { ...process.env, LD_LIBRARY_PATH: libraries, FONTCONFIG_PATH: fonts },
  });
}

function watch(context: BrowserContext): void {
  const { consoleUrl, phoneUrl, endpoint } = stack();
  const own = new Set([consoleUrl, phoneUrl, endpoint].map((address) => new URL(address).origin));
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && !own.has(origin)) complaints.push(`A request to ${origin}`);
  });
  context.on('weberror', (error) => complaints.push(`An uncaught error: ${error.error().message}`));
  context.on('console', (message) => {
    const text = message.text();
    if (/Content Security Policy|Refused to|Trusted Type/i.test(text)) complaints.push(text);
  });
}
