import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { eventually } from '../../cloud/support/eventually.ts';

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Returns axe's findings on the page as it now is. */
export function violations(page: Page): Promise<string[]> {
  return runAxe(page, RULES);
}

/** The same with the page in its other language. */
export async function violationsTranslated(page: Page): Promise<string[]> {
  const language = await spokenLanguage(page);
  await speak(page, language === 'es' ? 'en' : 'es');
  const found = await runAxe(page, RULES);
  await speak(page, language);
  return found;
}

/** Returns the texts that stand out too little in the dark. */
export async function paleTexts(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: 'dark' });
  const found = await runAxe(page, ['color-contrast']);
  await page.emulateMedia({ colorScheme: null });
  return found;
}

async function runAxe(page: Page, runOnly: readonly string[]): Promise<string[]> {
  // By the debugger, which the page's policy does not bind: the page itself could not load it.
  if (!(await page.evaluate('Boolean(window.axe)'))) await page.evaluate(AXE);
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] }).then((it) => it.violations)`,
  )) as Violation[];
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} — ${node.failureSummary}`),
  );
}

const spokenLanguage = async (page: Page) => String(await page.evaluate('document.documentElement.lang'));

/** Changes the page's language where it stands, also under a dialog; a page without that button is loaded again. */
async function speak(page: Page, language: string): Promise<void> {
  const pressed = await page.evaluate(`(() => {
    const button = document.querySelector('button[lang=${language}]');
    if (button) button.click();
    else localStorage.setItem('llavero.language', '${language}');
    return Boolean(button);
  })()`);
  if (!pressed) await page.reload();
  await eventually(
    () => spokenLanguage(page),
    (spoken) => spoken === language,
  );
  await page.getByRole('heading').first().waitFor();
}

/** Counts the pixels of the page that are out of sight to the side. */
export async function sidewaysOverflow(page: Page): Promise<number> {
  return (await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')) as number;
}
