import type { Page } from 'playwright-core';

interface KeptAccount {
  readonly phones?: readonly { readonly enrolled?: { readonly deviceId: string } }[];
}

/** The ids of the devices whose keys and seeds this browser keeps, of all its users. */
export async function keptDevices(page: Page): Promise<string[]> {
  const kept = await inStore<KeptAccount[]>(page, 'readonly', 'store.getAll()');
  return kept.flatMap(({ phones = [] }) => phones.flatMap(({ enrolled }) => (enrolled ? [enrolled.deviceId] : [])));
}

/** The names under which this browser keeps anything. */
export function keptNames(page: Page): Promise<string[]> {
  return inStore(page, 'readonly', 'store.getAllKeys()');
}

/** Keeps something as earlier versions of the page kept a phone, with keys that nothing protected. */
export async function keepUnprotected(page: Page): Promise<void> {
  await inStore(page, 'readwrite', `store.put([{}], 'phone:somebody')`);
}

/** Does something in the page's store; gives the result of the request, as far as it can leave the page. */
function inStore<T>(page: Page, mode: 'readonly' | 'readwrite', request: string): Promise<T> {
  return page.evaluate(`new Promise((resolve, reject) => {
    const opened = indexedDB.open('keyval-store');
    opened.onerror = () => reject(opened.error);
    opened.onsuccess = () => {
      const store = opened.result.transaction('keyval', '${mode}').objectStore('keyval');
      const asked = ${request};
      asked.onerror = () => reject(asked.error);
      asked.onsuccess ??= () => resolve(asked.result);
    };
  })`);
}
