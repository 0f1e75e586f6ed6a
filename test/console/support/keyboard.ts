import type { Page } from 'playwright-core';
import { eventually } from '../../cloud/support/eventually.ts';

/** Returns the name of the focused element, or the value of a focused radio button. */
async function focusedName(page: Page): Promise<string> {
  return (await page.evaluate(`(() => {
    const it = document.activeElement;
    if (!it || it === document.body) return '';
    if (it.type === 'radio') return it.value;
    return it.getAttribute('aria-label') ?? it.labels?.[0]?.textContent ?? it.textContent ?? '';
  })()`)) as string;
}

/** Waits until what is called so has the focus. */
export async function focusOn(page: Page, name: string): Promise<void> {
  await eventually(
    () => focusedName(page),
    (focused) => focused.includes(name),
  );
}

/** Presses Tab until what has the focus is called so. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focusedName(page)).includes(name)) return;
  }
  throw new Error(`The keyboard does not reach “${name}”`);
}

/** Waits until the element of this selector has the focus. */
export async function focusIn(page: Page, selector: string): Promise<void> {
  const focused = `document.activeElement?.matches(${JSON.stringify(selector)}) || document.activeElement?.outerHTML`;
  await eventually(
    () => page.evaluate(focused),
    (found) => found === true,
  );
}
