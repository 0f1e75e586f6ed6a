import type { Page } from 'playwright-core';
import type { Person } from '../../cloud/support/company.ts';
import { stack } from '../../cloud/support/stack.ts';
import { CORS, restoreNetwork } from './network.ts';
import { passLogin } from './people.ts';

/** Ends the page's sign-in as the gateway and the login do: 401 from now on, and no new token. */
export async function endSession(page: Page): Promise<void> {
  await page.route(`${stack().apiUrl}/**`, (route) =>
    route.request().method() === 'OPTIONS'
      ? route.fallback()
      : route.fulfill({ status: 401, headers: CORS, body: '{}' }),
  );
  await page.route(stack().login.tokenUrl, (route) =>
    route.fulfill({
      status: 400,
      headers: { ...CORS, 'content-type': 'application/json' },
      body: '{"error":"invalid_grant"}',
    }),
  );
}

/** Lets the page sign in again, by the keyboard: what leads to the login has the focus already. */
export async function signInAgain(page: Page, person: Person): Promise<void> {
  await restoreNetwork(page);
  await page.keyboard.press('Enter');
  await page.locator('#username').waitFor();
  await passLogin(page, person);
  await page.getByRole('dialog').or(page.getByRole('main')).first().waitFor();
}

/** From now on a reading answers what it answered first, an hour before it expires: the page stays as it is. */
export async function keepReading(page: Page, address: RegExp): Promise<void> {
  let kept: string | undefined;
  const later = JSON.stringify(new Date(Date.now() + 3_600_000));
  await page.route(address, async (route) => {
    if (route.request().method() !== 'GET') return route.fallback();
    const response = await route.fetch();
    // Of the phone's list only one with something in it.
    if (!kept?.includes('expiresAt')) kept = (await response.text()).replace(/(?<="expiresAt":)"[^"]+"/g, later);
    return route.fulfill({ response, status: 200, body: kept });
  });
}
