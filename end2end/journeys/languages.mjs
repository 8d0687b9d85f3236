// Five languages, by what the browser says and by choice.

import { LANGUAGES, languageOf, parts, prefer, ready, systemLink } from '../lib/app.mjs';
import { catalogue, leftovers } from '../lib/catalogue.mjs';
import { expectEqual } from '../lib/check.mjs';

const english = await catalogue('en');

export const journeys = [
  ...LANGUAGES.map((language) => ({
    name: `${language} by what the browser says, with nothing left in another language`,
    async run(visit) {
      await visit.program.put('x-1.bin', 'x');
      const page = await visit.open('/', { locale: language });
      expectEqual(await languageOf(page), language, 'the document says its language');
      await expectOnly(page, language);
      await systemLink(page).click();
      await parts(page).first().waitFor();
      await expectOnly(page, language);
      visit.expectTrouble(/404/);
      await page.goto('/no/such/page');
      await expectOnly(page, language);
    },
  })),
  {
    name: 'a choice is stronger than what the browser says, and is remembered',
    async run(visit) {
      const page = await visit.open('/status', { locale: 'de' });
      for (const language of ['it', 'en', 'fr']) {
        await prefer(page, 'language', language);
        await ready(page);
        expectEqual(await languageOf(page), language, 'the document says its language');
        expectEqual(new URL(page.url()).pathname, '/status', 'it leads back to where one was');
        await expectOnly(page, language);
      }
      await page.goto('/');
      await ready(page);
      expectEqual(await languageOf(page), 'fr', 'the next page remembers');
    },
  },
];

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
