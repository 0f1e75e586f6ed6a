import type { Page } from 'playwright-core';

/** The PIN of every phone that the tests enrol. */
export const PIN = '739154';

/** The PIN is asked for before a code is shown and before each signature. */
const asked = (phone: Page) => phone.locator('.verify input[type=password]');

/** Types the PIN that is asked for. */
export async function passLock(phone: Page, pin = PIN): Promise<void> {
  await asked(phone).fill(pin);
  await phone.keyboard.press('Enter');
}

/** Chooses the PIN at the first enrolment; at a later one, types it. */
export async function choosePin(phone: Page): Promise<void> {
  await asked(phone).first().waitFor();
  const again = phone.getByLabel('Escriba el PIN otra vez');
  if (await again.isVisible()) {
    await phone.getByLabel('PIN nuevo').fill(PIN);
    await again.fill(PIN);
    await phone.keyboard.press('Enter');
  } else {
    await passLock(phone);
  }
}

const TOUCH = `setInterval(() => window.dispatchEvent(new Event('pointerdown')), 15_000)`;

/** Touches the page now and then, as somebody does who uses it: left alone for a minute, it locks. */
export async function keepInUse(phone: Page): Promise<void> {
  await phone.addInitScript(TOUCH);
  await phone.evaluate(`void ${TOUCH}`);
}
