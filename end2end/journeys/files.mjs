// A file goes in and comes out.

import { randomBytes } from 'node:crypto';

import { choose, download, drop, expectRows, expectStill, filesLink, ready, row, rows, transfers } from '../lib/app.mjs';
import { expect, expectEqual, until } from '../lib/check.mjs';

export const journeys = [
  {
    name: 'an empty house invites, takes a file and gives it back',
    async run(visit) {
      const page = await visit.open('/files');
      expectEqual(await rows(page).count(), 0, 'a new house is empty');
      expectEqual(await page.getByRole('heading', { level: 1 }).textContent(), 'Files', 'the main heading');
      await expectStill(page);

      const content = randomBytes(150_000);
      await choose(page, [{ name: 'holiday 1.bin', mimeType: 'application/octet-stream', buffer: content }]);
      await expectRows(page, 1);
      expect((await row(page, 'holiday 1.bin').textContent()).includes('150'), 'the row shows the size');
      const link = row(page, 'holiday 1.bin').locator('a').first();
      const arrived = await download(page, link);
      expectEqual(arrived.name, 'holiday 1.bin', 'the name of the download');
      expect(arrived.content.equals(content), 'the download is what was uploaded');
    },
  },
  {
    name: 'several files dropped on the page arrive and stay after a reload',
    async run(visit) {
      const page = await visit.open('/files');
      await drop(page, [
        { name: 'one.txt', text: 'first' },
        { name: 'two.txt', text: 'second' },
        { name: 'صور العائلة.txt', text: 'third' },
      ]);
      await expectRows(page, 3);
      await page.reload();
      await ready(page);
      expectEqual(await rows(page).count(), 3, 'the server knows all three');
      expectEqual(await transfers(page).count(), 0, 'a new page has no transfers');
      await expectStill(page);
      expectEqual((await visit.program.files()).total, 3, 'the API knows all three');
    },
  },
  {
    name: 'a list that the server rendered is taken over without a second request',
    async run(visit) {
      await visit.program.put('before.txt', 'x');
      const page = await visit.page();
      const calls = [];
      page.on('request', (request) => {
        if (request.url().includes('/api/')) calls.push(request.url());
      });
      await page.goto('/files');
      expectEqual(await rows(page).count(), 1, 'the row is there before the script');
      await ready(page);
      await page.waitForLoadState('networkidle');
      expectEqual(calls, [], 'the browser asks for nothing that came with the page');
      expectEqual(await rows(page).count(), 1, 'the row is there after the script');
    },
  },
  {
    name: 'a refused file says why and can be tried again',
    settings: () => ({ DROPCAST_MAX_FILE_SIZE: '1000B' }),
    async run(visit) {
      visit.expectTrouble(/413/);
      const page = await visit.open('/files');
      await choose(page, [{ name: 'large.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(2000) }]);
      const transfer = transfers(page).first();
      await until('the transfer failed', async () => (await transfer.getAttribute('class'))?.includes('failed'));
      expect(/too large|larger|limit|kB|1,000|1000/i.test(await transfer.textContent()), 'it says why');
      await transfer.locator('button').last().click();
      await until('the transfer is off the list', async () => (await transfers(page).count()) === 0);
      expectEqual(await rows(page).count(), 0, 'nothing was listed');
      await choose(page, [{ name: 'small.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(200) }]);
      await expectRows(page, 1);
    },
  },
  {
    name: 'an upload goes on while somebody looks at another page',
    async run(visit) {
      const page = await visit.open('/files');
      let release;
      const held = new Promise((resolve) => (release = resolve));
      await page.route('**/api/v1/files/slow.txt', async (route) => {
        await held;
        await route.continue();
      });
      await drop(page, [{ name: 'slow.txt', text: 'slow' }]);
      await until('it is on its way', async () => (await transfers(page).count()) === 1);
      await page.locator('nav a[href="/status"]:visible').first().click();
      await page.getByTestId('health-part').first().waitFor();
      release();
      await until('it arrived', async () => (await visit.program.files()).total === 1);
      await filesLink(page).click();
      await expectRows(page, 1);
    },
  },
  {
    name: 'a large file moves with true progress and can be cancelled',
    slow: true,
    async run(visit) {
      const page = await visit.open('/files');
      await page.evaluate(() => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(256 << 20)], 'large.bin'));
        document.querySelector('main').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      });
      await transfers(page).first().waitFor();
      await transfers(page).first().locator('button').last().click();
      await until('the transfer is off the list', async () => (await transfers(page).count()) === 0);
      const { total } = await visit.program.files();
      expect(total <= 1, 'at most the whole file is there');
    },
  },
];
