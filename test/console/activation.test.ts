import type { Page } from 'playwright-core';
import { buildActivationLink } from '../../console/src/common/activation-link.ts';
import { drawQr } from '../../console/src/console/draw-qr.ts';
import { loadCompany, nth, type Person } from '../cloud/support/company.ts';
import { stack } from '../cloud/support/stack.ts';
import { violations } from './support/accessibility.ts';
import { openWindow, PHONE_SCREEN, useBrowser } from './support/browser.ts';
import { focusOn } from './support/keyboard.ts';
import { enrol, openConsole, passLogin } from './support/people.ts';
import { named } from './support/steps.ts';

useBrowser();

/** The QR code in the dialog, as the path of its dark squares. */
async function readQr(page: Page): Promise<string> {
  return (await page.locator('.dialog .qr path').getAttribute('d')) ?? '';
}

/** Gives the browser, which has none here, a camera that sees a QR code, and a reader of it. */
const seeingCamera = (text: string): string => `
  window.BarcodeDetector = class { async detect() { return [{ rawValue: ${JSON.stringify(text)} }]; } };
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement('canvas');
    canvas.getContext('2d').fillRect(0, 0, 9, 9);
    window.camera = canvas.captureStream(5);
    return window.camera;
  };`;

test('an activation code is made from the row, is printed as a letter, and is not lost by Escape', async () => {
  const company = await loadCompany('CARTA', { administrators: 1, secondaries: 1 });
  const holder = nth(company.secondaries, 0);
  const { page: web } = await openConsole(nth(company.administrators, 0));
  await web.getByRole('button', { name: `Código de activación: ${named(holder)}`, exact: true }).click();
  const dialog = web.getByRole('dialog');

  // Nothing is lost yet: Escape closes at once.
  await dialog.getByRole('button', { name: 'Generar código' }).waitFor();
  await web.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await web.getByRole('button', { name: `Código de activación: ${named(holder)}`, exact: true }).click();
  await dialog.getByRole('button', { name: 'Generar código' }).click();
  const code = (await web.locator('.activation-code').textContent()) ?? '';
  expect(await readQr(web)).toBe(drawQr(buildActivationLink(stack().phoneUrl, code)).path);
  await web.keyboard.press('Escape');
  await dialog.getByText('El código no se vuelve a mostrar').waitFor();
  await focusOn(web, 'Seguir viendo el código');
  expect(await violations(web)).toEqual([]);
  // A second Escape is no answer.
  await web.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Seguir viendo el código' }).click();
  expect(await web.locator('.activation-code').textContent()).toBe(code);
  expect(await web.evaluate('document.activeElement?.getAttribute("role")')).toBe('dialog');

  await web.emulateMedia({ media: 'print' });
  const letter = String(await web.evaluate('document.body.innerText'));
  for (const said of [company.name, holder.fullName, holder.username, code, 'Vence', '018000 514652'])
    expect(letter).toContain(said);
  expect(await web.locator('.letter .qr').isVisible()).toBe(true);
  for (const other of ['Administración de Token', 'Ya lo entregué']) expect(letter).not.toContain(other);
  await web.emulateMedia({ media: 'screen' });

  await dialog.getByRole('button', { name: 'Imprimir carta' }).focus();
  await web.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Cerrar de todos modos' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await web.locator('.activation-code').count()).toBe(0);

  await enrolByLink(holder, code);
});

/** Opens the link of the QR code as the holder's phone does, then reads it by the camera, and enrols. */
async function enrolByLink(holder: Person, code: string): Promise<void> {
  const { page: phone } = await openWindow(PHONE_SCREEN);
  const sent: string[] = [];
  phone.on('request', (request) => sent.push(request.url() + (request.postData() ?? '')));
  await phone.addInitScript(seeingCamera(buildActivationLink(stack().phoneUrl, code)));
  await phone.goto(buildActivationLink(stack().phoneUrl, code));
  await passLogin(phone, holder);
  const field = phone.getByLabel('Código de activación');
  await field.waitFor();
  expect(await field.inputValue()).toBe(code);
  // Neither a server nor the history has it.
  expect(phone.url()).not.toContain(code);
  expect(sent.filter((text) => text.includes(code))).toEqual([]);

  await field.fill('');
  await phone.getByRole('button', { name: 'Leer el código QR con la cámara' }).click();
  await field.waitFor();
  expect(await field.inputValue()).toBe(code);
  expect(await phone.evaluate('window.camera.getTracks().every((it) => it.readyState === "ended")')).toBe(true);

  // A camera that the person refuses leaves the typing.
  await phone.evaluate('navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error("refused"))');
  await phone.getByRole('button', { name: 'Leer el código QR con la cámara' }).click();
  await phone.getByText('No se pudo usar la cámara').waitFor();
  expect(await violations(phone)).toEqual([]);
  await phone.getByRole('button', { name: 'Digitar el código' }).click();
  expect(await field.inputValue()).toBe(code);
  await enrol(phone, code);
}
