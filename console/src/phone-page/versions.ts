import type { Vault } from './vault/vault.ts';

/** Where the build puts the worker that keeps the page's files for when there is no network. */
const WORKER = '/service-worker.js';

/**
 * Keeps the page's own files, and looks for a new version each time the page is shown. A new one takes over while the
 * phone is locked, so that it ends no signature; the worker sees to it that no other page is open.
 */
export async function followVersions(vault: Vault): Promise<void> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  // Without a worker the page goes on as it is: it needs the network then.
  const registration = await serviceWorker.register(WORKER).catch(() => null);
  if (!registration) return;
  let taking = false;
  const offer = (): void => {
    const { waiting } = registration;
    if (taking || !waiting || !vault.isLocked) return;
    taking = true;
    serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    waiting.postMessage('take over');
  };
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', offer);
  });
  vault.subscribe(offer);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void registration.update().catch(() => undefined);
  });
  offer();
}
