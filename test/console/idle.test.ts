import type { Page } from 'playwright-core';
import { type Company, loadCompany, nth } from '../cloud/support/company.ts';
import { stack } from '../cloud/support/stack.ts';
import { violations } from './support/accessibility.ts';
import { openWindow, useBrowser } from './support/browser.ts';
import { arrived, passLogin } from './support/people.ts';

useBrowser();

let company: Company;

beforeAll(async () => {
  company = await loadCompany('OCIO', { administrators: 2 });
});

const MINUTE = 60_000;
const ENDING = 'Su sesión terminará en un minuto por inactividad. Toque la pantalla o una tecla para seguir.';
const ENDED = 'Su sesión terminó por inactividad.';

/** Lets minutes pass in which nobody touches the page. */
async function pass(page: Page, minutes: number): Promise<void> {
  await page.clock.fastForward(minutes * MINUTE);
}

test.each([
  ['console', 'consoleUrl', 0],
  ['phone page', 'phoneUrl', 1],
] as const)(
  'a sign-in at the %s ends after fifteen minutes without a touch, and says so a minute before',
  async (_, address, place) => {
    const { page } = await openWindow();
    // Before the page sets its timers.
    await page.clock.install({ time: new Date() });
    await page.goto(stack()[address]);
    await passLogin(page, nth(company.administrators, place));
    await arrived(page);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Shift');
    await pass(page, 13);
    expect(await page.getByText(ENDING).count()).toBe(0);
    await pass(page, 1.2);
    await page.getByText(ENDING).waitFor();
    expect(await violations(page)).toEqual([]);

    // Any key goes on, for as long again.
    await page.keyboard.press('Shift');
    await page.getByText(ENDING).waitFor({ state: 'detached' });
    await pass(page, 14.2);
    await page.getByText(ENDING).waitFor();
    await pass(page, 1);
    await page.getByText(ENDED).waitFor();
    expect(await page.getByText(ENDING).count()).toBe(0);

    // Whoever comes too late does not go on.
    await page.keyboard.press('Shift');
    await page.getByText(ENDED).waitFor();
    await page.getByRole('button', { name: 'Ingresar' }).waitFor();
  },
);
