// The system page, and the way there and back.

import { filesLink, expectStill, parts, ready, rows, systemLink } from '../lib/app.mjs';
import { expect, expectEqual, until } from '../lib/check.mjs';

export const journeys = [
  {
    name: 'a link leads there without a new document, and back',
    async run(visit) {
      await visit.program.put('a.txt', 'x');
      const page = await visit.open('/');
      await page.evaluate(() => (window.sameDocument = true));
      await systemLink(page).click();
      await parts(page).first().waitFor();
      expectEqual(new URL(page.url()).pathname, '/status', 'the address follows');
      expectEqual(await parts(page).count(), 2, 'database and storage');
      await until('the title follows', async () => (await page.title()).startsWith('System'));
      await filesLink(page).click();
      await rows(page).first().waitFor();
      await page.goBack();
      await parts(page).first().waitFor();
      expect(await page.evaluate(() => window.sameDocument === true), 'it stayed one document');
    },
  },
  {
    name: 'the page by itself is rendered, taken over and alive',
    async run(visit) {
      const page = await visit.page();
      const answer = await page.goto('/status');
      expect((await answer.text()).includes('health-part'), 'the server rendered the parts');
      await ready(page);
      expectEqual(await page.getByRole('heading', { level: 1 }).textContent(), 'System', 'the main heading');
      expectEqual(await parts(page).count(), 2, 'database and storage');
      await expectStill(page);
      const [asked] = await Promise.all([
        page.waitForResponse((response) => response.url().includes('/api/ui/system_status')),
        page.locator('main button').first().click(),
      ]);
      expectEqual(asked.status(), 200, 'looking again asks the server');
      await until('the parts are there again', async () => (await parts(page).count()) === 2);
    },
  },
  {
    name: 'an address that leads nowhere says so and leads back',
    async run(visit) {
      visit.expectTrouble(/404/);
      const page = await visit.page();
      const answer = await page.goto('/no/such/page');
      expectEqual(answer.status(), 404, 'the status');
      expectEqual(await page.getByRole('heading', { level: 1 }).count(), 1, 'one main heading');
      await page.locator('main a[href="/"]').first().click();
      await page.getByTestId('upload-input').first().waitFor({ state: 'attached' });
    },
  },
];
