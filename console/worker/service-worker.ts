import { chooseAnswer, type Precache } from './precache.ts';

declare const self: ServiceWorkerGlobalScope;
/** The build puts the list in the place of this name. */
declare const PRECACHE: Precache;

const PREFIX = 'llavero-';
const NAME = PREFIX + PRECACHE.version;
const PAGE = '/index.html';
const SETTINGS = '/config.json';

self.addEventListener('install', (event) => {
  event.waitUntil(keepVersion());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(takeOver());
});

// Sent by a page that has nothing under way. Another page that is open may be in the middle of a signature.
self.addEventListener('message', (event) => {
  if (event.data === 'take over') event.waitUntil(takeOverWhenAlone());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const answering = chooseAnswer(request, self.location.origin);
  if (answering === 'page') event.respondWith(fromCache(new Request(PAGE)));
  if (answering === 'settings') event.respondWith(settings(request));
  if (answering === 'kept file') event.respondWith(fromCache(request));
});

async function keepVersion(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll([...PRECACHE.paths, SETTINGS].map((path) => new Request(path, { cache: 'reload' })));
}

async function takeOver(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

async function takeOverWhenAlone(): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (pages.length <= 1) await self.skipWaiting();
}

async function fromCache(request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  return (await cache.match(request)) ?? fetch(request);
}

/** The newest settings; without a network, the last ones that came. */
async function settings(request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(SETTINGS, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(SETTINGS);
    if (!kept) throw error;
    return kept;
  }
}
