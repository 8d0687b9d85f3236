// Places with less: no script, no secure context.

import { choose, download, expectRows, languageOf, prefer, row, rows } from '../lib/app.mjs';
import { expect, expectEqual } from '../lib/check.mjs';

// Where scripts are off, Chromium refuses to load them ahead of time.
const NO_PRELOAD = /request failed: GET .*\.js csp$/;
const LAN_NAME = 'dropcast.lan';
const STRANGER = 'stranger.lan';

export const journeys = [
  {
    name: 'without JavaScript one can look, take away and choose a language',
    async run(visit) {
      visit.expectTrouble(NO_PRELOAD);
      await visit.program.put('here.txt', 'still here');
      const page = await visit.page({ javaScriptEnabled: false });
      await page.goto('/files');
      expectEqual(await rows(page).count(), 1, 'the list is there');
      const arrived = await download(page, row(page, 'here.txt').locator('a').last());
      expectEqual(arrived.content.toString(), 'still here', 'the download');
      await prefer(page, 'language', 'es');
      expectEqual(await languageOf(page), 'es', 'the language');
      await prefer(page, 'theme', 'dark');
      expectEqual(await page.locator('html').getAttribute('data-theme'), 'dark', 'the theme');
      await page.locator('nav a[href="/status"]:visible').first().click();
      await page.getByTestId('health-part').first().waitFor();
    },
  },
  {
    name: 'every page shows its content without JavaScript, and nothing that would do nothing',
    browserArgs: [`--host-resolver-rules=MAP ${STRANGER} 127.0.0.1`],
    async run(visit) {
      visit.expectTrouble(NO_PRELOAD);
      visit.expectTrouble(/404/);
      await visit.program.put('here.txt', 'still here');
      const stranger = `http://${STRANGER}:${visit.program.port}/`;
      const pages = [
        ['/', 'Added'],
        ['/files', '1 file'],
        ['/status', 'All is well'],
        ['/docs', 'Start here'],
        ['/docs/start', 'Start it'],
        ['/no/such/page', 'Nothing at this address'],
        ['/offline', 'can’t be reached'],
        [stranger, 'Not open to you yet'],
      ];
      for (const [address, words] of pages) {
        const page = await visit.page({ javaScriptEnabled: false });
        await page.goto(address);
        const text = await page.locator('main').innerText();
        expect(text.includes(words), `${address} says “${words}”:\n${text}`);
        for (const control of ['.jump-field', '.jump', '.upload']) {
          expectEqual(await page.locator(`${control}:visible`).count(), 0, `${control} on ${address}`);
        }
        await page.context().close();
      }
    },
  },
  {
    name: 'a long list is read to its end without JavaScript',
    async run(visit) {
      visit.expectTrouble(NO_PRELOAD);
      for (let number = 0; number < 105; number += 1) await visit.program.put(`${number}.txt`, `${number}`);
      const page = await visit.page({ javaScriptEnabled: false });
      await page.goto('/files');
      expectEqual(await rows(page).count(), 100, 'the first page');
      await page.locator('a[href*="after="]').click();
      await page.waitForURL(/after=/);
      expectEqual(await rows(page).count(), 5, 'the second page');
    },
  },
  {
    name: 'plain HTTP at an address of the local network',
    browserArgs: [`--host-resolver-rules=MAP ${LAN_NAME} 127.0.0.1`],
    settings: (port) => ({ DROPCAST_PUBLIC_URL: `http://${LAN_NAME}:${port}` }),
    async run(visit) {
      visit.origin = `http://${LAN_NAME}:${visit.program.port}`;
      const page = await visit.open('/files');
      expectEqual(await page.evaluate(() => window.isSecureContext), false, 'this is no secure context');
      await choose(page, [{ name: 'lan.txt', mimeType: 'text/plain', buffer: Buffer.from('over the wire') }]);
      await expectRows(page, 1);
      const arrived = await download(page, row(page, 'lan.txt').locator('a').first());
      expectEqual(arrived.content.toString(), 'over the wire', 'the download');
      await prefer(page, 'language', 'de');
      expectEqual(await languageOf(page), 'de', 'forms work there, too');
      expect((await page.locator('body').textContent()).includes(visit.origin), 'the page names this address');
    },
  },
];
