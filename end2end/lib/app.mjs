// The app's pages in the words of the journeys. Selectors do not depend on the language.

import { readFile } from 'node:fs/promises';

import { expect, until } from './check.mjs';

export const LANGUAGES = ['en', 'de', 'fr', 'es', 'it'];
export const rows = (page) => page.getByTestId('file-row');
export const row = (page, name) => rows(page).filter({ has: page.locator(`a[title=${JSON.stringify(name)}]`) });
export const transfers = (page) => page.getByTestId('transfer-row');
export const parts = (page) => page.getByTestId('health-part');
export const queues = (page) => page.getByTestId('queue-row');
export const jobs = (page) => page.getByTestId('job-row');
export const jobRow = (page, id) => page.locator(`[data-job="${id}"]`);
export const systemLink = (page) => page.locator('nav a[href="/status"]:visible').first();
export const filesLink = (page) => page.locator('nav a[href="/files"]:visible').first();

/** Waits until the page's script has taken over: until somebody listens to the page's first control. */
export async function ready(page) {
  await page.waitForFunction(() => {
    const control = document.querySelector('main button, main input') ?? document.querySelector('.jump-field');
    return control ? window.heard.has(control) : window.heard.has(window) || window.heard.has(document);
  });
}

/** Chooses files as a person does: by the button that opens the chooser. */
export async function choose(page, files) {
  const button = page.locator('label:has([data-testid="upload-input"]):visible').first();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button.click()]);
  await chooser.setFiles(files);
}

/** Drops files on the page. */
export async function drop(page, files) {
  const data = await page.evaluateHandle((files) => {
    const data = new DataTransfer();
    for (const { name, text } of files) data.items.add(new File([text], name));
    return data;
  }, files);
  await page.dispatchEvent('main', 'dragenter', { dataTransfer: data });
  await page.dispatchEvent('main', 'dragover', { dataTransfer: data });
  await page.dispatchEvent('main', 'drop', { dataTransfer: data });
}

/** Follows a link to a file and reads what arrives. */
export async function download(page, link) {
  const [arrived] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return { name: arrived.suggestedFilename(), content: await readFile(await arrived.path()) };
}

/** Chooses language or theme in the form. What needs another page is waited for. */
export async function prefer(page, field, value) {
  const form = page.locator('form[action="/preferences"]');
  if (!(await form.isVisible())) await page.locator('[popovertarget="preferences"]:visible').first().click();
  const choose = async () => {
    if (field === 'language') await form.locator('select').selectOption(value);
    else await form.locator('label', { has: page.locator(`[value="${value}"]`) }).click();
  };
  // Without script nothing is sent before somebody says so.
  const button = form.locator('button');
  const withScript = !(await button.isVisible());
  if (withScript && field === 'theme') return choose();
  if (!withScript) await choose();
  const isPage = (response) => response.request().isNavigationRequest() && response.status() === 200;
  await Promise.all([page.waitForResponse(isPage), withScript ? choose() : button.click()]);
  await page.waitForLoadState();
}

/** Zero in the three digits that the figure is told in: a hair of one word. */
const UNSEEN_SHIFT = 0.0005;

/** Nothing may have moved by itself since the page was opened. */
export async function expectStill(page) {
  const shift = await page.evaluate(() => window.layoutShift);
  expect(shift < UNSEEN_SHIFT, `the page moved by itself: layout shift ${shift}`);
}

/** The language the document says it is in. */
export const languageOf = (page) => page.locator('html').getAttribute('lang');

export async function expectRows(page, count) {
  await until(`there are ${count} rows`, async () => (await rows(page).count()) === count);
}
