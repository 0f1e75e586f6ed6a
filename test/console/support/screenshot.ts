import type { Page } from 'playwright-core';

/** Takes a picture for the README. */
export async function picture(page: Page, name: string): Promise<void> {
  // Once fonts are there and whatever moves has come to rest.
  await page.evaluate('document.fonts.ready.then(() => true)');
  await page.screenshot({ path: `docs/screenshots/${name}.png`, animations: 'disabled' });
}
