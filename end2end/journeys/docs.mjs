// The documentation: for everybody, in every language, with and without script.

import { LANGUAGES, expectStill, languageOf } from '../lib/app.mjs';
import { expectAccessible } from '../lib/axe.mjs';
import { catalogue } from '../lib/catalogue.mjs';
import { expect, expectEqual, until } from '../lib/check.mjs';
import { DESKTOP, PHONE } from '../lib/visit.mjs';

// Where scripts are off, Chromium refuses to load them ahead of time.
const NO_PRELOAD = /request failed: GET .*\.js csp$/;
const SIZES = { phone: PHONE, desktop: DESKTOP };
const GUIDE = ['start', 'files', 'app', 'terminal', 'trouble', 'run'];
const ARTICLES = [...GUIDE, 'configuration', 'jobs', 'logging', 'api'];

export const journeys = [
  ...LANGUAGES.map((language) => ({
    name: `the index and every article in ${language}, without a word from elsewhere`,
    async run(visit) {
      const own = await catalogue(language);
      const page = await visit.page({ locale: 'en-GB' });
      const address = (path) => `/${language}${path}`;
      await page.goto(address('/docs'));
      expectEqual(await languageOf(page), language, 'the document says its language');
      expectEqual(await page.locator('main h1').textContent(), own.get('nav.docs')[0], 'the heading');
      const links = await hrefs(page, '.shelf a');
      expectEqual(links, ARTICLES.map((name) => address(`/docs/${name}`)), 'every article is listed, in this language');
      const titles = await page.locator('.shelf a').allTextContents();
      for (const [position, name] of ARTICLES.entries()) {
        await page.goto(address(`/docs/${name}`));
        const title = titles[position];
        expectEqual(await page.locator('main h1').textContent(), title, `the heading of ${name}`);
        expect((await page.title()).startsWith(`${title} · `), `the title of ${name}: ${await page.title()}`);
        const body = page.locator('.prose');
        expectEqual(await body.getAttribute('lang'), GUIDE.includes(name) ? language : 'en', `the language of ${name}`);
        const foreign = own.get('docs.in_english')[0];
        const says = await page.getByText(foreign, { exact: true }).count();
        expectEqual(says, !GUIDE.includes(name) && language !== 'en' ? 1 : 0, `${name} says that it is in English`);
      }
    },
  })),
  {
    name: 'every link inside leads somewhere, and nothing travels twice',
    async run(visit) {
      const checked = new Set();
      for (const name of ARTICLES) {
        const answer = await visit.program.request('GET', `/it/docs/${name}`, undefined, { accept: 'text/html' });
        expectEqual(answer.status, 200, name);
        const html = answer.body.toString();
        const body = html.match(/<div [^>]*class="prose"[^>]*>([\s\S]*?)<nav [^>]*class="pager"/)?.[1];
        expect(body, `${name} has a body`);
        const sentence = body.match(/<p>([^<]{30,60})/)?.[1];
        expectEqual(html.split(sentence).length - 1, 1, `how often “${sentence}” of ${name} is sent`);
        for (const [, href] of body.matchAll(/<a href="([^"]+)"/g)) {
          const target = new URL(href.replaceAll('&amp;', '&'), `${visit.origin}/it/docs/${name}`);
          if (target.origin !== visit.origin) continue;
          if (!target.pathname.startsWith('/api/') && !target.pathname.startsWith('/health')) {
            expect(target.pathname.startsWith('/it'), `${name}: ${href} leaves the language`);
          }
          const place = target.hash.slice(1);
          target.hash = '';
          if (checked.has(`${target}#${place}`)) continue;
          checked.add(`${target}#${place}`);
          const there = await visit.program.request('GET', target.pathname, undefined, { accept: 'text/html' });
          expectEqual(there.status, 200, `${name}: ${href}`);
          if (place) expect(there.body.toString().includes(` id="${place}"`), `${name}: ${href} is no place`);
        }
      }
    },
  },
  {
    name: 'reading on: links within articles, the way up, the neighbours, back again',
    async run(visit) {
      const page = await visit.page();
      await page.goto('/de/docs');
      await taken(page);
      await page.evaluate(() => (window.sameDocument = true));
      await page.locator('.shelf a').first().click();
      await reads(page, '/de/docs/start', 'dropcast.db');
      await page.locator('.prose a[href="files"]').click();
      await reads(page, '/de/docs/files', '255 Byte');
      await page.locator('.pager .prev').click();
      await reads(page, '/de/docs/start', 'dropcast.db');
      await page.goBack();
      await reads(page, '/de/docs/files', '255 Byte');
      await page.locator('.trail a').click();
      await until('the index is there', async () => (await page.locator('.shelf').count()) === 3);
      expectEqual(new URL(page.url()).pathname, '/de/docs', 'the way up keeps the language');
      expectEqual(await page.evaluate(() => window.sameDocument), true, 'nothing was loaded anew');
    },
  },
  {
    name: 'the words stay as they are when the page is taken over',
    async run(visit) {
      const page = await visit.page();
      await page.addInitScript(() => {
        window.titles = new Set();
        new MutationObserver(() => document.head?.querySelector('title') && window.titles.add(document.title)).observe(document, {
          childList: true,
          characterData: true,
          subtree: true,
        });
      });
      await page.goto('/docs/terminal', { waitUntil: 'commit' });
      await page.locator('.pager').waitFor();
      const title = await page.title();
      const before = await page.locator('.prose').innerHTML();
      expect(before.includes(`${visit.origin}/api/v1/files/`), 'commands name this installation');
      await taken(page);
      expectEqual(await page.locator('.prose').innerHTML(), before, 'the words after');
      expectEqual(await page.evaluate(() => [...window.titles]), [title], 'every title there was');
      await expectStill(page);
    },
  },
  {
    name: 'the contents lead to the heading and take the keyboard along',
    async run(visit) {
      const page = await visit.page();
      await page.goto('/docs/configuration');
      await taken(page);
      const link = page.locator('.contents a').nth(4);
      const place = (await link.getAttribute('href')).slice(1);
      await link.click();
      const top = () => page.evaluate((id) => document.getElementById(id).getBoundingClientRect().top, place);
      await until('the heading is in sight', async () => (await top()) >= 0 && (await top()) < 200);
      expectEqual(new URL(page.url()).hash, `#${place}`, 'the address says where one is');
      await page.goto('/docs/configuration#logging');
      const there = () => page.evaluate(() => document.getElementById('logging').getBoundingClientRect().top);
      await until('an address with a place opens there', async () => (await there()) >= 0 && (await there()) < 200);
    },
  },
  {
    name: 'without JavaScript all of it can be read',
    async run(visit) {
      visit.expectTrouble(NO_PRELOAD);
      const page = await visit.page({ javaScriptEnabled: false, locale: 'fr', viewport: PHONE });
      await page.goto('/docs');
      await page.locator('.shelf a[href="/docs/files"]').click();
      await page.waitForURL('**/docs/files');
      expectEqual(await page.locator('.prose').getAttribute('lang'), 'fr', 'the language');
      await page.locator('.contents-fold summary').click();
      await page.locator('.contents-fold a').last().click();
      await page.waitForURL(/#/);
      await page.locator('.prose a[href="terminal"]').click();
      await page.waitForURL('**/docs/terminal');
      await page.locator('.pager .next').click();
      await page.waitForURL('**/docs/trouble');
    },
  },
  {
    name: 'an article that is not there is not found',
    async run(visit) {
      visit.expectTrouble(/answer 404/);
      visit.expectTrouble(/console: Failed to load resource.*404/);
      const page = await visit.page();
      const answer = await page.goto('/es/docs/nothing-of-this-name');
      expectEqual(answer.status(), 404, 'the status');
      const own = await catalogue('es');
      expectEqual(await page.locator('main h1').textContent(), own.get('not_found.title')[0], 'the page says so');
    },
  },
  {
    name: 'a stranger may read',
    settings: (port) => ({ DROPCAST_PUBLIC_URL: `http://files.example.org:${port}` }),
    async run(visit) {
      const stranger = { host: 'elsewhere.example', accept: 'text/html' };
      for (const path of ['/docs', '/docs/start', '/fr/docs/run']) {
        const answer = await visit.program.request('GET', path, undefined, stranger);
        expectEqual(answer.status, 200, path);
        expect(!answer.body.toString().includes('elsewhere.example'), `${path} does not repeat a foreign name`);
      }
      expectEqual((await visit.program.request('GET', '/files', undefined, stranger)).status, 403, 'files stay closed');
    },
  },
  ...['light', 'dark'].flatMap((theme) =>
    Object.entries(SIZES).map(([size, viewport]) => ({
      name: `the documentation in ${theme} on a ${size} is still and accessible`,
      async run(visit) {
        const options = { viewport, colorScheme: theme, isMobile: size === 'phone', hasTouch: size === 'phone' };
        for (const name of ['', 'start', 'app', 'terminal', 'configuration', 'api']) {
          const page = await visit.page(options);
          await page.goto(name ? `/docs/${name}` : '/docs');
          await taken(page);
          await page.evaluate(() => document.fonts.ready);
          const what = `docs-${name || 'index'}-${theme}-${size}`;
          await visit.photograph(page, what);
          await expectStill(page);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          expectEqual(wide, 0, `${what} scrolls sideways`);
          await expectAccessible(page, what);
          await page.context().close();
        }
      },
    })),
  ),
];

/** The page has been taken over: somebody listens for clicks on links. */
async function taken(page) {
  await page.waitForFunction(() => window.heard.has(window) || window.heard.has(document));
  await page.waitForLoadState('networkidle');
}

/** An article is open at `path`: its words are there, its heading, and its title above all. */
async function reads(page, path, words) {
  await until(`${path} is open, with “${words}”`, async () => {
    const body = await page.locator('.prose').textContent({ timeout: 1000 }).catch(() => '');
    return new URL(page.url()).pathname === path && body.includes(words);
  });
  const heading = await page.locator('main h1').textContent();
  await until(`“${heading}” is the title`, async () => (await page.title()).startsWith(`${heading} · `));
}

async function hrefs(page, selector) {
  return page.locator(selector).evaluateAll((links) => links.map((link) => link.getAttribute('href')));
}
