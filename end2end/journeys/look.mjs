// How it looks: themes, sizes, stillness, accessibility; and pictures for people.

import { prefer, expectStill, ready } from '../lib/app.mjs';
import { expectAccessible } from '../lib/axe.mjs';
import { expect, expectEqual } from '../lib/check.mjs';
import { DESKTOP, PHONE } from '../lib/visit.mjs';

const SIZES = { phone: PHONE, desktop: DESKTOP };
const CONTENT = [
  ['2026-07-14 Summer by the sea, all the pictures that were too good to throw away (final, really).tar.gz', 'x'.repeat(5_300_000)],
  ['صور العائلة ٢٠٢٦.jpg', Buffer.from('ffd8ffe000104a464946000101', 'hex')],
  ['日本旅行の記録.mov', Buffer.from('000000186674797071742020', 'hex')],
  ['notes.txt', 'short'],
  ['été à la mer.pdf', '%PDF-1.4'],
  ['.hidden', 'x'],
];

export const journeys = [
  ...['light', 'dark'].flatMap((theme) =>
    Object.entries(SIZES).map(([size, viewport]) => ({
      name: `every page in ${theme} on a ${size} is still and accessible`,
      async run(visit) {
        visit.expectTrouble(/404/);
        const options = { viewport, colorScheme: theme, isMobile: size === 'phone', hasTouch: size === 'phone' };
        await look(visit, options, '/', `files-empty-${theme}-${size}`);
        for (const [name, content] of CONTENT) await visit.program.put(name, content);
        await look(visit, options, '/', `files-${theme}-${size}`);
        await look(visit, options, '/status', `system-${theme}-${size}`);
        await look(visit, options, '/no/such/page', `not-found-${theme}-${size}`, false);
      },
    })),
  ),
  {
    name: 'a chosen theme is there from the first paint and stays',
    async run(visit) {
      // Without a worker, which would have the scripts that are refused below.
      const page = await visit.open('/', { colorScheme: 'light', serviceWorkers: 'block' });
      const light = await background(page);
      await prefer(page, 'theme', 'dark');
      const dark = await background(page);
      expect(light !== dark, `the page looks the same in both: ${light}`);

      // Without its script the document alone must be dark already: nothing flashes.
      await page.route('**/*.{js,wasm}', (route) => route.abort('aborted'));
      visit.expectTrouble(/ERR_ABORTED|ERR_FAILED|dynamically imported module/);
      const answer = await page.reload({ waitUntil: 'domcontentloaded' });
      expect((await answer.text()).includes('data-theme="dark"'), 'the document says its theme');
      expectEqual(await background(page), dark, 'the first paint');
      await page.unroute('**/*.{js,wasm}');

      await page.goto('/status');
      await ready(page);
      expectEqual(await background(page), dark, 'the next page');
      await prefer(page, 'theme', 'system');
      expectEqual(await background(page), light, 'back to what the device says');
    },
  },
];

async function look(visit, options, path, picture, hasScript = true) {
  const page = await visit.page(options);
  await page.goto(path);
  if (hasScript) await ready(page);
  await page.evaluate(() => document.fonts.ready);
  await visit.photograph(page, picture);
  await expectStill(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expectEqual(wide, 0, `${picture} scrolls sideways`);
  await expectAccessible(page, picture);
  await page.context().close();
}

const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
