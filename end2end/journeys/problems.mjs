// What people see when they may not, when it is too much, and while the house is closed.

import { languageOf } from '../lib/app.mjs';
import { expectAccessible } from '../lib/axe.mjs';
import { expect, expectEqual, until } from '../lib/check.mjs';
import { DESKTOP, PHONE } from '../lib/visit.mjs';

const STRANGE_NAME = 'somewhere.example';
const LOOKS = [
  ['light-desktop', { colorScheme: 'light', viewport: DESKTOP }],
  ['dark-desktop', { colorScheme: 'dark', viewport: DESKTOP }],
  ['light-phone', { colorScheme: 'light', viewport: PHONE, isMobile: true, hasTouch: true }],
  ['dark-phone', { colorScheme: 'dark', viewport: PHONE, isMobile: true, hasTouch: true }],
];

export const journeys = [
  {
    name: 'whoever may not come in reads why, in every look',
    browserArgs: [`--host-resolver-rules=MAP ${STRANGE_NAME} 127.0.0.1`],
    async run(visit) {
      visit.origin = `http://${STRANGE_NAME}:${visit.program.port}`;
      visit.expectTrouble(/403/);
      for (const [name, look] of LOOKS) {
        const page = await visit.page(look);
        await page.goto('/de/status');
        expectEqual(await languageOf(page), 'de', 'its language');
        const id = await page.locator('.reference code').textContent();
        expect(/^[0-9a-f-]{36}$/.test(id), `a reference to quote: ${id}`);
        await expectFit(page, `forbidden-${name}`);
        await visit.photograph(page, `problem-forbidden-${name}`);
      }
    },
  },
  {
    name: 'the house is closed with a sentence, and opens by itself',
    settings: () => ({ DROPCAST_MAINTENANCE: 'Two new disks go in. Back at about 18:00.' }),
    async run(visit) {
      visit.expectTrouble(/503/);
      for (const [name, look] of LOOKS) {
        const page = await visit.page({ ...look, locale: 'it' });
        await page.goto('/');
        expectEqual(await languageOf(page), 'it', 'its language');
        expectEqual(await page.locator('.more').textContent(), 'Two new disks go in. Back at about 18:00.', 'the sentence');
        await expectFit(page, `maintenance-${name}`);
        await visit.photograph(page, `problem-maintenance-${name}`);
      }
      const page = await visit.page();
      await page.goto('/status');
      await page.context().route('**/status', (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Open</h1>' }));
      await until('it opened by itself', async () => (await page.locator('h1').textContent()) === 'Open');
    },
  },
  {
    name: 'too many requests are a page, too, and a chosen theme holds on it',
    settings: () => ({ DROPCAST_LIMIT_PAGE: '1' }),
    async run(visit) {
      visit.expectTrouble(/429/);
      const page = await visit.page({ colorScheme: 'light', locale: 'fr' });
      await page.context().addCookies([{ name: 'dc_theme', value: 'dark', url: visit.origin }]);
      const ask = async () => (await page.goto('/no/such/page')).status() === 429;
      visit.expectTrouble(/404/);
      await until('it was too much', ask);
      expectEqual(await page.locator('html').getAttribute('data-theme'), 'dark', 'the theme');
      expectEqual(await page.locator('meta[name="theme-color"]').count(), 1, 'one colour around it');
      await expectFit(page, 'too many');
      await visit.photograph(page, 'problem-busy-dark');
    },
  },
];

/** Nothing sticks out sideways, and everybody can read it. */
async function expectFit(page, what) {
  await page.evaluate(() => document.fonts.ready);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expectEqual(wide, 0, `${what} scrolls sideways`);
  await expectAccessible(page, what);
}
