import type { Page } from 'playwright-core';

// Taken in every run; kept for the README only when asked, since no two runs show the same codes.
const FOLDER = process.env.LLAVERO_PICTURES ? 'docs/screenshots' : '.local/screenshots';

/** Takes a picture of one step. */
export async function picture(page: Page, name: string): Promise<void> {
  // Once fonts are there and whatever moves has come to rest.
  await page.evaluate('document.fonts.ready.then(() => true)');
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled' });
}
