import type { Page } from 'playwright-core';

/** The ids of the devices whose keys and seeds this browser keeps, of all its users. */
export async function keptDevices(page: Page): Promise<string[]> {
  return page.evaluate(`new Promise((resolve, reject) => {
    const opened = indexedDB.open('keyval-store');
    opened.onerror = () => reject(opened.error);
    opened.onsuccess = () => {
      const read = opened.result.transaction('keyval').objectStore('keyval').getAll();
      read.onerror = () => reject(read.error);
      read.onsuccess = () => {
        opened.result.close();
        resolve(read.result.flat().flatMap(({ enrolled }) => (enrolled ? [enrolled.deviceId] : [])));
      };
    };
  })`);
}
