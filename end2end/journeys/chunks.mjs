// A page's own part of the program that cannot be loaded: after an upgrade, or for good.

import { parts, ready, systemLink } from '../lib/app.mjs';
import { expect, expectEqual, until } from '../lib/check.mjs';

// What a service worker fetches cannot be refused from here, and it would keep the part.
const UNAIDED = { serviceWorkers: 'block' };

export const journeys = [
  {
    name: 'a short gap in the network is bridged without anybody noticing',
    async run(visit) {
      visit.expectTrouble(/404/);
      const page = await visit.open('/', UNAIDED);
      const documents = countDocuments(page);
      const refused = await refuseChunks(page, () => refused.count < 1);
      await systemLink(page).click();
      await parts(page).first().waitFor();
      expectEqual(refused.count, 1, 'one request was refused');
      expectEqual(documents.count, 0, 'the page was not loaded again');
    },
  },
  {
    name: 'a part that is gone after an upgrade reloads the page once',
    async run(visit) {
      visit.expectTrouble(/404/);
      const page = await visit.open('/', UNAIDED);
      const documents = countDocuments(page);
      const refused = await refuseChunks(page, () => documents.count === 0);
      await systemLink(page).click();
      await until('the page was loaded again', () => documents.count === 1);
      await ready(page);
      expect(refused.count >= 1, 'the part was refused');
      expectEqual(new URL(page.url()).pathname, '/status', 'it leads to where one wanted to go');
      expectEqual(await parts(page).count(), 2, 'the page is whole');
      expectEqual(await page.locator('.part-missing').isVisible(), false, 'nothing is missing');
      await page.waitForLoadState('networkidle');
      expectEqual(documents.count, 1, 'it was loaded once');
    },
  },
  {
    name: 'a part that stays gone ends in a message, not in a loop',
    async run(visit) {
      visit.expectTrouble(/404/);
      const page = await visit.open('/', UNAIDED);
      const documents = countDocuments(page);
      const refused = await refuseChunks(page, () => true);
      await systemLink(page).click();
      await page.locator('.part-missing').waitFor({ state: 'visible' });
      expect(refused.count >= 1, 'parts were refused');
      await page.waitForLoadState('networkidle');
      expectEqual(documents.count, 1, 'it was loaded again once');
      expect((await page.locator('.part-missing').textContent()).trim() !== '', 'it says what happened');
      expectEqual(await parts(page).count(), 2, 'what the server rendered can be read');

      // A later visit, with the part back, works and may help itself again.
      await page.unroute('**/pkg/**/*.wasm');
      await page.locator('.part-missing a').click();
      await ready(page);
      expectEqual(await page.locator('.part-missing').isVisible(), false, 'all is well again');
    },
  },
];

/** Counts the documents from here on. */
function countDocuments(page) {
  const documents = { count: 0 };
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) documents.count += 1;
  });
  return documents;
}

/** Answers requests for a page's part as a newer build would, while `still` holds. */
async function refuseChunks(page, still) {
  const refused = { count: 0 };
  await page.route('**/pkg/**/*.wasm', async (route) => {
    if (route.request().url().endsWith('/frontend_bg.wasm') || !still()) return route.continue();
    refused.count += 1;
    return route.fulfill({ status: 404, body: '' });
  });
  return refused;
}
