import type { Page } from 'playwright-core';

/** The ids of the devices whose keys and seeds this browser keeps, of all its users. */
export async function keptDevices(page: Page): Promise<string[]> {
  const kept = await inStore<{ enrolled?: { deviceId: string } }[][]>(page, 'readonly', 'store.getAll()');
  return kept.flat().flatMap(({ enrolled }) => (enrolled ? [enrolled.deviceId] : []));
}

/** Puts back what this browser keeps as earlier versions of the page kept it: one phone, without a list around it. */
export async function keepInEarlierForm(page: Page): Promise<void> {
  const replaceEach = `Object.assign(store.openCursor(), { onsuccess: ({ target: { result: cursor } }) => {
    if (!cursor) return resolve();
    cursor.update(cursor.value[0]);
    cursor.continue();
  } })`;
  await inStore(page, 'readwrite', replaceEach);
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
