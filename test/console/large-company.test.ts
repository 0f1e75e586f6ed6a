import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { type Company, changeRole, loadCompany, nth, type Person } from '../cloud/support/company.ts';
import { eventually } from '../cloud/support/eventually.ts';
import { changeSchema } from '../cloud/support/shapes.ts';
import { listAll, openWeb } from '../cloud/support/web.ts';
import { useBrowser } from './support/browser.ts';
import { focusIn } from './support/keyboard.ts';
import { CORS, restoreNetwork } from './support/network.ts';
import { openConsole, reload, visit } from './support/people.ts';

/** Enough for a third page of 50 and a second answer of 100. `LLAVERO_COMPANY_SIZE=10000` makes it large indeed; its load takes minutes. */
const SIZE = Number(process.env.LLAVERO_COMPANY_SIZE ?? 105);
const EVERYBODY = SIZE + 1;

useBrowser();

let company: Company;
let administrator: Person;
let disabled: Person;
let web: Page;

beforeAll(
  async () => {
    company = await loadCompany('MIL', { administrators: 1, secondaries: SIZE });
    administrator = nth(company.administrators, 0);
    disabled = nth(company.secondaries, SIZE - 10);
    await changeRole(disabled, 'DISABLED');
    web = (await openConsole(administrator)).page;
  },
  60_000 + SIZE * 200,
);

/** Opens one of the lists. */
async function openList(path: string): Promise<void> {
  await visit(web, path);
  await web.locator('tbody tr').first().waitFor();
}

/** The holders on the page, once no row is of another question. */
async function shownHolders(page: Page): Promise<string[]> {
  await page.locator('table[data-stale="false"]').waitFor();
  return page.locator('tbody tr th .cell-strong').allTextContents();
}

/** Waits for a list of which the first row is this one. */
const firstHolder = (page: Page, accept: (holder: string | undefined) => boolean) =>
  eventually(
    async () => (await shownHolders(page))[0],
    (holder) => accept(holder),
  );

/** Milliseconds in which also a slow machine does something with each of them. */
const timeFor = (people: readonly Person[]) => 30_000 + 1000 * people.length;

/** Some of them, found by “s10”. */
const several = () => company.secondaries.filter(({ username }) => /-s10\d*$/.test(username));

const matches = (page: Page, words: string) => page.locator('.matches').getByText(words, { exact: true }).waitFor();

test('one of many is found by a word, and the filters say how many match', async () => {
  await openList('/administracion/token/virtual');
  await matches(web, EVERYBODY > 1000 ? 'Más de 1.000 coincidencias' : `${EVERYBODY} coincidencias`);
  const sought = nth(company.secondaries, SIZE - 1);
  await web.getByLabel('Buscar usuario').fill(`demo ${sought.username.split('-').at(-1)}`);
  await matches(web, '1 coincidencia');
  expect(await shownHolders(web)).toEqual([sought.fullName]);

  await web.getByRole('button', { name: 'Borrar la búsqueda' }).click();
  await web.getByLabel('Usuarios', { exact: true }).selectOption('Inhabilitados');
  await matches(web, '1 coincidencia');
  expect(await shownHolders(web)).toEqual([disabled.fullName]);
  await web.getByText('Usuario inhabilitado').waitFor();
  await web.getByRole('button', { name: /^Cambiar Estado/ }).click();
  await web.getByRole('dialog').getByText('Usuario inhabilitado').waitFor();
  await web.keyboard.press('Escape');
  await web.getByLabel('Estado', { exact: true }).selectOption('Bloqueado');
  await web.getByText('Ningún usuario coincide').waitFor();
  await matches(web, '0 coincidencias');
});

test('no row can be acted on while another question is being answered', async () => {
  await openList('/administracion/token/virtual');
  let answerNow = (): void => {};
  const asked = new Promise<void>((resolve) => {
    answerNow = resolve;
  });
  await web.route(/\/tokens\?.*q=s/, async (route) => {
    await asked;
    await route.fallback();
  });
  await web.getByLabel('Buscar usuario').pressSequentially(`s${SIZE - 1}`);
  await web.locator('tbody[inert]').waitFor();
  const { x, y, width, height } = (await web
    .getByRole('button', { name: /^Cambiar Estado/ })
    .first()
    .boundingBox()) ?? {
    x: 0,
    y: 0,
    width: 0,
    height: 0,
  };
  await web.mouse.click(x + width / 2, y + height / 2);
  expect(await web.getByRole('dialog').count()).toBe(0);
  answerNow();
  await matches(web, '1 coincidencia');
  await web
    .getByRole('button', { name: `Cambiar Estado del Token Virtual: ${nth(company.secondaries, SIZE - 1).fullName}` })
    .waitFor();
});

test('back, a reload and a sent link show the page that the address says', async () => {
  await openList('/administracion/token/virtual?orden=reciente');
  await web.getByLabel('Filas por página').selectOption('50');
  await eventually(
    async () => (await shownHolders(web)).length,
    (count) => count === 50,
  );
  const first = await shownHolders(web);
  await web.getByRole('button', { name: 'Siguiente' }).click();
  await web.getByText('Página 2').waitFor();
  // A turned page is read from its list.
  await focusIn(web, 'table');
  await firstHolder(web, (holder) => holder !== first[0]);
  const second = await shownHolders(web);
  expect(second.filter((holder) => first.includes(holder))).toEqual([]);
  await web.getByRole('button', { name: 'Siguiente' }).click();
  await web.getByText('Página 3').waitFor();
  await firstHolder(web, (holder) => holder !== second[0]);
  const third = await shownHolders(web);

  await reload(web, administrator);
  await web.getByText('Página 3').waitFor();
  expect(await shownHolders(web)).toEqual(third);
  await web.getByRole('button', { name: 'Anterior' }).click();
  await firstHolder(web, (holder) => holder === second[0]);
  await web.goBack();
  await firstHolder(web, (holder) => holder === third[0]);

  const address = new URL(web.url());
  const { page: other } = await openConsole(administrator, {}, address.pathname + address.search);
  expect(await shownHolders(other)).toEqual(third);
  expect(await other.getByRole('button', { name: 'Anterior' }).isDisabled()).toBe(true);
  await other.getByRole('button', { name: 'Primera' }).click();
  await firstHolder(other, (holder) => holder === first[0]);

  // A position of another list leads to the start of this one.
  const elsewhere = `/administracion/token/fisico?pagina=2&cursor=${address.searchParams.get('cursor')}`;
  const { page: lost } = await openConsole(administrator, {}, elsewhere);
  await lost.getByText('Filas por página').waitFor();
  await eventually(
    async () => new URL(lost.url()).search,
    (search) => search === '',
  );
});

test('the record of the company is narrowed by type, person and day, and leads to a physical token’s history', async () => {
  await openList('/administracion/registro');
  const rows = () => web.locator('table[data-stale="false"] tbody tr');
  await web.getByLabel('Tipo').selectOption('Empresa creada');
  await eventually(
    () => rows().count(),
    (count) => count === 1,
  );
  await rows().getByText('La empresa').waitFor();

  await web.getByLabel('Tipo').selectOption('');
  await web.getByLabel('Persona o token').fill(disabled.username);
  await web.getByRole('button', { name: new RegExp(`${disabled.fullName}.*Token Físico`) }).click();
  await eventually(
    async () => await rows().locator('th').allTextContents(),
    (events) => events.join() === 'Datos del usuario actualizados,Token creado',
  );
  await rows().first().getByRole('link', { name: disabled.fullName }).click();
  await web.locator('.history-item').getByText('Token creado').waitFor();
  await web.getByRole('link', { name: 'Token Físico' }).waitFor();

  await web.goBack();
  await web.getByLabel('Hasta el día').fill('2020-01-01');
  await web.getByText('Nada coincide con estos filtros').waitFor();
});

test('a list is exported whole, as one file with one header', async () => {
  await openList('/administracion/token/virtual?orden=reciente');
  const download = web.waitForEvent('download', { timeout: 300_000 });
  await web.getByRole('button', { name: 'Exportar CSV' }).click();
  const text = await readFile(await (await download).path(), 'utf8');
  const rows = parse<Record<string, string>>(text, { columns: true, bom: true });
  expect(rows).toHaveLength(EVERYBODY);
  expect(new Set(rows.map((row) => row['holder.username'])).size).toBe(EVERYBODY);
  expect((await download).suggestedFilename()).toMatch(/^llavero-tokens-\d{4}-\d{2}-\d{2}\.csv$/);
  await web.getByText(/^Exportadas [\d.]+ filas\.$/).waitFor();
}, 400_000);

test('an export that fails or is stopped leaves no file', async () => {
  await openList('/administracion/registro');
  let downloads = 0;
  web.on('download', () => {
    downloads += 1;
  });
  let pages = 0;
  await web.route(/\/events\?.*limit=100/, (route) => {
    pages += route.request().method() === 'GET' ? 1 : 0;
    return pages > 1
      ? route.fulfill({
          status: 400,
          headers: CORS,
          body: '{"code":"VALIDATION_FAILED"}',
        })
      : route.fallback();
  });
  await web.getByRole('button', { name: 'Exportar CSV' }).click();
  await web.getByText('No se exportó nada').waitFor();

  // The next answer does not come, until it is stopped.
  await restoreNetwork(web);
  await web.route(/\/events\?.*limit=100/, (route) =>
    route.request().method() === 'GET' ? undefined : route.fallback(),
  );
  await web.getByRole('button', { name: 'Exportar CSV' }).click();
  await web.getByRole('button', { name: 'Detener la exportación' }).click();
  await web.getByRole('button', { name: 'Exportar CSV' }).waitFor();
  expect(downloads).toBe(0);
});

test('codes for many are shown once, as letters or as a file, and closing asks', async () => {
  await openList('/administracion/token/virtual');
  const sought = several();
  await web.getByLabel('Buscar usuario').fill('s10');
  await matches(web, `${sought.length} coincidencias`);
  await web.getByLabel(`Elegir: ${nth(sought, 0).fullName}`).check();
  await web.getByRole('button', { name: 'Elegir todos los que coinciden' }).click();
  await web.getByText(`${sought.length} usuarios elegidos.`).waitFor();
  await web.getByRole('button', { name: 'Códigos de activación' }).click();
  const dialog = web.getByRole('dialog');
  await dialog.getByRole('button', { name: `Generar ${sought.length} códigos` }).click();
  await dialog.getByText(`${sought.length} de ${sought.length} listos.`).waitFor({ timeout: timeFor(sought) });

  const download = web.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Descargar CSV' }).click();
  const rows = parse<Record<string, string>>(await readFile(await (await download).path(), 'utf8'), {
    columns: true,
    bom: true,
  });
  expect(rows.map(({ username }) => username).sort()).toEqual(sought.map(({ username }) => username).sort());
  // On paper there are the letters, and nothing else.
  await web.emulateMedia({ media: 'print' });
  expect(await web.locator('.letter').count()).toBe(sought.length);
  expect(await web.locator('.letter-code').allTextContents()).toEqual(rows.map((row) => row.activation_code));
  expect(await web.locator('.letter').first().isVisible()).toBe(true);
  expect(await web.locator('.shell').isVisible()).toBe(false);
  await web.emulateMedia({ media: 'screen' });
  expect(await web.locator('.letter').first().isVisible()).toBe(false);

  await dialog.getByRole('button', { name: 'Descargar CSV' }).focus();
  await web.keyboard.press('Escape');
  await dialog.getByText(`¿Cerrar? Los ${sought.length} códigos no se podrán ver de nuevo.`).waitFor();
  await dialog.getByRole('button', { name: 'Volver a los códigos' }).click();
  await dialog.getByRole('button', { name: 'Imprimir cartas' }).waitFor();
  await web.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Sí, cerrar' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await web.locator('.letter').count()).toBe(0);
});

test('many are blocked at once, each by a change of its own; what failed is said and tried again', async () => {
  await openList('/administracion/token/virtual');
  const sought = several();
  await web.getByLabel('Buscar usuario').fill('s10');
  await matches(web, `${sought.length} coincidencias`);
  await web.getByLabel('Elegir toda la página').check();
  await web.getByRole('button', { name: 'Elegir todos los que coinciden' }).click();
  await web.getByText(`${sought.length} usuarios elegidos.`).waitFor();
  await web.getByText('Liberar y desbloquear se hacen uno por uno').waitFor();
  await web.getByRole('button', { name: 'Bloquear los elegidos' }).click();

  // Of one the answer is lost after the block, of another the service refuses the first try.
  const faults = ['lost', 'refused'];
  await web.route(/\/changes$/, async (route) => {
    const fault = route.request().method() === 'POST' ? faults.shift() : undefined;
    if (fault === 'lost') {
      await route.fetch();
      return route.abort('connectionreset');
    }
    if (fault === 'refused') {
      return route.fulfill({ status: 409, headers: CORS, body: '{"code":"ACTION_NOT_AVAILABLE"}' });
    }
    return route.fallback();
  });
  const dialog = web.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: `Bloquear ${sought.length} tokens` });
  await confirm.click();
  await dialog.getByText('Elija una causal.').waitFor();
  await dialog.getByText('Retiro del usuario', { exact: true }).click();
  await confirm.click();
  const allButOne = `${sought.length - 1} de ${sought.length} listos. 1 no se pudo hacer:`;
  await dialog.getByText(allButOne).waitFor({ timeout: timeFor(sought) });
  await dialog.getByText('esta acción ya no está disponible').waitFor();
  await dialog.getByRole('button', { name: 'Intentar de nuevo con 1' }).click();
  await dialog.getByText(`${sought.length} de ${sought.length} listos.`).waitFor();
  await dialog.getByRole('button', { name: 'Cerrar' }).last().click();
  await eventually(
    () => web.locator('tbody').getByText('Bloqueado', { exact: true }).count(),
    (count) => count === Math.min(25, sought.length),
  );

  const changes = await listAll(await openWeb(administrator), '/changes?action=BLOCK', changeSchema);
  expect(changes.map(({ holder, reason, status }) => [holder.username, reason, status]).sort()).toEqual(
    sought.map(({ username }) => [username, 'USER_LEFT', 'APPLIED']).sort(),
  );

  // Whoever is blocked already is left out, and said to be.
  await web.getByLabel('Elegir toda la página').check();
  await web.getByRole('button', { name: 'Bloquear los elegidos' }).click();
  await dialog.getByText('Ninguno de los tokens elegidos se puede bloquear aquí.').waitFor();
});
