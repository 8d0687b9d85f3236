// The shell: from page to page, by key, by name, and when the server is away.

import { choose, drop, expectRows, filesLink, parts, prefer, ready, rows, systemLink, transfers } from '../lib/app.mjs';
import { expectAria } from '../lib/aria.mjs';
import { expectAccessible } from '../lib/axe.mjs';
import { expect, expectEqual, until } from '../lib/check.mjs';
import { PHONE } from '../lib/visit.mjs';

const pathOf = (page) => new URL(page.url()).pathname;
const palette = (page) => page.locator('dialog.palette');
const keys = (page) => page.locator('dialog.keys');
const option = (page, words) => palette(page).getByRole('option', { name: words });
const focused = (page) => page.evaluate(() => document.activeElement?.id ?? '');

export const journeys = [
  {
    name: 'home shows what was added, and how things stand',
    async run(visit) {
      const page = await visit.open('/');
      await page.getByRole('heading', { name: 'Your first file goes here' }).waitFor();
      await choose(page, [{ name: 'first.txt', mimeType: 'text/plain', buffer: Buffer.from('first') }]);
      await expectRows(page, 1);
      for (let number = 0; number < 9; number += 1) await visit.program.put(`${number}.bin`, 'x'.repeat(2000 + number));
      await page.reload();
      await ready(page);
      expectEqual(await rows(page).count(), 8, 'a day shows eight');
      const text = await page.locator('main').innerText();
      for (const words of ['Today', '10 files', 'and 2 more', 'All is well', 'Storage', 'Other', 'Free']) {
        expect(text.includes(words), `home says “${words}”:\n${text}`);
      }
      await page.getByRole('link', { name: /All files/ }).click();
      await expectRows(page, 10);
    },
  },
  {
    name: 'the palette opens by key and by hand, finds by a few letters, and goes there',
    async run(visit) {
      const page = await visit.open('/');
      await page.keyboard.press('Control+k');
      await palette(page).waitFor();
      await expectAria(palette(page), 'palette');
      await expectAccessible(page, 'the palette');
      await page.keyboard.type('sys');
      await until('the best is chosen', async () => (await palette(page).locator('[aria-selected="true"]').innerText()).startsWith('System'));
      await page.keyboard.press('Enter');
      await parts(page).first().waitFor();
      expectEqual(await palette(page).count(), 0, 'it closes');

      await page.locator('.jump-field').click();
      await page.keyboard.type('nothing is called so');
      await palette(page).getByText('Nothing here is called').waitFor();
      expectEqual(await palette(page).getByRole('option').count(), 0, 'an empty list');
      await page.keyboard.press('Escape');
      await palette(page).waitFor({ state: 'detached' });

      await page.keyboard.press('/');
      await palette(page).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/files');
    },
  },
  {
    name: 'the palette changes appearance and language',
    async run(visit) {
      const page = await visit.open('/fr', { colorScheme: 'light' });
      await page.keyboard.press('Control+k');
      await option(page, 'Apparence sombre').click();
      await until('it is dark', async () => (await page.locator('html').getAttribute('data-theme')) === 'dark');
      await page.keyboard.press('Control+k');
      await palette(page).waitFor();
      await page.keyboard.type('ital');
      await Promise.all([page.waitForURL('**/it'), page.keyboard.press('Enter')]);
      expectEqual(await page.locator('html').getAttribute('lang'), 'it', 'the language');
      expectEqual(await page.locator('html').getAttribute('data-theme'), 'dark', 'the appearance stays');
    },
  },
  {
    name: 'on a phone the palette is a sheet under the thumb',
    async run(visit) {
      const page = await visit.open('/', { viewport: PHONE, isMobile: true, hasTouch: true });
      await page.locator('.jump').tap();
      await palette(page).waitFor();
      await until('it stands at the lower edge', async () => {
        const box = await palette(page).boundingBox();
        return Math.round(box.y + box.height) === PHONE.height;
      });
      await visit.photograph(page, 'palette-phone');
      await option(page, 'Files').first().tap();
      await page.waitForURL('**/files');
    },
  },
  {
    name: 'keys lead where the sheet of keys says',
    async run(visit) {
      const page = await visit.open('/');
      await page.keyboard.press('?');
      await keys(page).waitFor();
      await expectAria(keys(page), 'keys');
      await expectAccessible(page, 'the sheet of keys');
      await visit.photograph(page, 'keys');
      await page.keyboard.press('Escape');
      await keys(page).waitFor({ state: 'detached' });
      for (const [key, path] of [['f', '/files'], ['s', '/status'], ['d', '/docs'], ['h', '/']]) {
        await page.keyboard.press('g');
        await page.keyboard.press(key);
        await page.waitForURL(`**${path}`);
      }
      await page.getByRole('heading', { name: 'Your first file goes here' }).waitFor();
      await until('the page has the focus', async () => (await focused(page)) === 'main');
      await page.evaluate(() => addEventListener('click', ({ target }) => (window.pressed = target.dataset.testid), true));
      await page.keyboard.press('u');
      await until('the file chooser was asked for', () => page.evaluate(() => window.pressed === 'upload-input'));
      // Whoever writes means letters.
      await page.keyboard.press('Control+k');
      await palette(page).waitFor();
      await page.keyboard.type('gf?u');
      expectEqual(await keys(page).count(), 0, 'no sheet opens');
      expectEqual(pathOf(page), '/', 'nobody goes anywhere');
    },
  },
  {
    name: 'after each step the page has the focus and its title is said',
    async run(visit) {
      const page = await visit.open('/');
      await systemLink(page).click();
      await parts(page).first().waitFor();
      await until('the page has the focus', async () => (await focused(page)) === 'main');
      const said = () => page.locator('p[role="status"].vh').innerText();
      await until('its title is said', async () => (await said()).startsWith('System'));
      await filesLink(page).click();
      await until('the next title is said', async () => (await said()).startsWith('Files'));
      // The first stop of the Tab key leads past everything.
      await page.goto('/');
      await ready(page);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expectEqual(await focused(page), 'main', 'the skip link');
    },
  },
  {
    name: 'back leads to where one was, down to the line',
    async run(visit) {
      for (let number = 0; number < 60; number += 1) await visit.program.put(`${number}.txt`, `${number}`);
      const page = await visit.open('/files', { viewport: { width: 1000, height: 600 } });
      await page.evaluate(() => window.scrollTo(0, 900));
      await until('it is scrolled', async () => (await page.evaluate(() => window.scrollY)) === 900);
      await page.waitForTimeout(50);
      await systemLink(page).click();
      await parts(page).first().waitFor();
      await until('a new page begins at its top', async () => (await page.evaluate(() => window.scrollY)) === 0);
      await page.goBack();
      await expectRows(page, 60);
      await until('it is where it was', async () => Math.abs((await page.evaluate(() => window.scrollY)) - 900) < 2);
    },
  },
  {
    name: 'appearance changes at once, without another page, and for good',
    async run(visit) {
      const page = await visit.open('/', { colorScheme: 'light' });
      await page.evaluate(() => (window.sameDocument = true));
      await prefer(page, 'theme', 'dark');
      expectEqual(await page.locator('html').getAttribute('data-theme'), 'dark', 'at once');
      expect(await page.evaluate(() => window.sameDocument), 'it stayed one document');
      await visit.photograph(page, 'preferences');
      await expectAccessible(page, 'the preferences');
      await page.goto('/status');
      expectEqual(await page.locator('html').getAttribute('data-theme'), 'dark', 'the next page');
    },
  },
  {
    name: 'a server that is away is said, waited for, and what was cut goes on',
    async run(visit) {
      visit.expectTrouble(/ERR_FAILED|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION/);
      const page = await visit.open('/files');
      const bar = page.getByTestId('connection');
      let away = true;
      const gate = (route) => (away ? route.abort('failed') : route.continue());
      await page.route('**/api/**', gate);
      await page.route('**/healthz', gate);
      await drop(page, [{ name: 'cut.txt', text: 'whole in the end' }]);
      await bar.waitFor({ state: 'visible' });
      expect((await bar.innerText()).includes('doesn’t answer'), 'it says what is wrong');
      await expectAccessible(page, 'the page without its server');
      // Other pages say it in their place, and help themselves when it is over.
      await systemLink(page).click();
      await page.getByRole('heading', { name: 'Something is not working' }).waitFor();
      away = false;
      await bar.waitFor({ state: 'hidden' });
      await parts(page).first().waitFor();
      await until('the file arrived', async () => (await visit.program.files()).total === 1);
      await until('nothing is on its way', async () => (await transfers(page).first().getAttribute('class')) === 'done');
    },
  },
  {
    name: 'a device without network is told so, and when it is back',
    async run(visit) {
      // The worker may just be looking for a newer version.
      visit.expectTrouble(/ERR_INTERNET_DISCONNECTED|fetching the script/);
      const page = await visit.open('/');
      await page.context().setOffline(true);
      const bar = page.getByTestId('connection');
      await bar.waitFor({ state: 'visible' });
      expect((await bar.innerText()).includes('offline'), 'it says so');
      await visit.photograph(page, 'offline-bar');
      await page.context().setOffline(false);
      await bar.waitFor({ state: 'hidden' });
    },
  },
  {
    name: 'an answer that never comes ends in words, and the page goes on',
    slow: true,
    async run(visit) {
      const page = await visit.open('/');
      await page.route('**/api/ui/list_files', () => {});
      await filesLink(page).click();
      await page.getByRole('heading', { name: 'Your files could not be loaded' }).waitFor({ timeout: 60_000 });
      await page.unroute('**/api/ui/list_files');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();
    },
  },
  {
    name: 'who is not let in any more is told so where it matters',
    async run(visit) {
      visit.expectTrouble(/403/);
      const page = await visit.open('/');
      await page.route('**/api/ui/list_files', (route) =>
        route.fulfill({
          status: 403,
          headers: { 'content-type': 'application/problem+json', serverfnerror: '/api/ui/list_files' },
          body: JSON.stringify({ type: 'about:blank', title: 'Not allowed', status: 403, code: 'forbidden', detail: 'You may not do this.' }),
        }),
      );
      await filesLink(page).click();
      await page.getByRole('link', { name: 'Reload the page' }).waitFor();
    },
  },
  {
    name: 'where storage and cookies are blocked everything works and nothing complains',
    async run(visit) {
      await visit.program.put('a.txt', 'x');
      const page = await visit.page();
      await page.addInitScript(() => {
        const blocked = () => {
          throw new DOMException('blocked', 'SecurityError');
        };
        for (const name of ['localStorage', 'sessionStorage', 'caches', 'indexedDB']) {
          Object.defineProperty(window, name, { get: blocked });
        }
        Object.defineProperty(Document.prototype, 'cookie', { get: blocked, set: blocked });
      });
      await page.goto('/');
      await ready(page);
      await expectRows(page, 1);
      await prefer(page, 'theme', 'dark');
      expectEqual(await page.locator('html').getAttribute('data-theme'), 'dark', 'this page is dark');
      await systemLink(page).click();
      await parts(page).first().waitFor();
      await page.keyboard.press('Control+k');
      await palette(page).waitFor();
    },
  },
];
