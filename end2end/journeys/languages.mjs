// Five languages: by address, by choice, by what the browser says. And the clock of each visitor.

import { LANGUAGES, languageOf, prefer, ready } from '../lib/app.mjs';
import { catalogue, leftovers } from '../lib/catalogue.mjs';
import { expect, expectEqual, until } from '../lib/check.mjs';

const PAGES = ['/', '/files', '/status', '/docs'];
const NOWHERE = '/no/such/page';
const english = await catalogue('en');

/** The address of a page in a language. */
const below = (language, page) => `/${language}${page === '/' ? '' : page}`;
const pathOf = (page) => new URL(page.url()).pathname;
const place = (page, address) => page.locator(`.side a:not(.mark)[href="${address}"]`);

// Known to search engines by the name its owner gave.
const named = (port) => ({ DROPCAST_PUBLIC_URL: `http://localhost:${port}` });

export const journeys = [
  ...LANGUAGES.map((language) => ({
    name: `${language} by address, with nothing left in another language`,
    settings: named,
    async run(visit) {
      await visit.program.put('x-1.bin', 'x');
      // The address is stronger than what the browser says.
      const page = await visit.page({ locale: language === 'de' ? 'fr' : 'de' });
      visit.expectTrouble(/404/);
      for (const path of [...PAGES, NOWHERE]) {
        await page.goto(below(language, path));
        await ready(page);
        expectEqual(await languageOf(page), language, `the document at ${path} says its language`);
        await expectOnly(page, language);
        await expectLinksBelow(page, language);
        await expectFound(page, language, path === NOWHERE ? undefined : path, visit.program.port);
      }
    },
  })),
  ...LANGUAGES.map((language) => ({
    name: `${language} by what the browser says`,
    async run(visit) {
      const page = await visit.open('/', { locale: language });
      for (const path of PAGES.slice(1)) {
        expectEqual(await languageOf(page), language, `the document at ${path} says its language`);
        await expectOnly(page, language);
        await place(page, path).click();
        await page.waitForURL(path);
      }
    },
  })),
  {
    name: 'a language in the address stays while one goes from page to page',
    async run(visit) {
      const page = await visit.open('/es', { locale: 'en-GB' });
      await page.evaluate(() => (window.stayed = true));
      for (const path of ['/files', '/status', '/docs', '/', '/files']) {
        await place(page, below('es', path)).click();
        await page.waitForURL(below('es', path));
        await until(`${path} is marked as the place`, async () => (await place(page, below('es', path)).getAttribute('aria-current')) === 'page');
        await expectOnly(page, 'es');
      }
      await page.goBack();
      await page.waitForURL('/es');
      expect(await page.evaluate(() => window.stayed), 'no page was loaded anew');
      await page.reload();
      expectEqual(await languageOf(page), 'es', 'the address is enough');
    },
  },
  {
    name: 'a choice is stronger than what the browser says, and is remembered',
    async run(visit) {
      const page = await visit.open('/status', { locale: 'de' });
      for (const language of ['it', 'en', 'fr']) {
        await prefer(page, 'language', language);
        await ready(page);
        expectEqual(await languageOf(page), language, 'the document says its language');
        expectEqual(pathOf(page), '/status', 'it leads back to where one was');
        await expectOnly(page, language);
      }
      await page.goto('/');
      await ready(page);
      expectEqual(await languageOf(page), 'fr', 'the next page remembers');
      await page.goto('/de/files');
      expectEqual(await languageOf(page), 'de', 'the address is stronger');
    },
  },
  {
    name: 'a choice changes the language in the address',
    async run(visit) {
      const page = await visit.open('/de/files?after=', { locale: 'en-GB' });
      await prefer(page, 'language', 'it');
      await ready(page);
      expectEqual(pathOf(page), '/it/files', 'the same page in the other language');
      expectEqual(await languageOf(page), 'it', 'the document says its language');
      await place(page, '/it/status').click();
      await page.waitForURL('/it/status');
      await prefer(page, 'language', 'fr');
      await ready(page);
      expectEqual(pathOf(page), '/fr/status', 'also after going on by click');
    },
  },
  {
    name: 'a language in the address without JavaScript',
    async run(visit) {
      visit.expectTrouble(/request failed: GET .*\.js csp$/);
      const page = await visit.page({ javaScriptEnabled: false, locale: 'en-GB' });
      await page.goto('/fr');
      for (const path of ['/files', '/status', '/docs']) {
        await place(page, below('fr', path)).click();
        await page.waitForURL(below('fr', path));
        expectEqual(await languageOf(page), 'fr', `${path} stays in its language`);
      }
      await prefer(page, 'language', 'de');
      expectEqual([pathOf(page), await languageOf(page)], ['/de/docs', 'de'], 'a choice changes the address');
    },
  },
  ...['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'].map((zone) => ({
    name: `summer and winter are told by the clock of ${zone}, before and after the page is taken over`,
    settings: () => ({ DROPCAST_TIME_ZONE: 'Asia/Kathmandu' }),
    async run(visit) {
      // The hour before and after each change of European, American and Australian clocks.
      const moments = ['2026-01-15T12:00:00Z', '2026-07-15T12:00:00Z', '2025-03-30T00:59:59Z', '2025-03-30T01:00:00Z', '2025-11-02T05:59:59Z', '2025-11-02T06:00:00Z', '2025-10-04T15:29:59Z', '2025-10-04T15:30:00Z'];
      for (const [number, moment] of moments.entries()) {
        await visit.program.put(`${number}.txt`, `${number}`);
        visit.program.sql(`UPDATE nodes SET added_at = ${Date.parse(moment) * 1000} WHERE name = '${number}.txt'`);
      }
      const page = await visit.open('/files', { timezoneId: zone });
      expectEqual(await clocks(page), told(moments, 'Asia/Kathmandu'), 'an unknown visitor is told in the zone of the site');
      await until('the server knows the zone', async () => (await page.context().cookies()).some((cookie) => cookie.name === 'dc_zone'));
      const [answer] = await Promise.all([page.waitForResponse((response) => response.request().isNavigationRequest()), page.reload()]);
      const painted = [...(await answer.text()).matchAll(/<time [^>]*datetime="([^"]+)"[^>]*>[^<]*?(\d\d:\d\d)/g)].map((found) => `${found[1]} ${found[2]}`);
      expectEqual(painted.sort(), told(moments, zone), 'the first paint');
      await ready(page);
      expectEqual(await clocks(page), told(moments, zone), 'after the page was taken over');
      await place(page, '/status').click();
      await page.waitForURL('/status');
      await place(page, '/files').click();
      await page.waitForURL('/files');
      await until('the list is there', async () => (await clocks(page)).length === moments.length);
      expectEqual(await clocks(page), told(moments, zone), 'as the browser alone writes it');
    },
  })),
];

/** What each time on the page shows, beside what it means. */
async function clocks(page) {
  const shown = await page.locator('main time.when').evaluateAll((times) => times.map((time) => `${time.dateTime} ${time.textContent.match(/\d\d:\d\d/)?.[0]}`));
  return shown.sort();
}

/** The same as the browser's own table of the world has it. */
function told(moments, timeZone) {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  return moments.map((moment) => `${moment} ${clock.format(new Date(moment))}`).sort();
}

/** Each link to a page leads to the page in this language. */
async function expectLinksBelow(page, language) {
  const astray = await page.evaluate((language) => {
    const links = [...document.querySelectorAll('a[href^="/"]:not([rel~="external"])')].map((link) => link.getAttribute('href'));
    return links.filter((href) => href !== `/${language}` && !href.startsWith(`/${language}/`));
  }, language);
  expectEqual(astray, [], `links on ${page.url()} that leave ${language}`);
}

/** Search engines are told of this page in each language; of a page that is not there, nothing. */
async function expectFound(page, language, path, port) {
  const links = await page.evaluate(() => {
    const links = [...document.head.querySelectorAll('link[rel="canonical"], link[rel="alternate"][hreflang]')];
    return Object.fromEntries(links.map((link) => [link.hreflang || 'canonical', link.getAttribute('href')]));
  });
  const origin = `http://localhost:${port}`;
  const all = LANGUAGES.map((other) => [other, origin + below(other, path ?? '')]);
  const expected = path ? { canonical: origin + below(language, path), ...Object.fromEntries(all), 'x-default': origin + path } : {};
  expectEqual(links, expected, `where search engines look for ${page.url()}`);
}

/** No text or label may be one of another language's. */
async function expectOnly(page, language) {
  const seen = await page.evaluate(() => {
    const texts = [document.title.split(' · ')[0]];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      // The names of the languages are each in their own.
      if (!parent.closest('script, style, code, select[name="language"]')) texts.push(walker.currentNode.textContent.trim());
    }
    for (const element of document.body.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) texts.push(element.getAttribute(name) ?? '');
    }
    return [...new Set(texts.filter((text) => text !== ''))];
  });
  const own = await catalogue(language);
  const foreign = language === 'en' ? await catalogue('de') : english;
  expectEqual(leftovers(seen, foreign, own), [], `texts of another language on ${page.url()} in ${language}`);
}
