// How it looks: every page in every theme, size and language is still, fits and is accessible; and
// pictures of all for people. The full product of them is for `--all`.

import { LANGUAGES, expectStill, prefer, ready } from '../lib/app.mjs';
import { expectAria } from '../lib/aria.mjs';
import { expectAccessible } from '../lib/axe.mjs';
import { expect, expectEqual } from '../lib/check.mjs';
import { DESKTOP, PHONE } from '../lib/visit.mjs';

const STRANGER = 'stranger.lan';
// Whoever calls this computer by a name it does not have is a stranger.
const browserArgs = [`--host-resolver-rules=MAP ${STRANGER} 127.0.0.1`];
const SIZES = { phone: PHONE, desktop: DESKTOP };
const THEMES = ['light', 'dark'];

const CONTENT = [
  ['2026-07-14 Summer by the sea, all the pictures that were too good to throw away (final, really).tar.gz', 'x'.repeat(5_300_000)],
  ['صور العائلة ٢٠٢٦.jpg', Buffer.from('ffd8ffe000104a464946000101', 'hex')],
  ['日本旅行の記録.mov', Buffer.from('000000186674797071742020', 'hex')],
  ['notes.txt', 'short'],
  ['été à la mer.pdf', '%PDF-1.4'],
  ['.hidden', 'x'],
];

// `plain`: made without script. `stranger`: seen by somebody who is not let in.
const EMPTY = [
  { name: 'home-empty', path: '/' },
  { name: 'files-empty', path: '/files' },
];
const PAGES = [
  { name: 'home', path: '/' },
  { name: 'files', path: '/files' },
  { name: 'system', path: '/status' },
  { name: 'docs', path: '/docs' },
  { name: 'article', path: '/docs/start' },
  { name: 'not-found', path: '/no/such/page' },
  { name: 'offline', path: '/offline', plain: true },
  { name: 'landing', path: '/', stranger: true },
  { name: 'forbidden', path: '/files', stranger: true, plain: true },
];

// What differs from run to run in what a page says.
const VARY = [/\d\d:\d\d/, /\d+ \w+ \d{4}/, /127\.0\.0\.1:\d+/, /stranger\.lan:\d+/, /Answered in \d+ ms/, /[\d.,]+ [kMGT]?B free/, /[\d.,]+ [GT]B/, /[0-9a-f]{8}-[0-9a-f-]{27}/, /Version [\d.]+/];

export const journeys = [
  ...THEMES.flatMap((theme) => Object.keys(SIZES).map((size) => everyPage({ theme, size }))),
  ...LANGUAGES.map((language) => everyPage({ theme: 'light', size: 'desktop', language })),
  ...LANGUAGES.flatMap((language) =>
    THEMES.flatMap((theme) => Object.keys(SIZES).map((size) => ({ ...everyPage({ theme, size, language }), slow: true }))),
  ).filter(({ name }) => !name.includes('in light on a desktop')),
  {
    name: 'what each page says to those who do not see it',
    browserArgs,
    async run(visit) {
      visit.expectTrouble(/40[34]/);
      for (const [name, content] of CONTENT.slice(1)) await visit.program.put(name, content);
      // What the system page says depends on what has just been done.
      for (const place of PAGES.filter(({ name }) => name !== 'system')) {
        const page = await open(visit, { viewport: DESKTOP }, place);
        await expectAria(page.locator('body'), `page-${place.name}`, VARY);
        await page.context().close();
      }
    },
  },
  {
    name: 'at 200 % and with the widest letters nothing is cut off',
    browserArgs,
    async run(visit) {
      visit.expectTrouble(/40[34]/);
      for (const [name, content] of CONTENT) await visit.program.put(name, content);
      for (const place of PAGES) {
        // A window of 1280 at 200 % is one of 640.
        const page = await open(visit, { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }, place);
        await expectFits(page, `${place.name} at 200 %`);
        await page.context().close();
      }
    },
  },
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
      visit.expectTrouble(/ERR_ABORTED|ERR_FAILED|dynamically imported module|Failed to fetch/);
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

function everyPage({ theme, size, language }) {
  const spoken = language ? ` in ${language}` : '';
  return {
    name: `every page${spoken} in ${theme} on a ${size} is still, fits and is accessible`,
    browserArgs,
    async run(visit) {
      visit.expectTrouble(/40[34]/);
      const options = { viewport: SIZES[size], colorScheme: theme, isMobile: size === 'phone', hasTouch: size === 'phone', locale: language ?? 'en-GB' };
      const picture = (place) => [place.name, language, theme, size].filter(Boolean).join('-');
      if (!language) for (const place of EMPTY) await look(visit, options, place, picture(place));
      for (const [name, content] of CONTENT) await visit.program.put(name, content);
      for (const place of PAGES) await look(visit, options, place, picture(place));
    },
  };
}

async function open(visit, options, { path, plain, stranger }) {
  const page = await visit.page(options);
  await page.goto(stranger ? `http://${STRANGER}:${visit.program.port}${path}` : path);
  if (!plain) await ready(page);
  await page.evaluate(() => document.fonts.ready);
  return page;
}

async function look(visit, options, place, picture) {
  const page = await open(visit, options, place);
  await visit.photograph(page, picture);
  await expectStill(page);
  await expectFits(page, picture);
  await expectAccessible(page, picture);
  await page.context().close();
}

/** Nothing makes the page scroll sideways. */
async function expectFits(page, what) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expectEqual(wide, 0, `${what} scrolls sideways`);
}

const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
