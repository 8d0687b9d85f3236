// Background work on the system page: seen by itself, understood, and taken in hand.

import { jobRow, jobs, queues, ready } from '../lib/app.mjs';
import { expect, expectEqual, until } from '../lib/check.mjs';
import { enqueue, enqueueEverything, rewrite } from '../lib/jobs.mjs';
import { expectAccessible } from '../lib/axe.mjs';
import { DESKTOP, PHONE } from '../lib/visit.mjs';

const SIZES = { phone: PHONE, desktop: DESKTOP };
const standing = (page) => page.locator('.work .standing [role="status"]');
const text = (locator) => locator.textContent();
const says = async (locator, words) => (await text(locator)).includes(words);
const isLook = (request) => request.url().endsWith('/api/ui/background_work');
const button = (row, name) => row.getByRole('button', { name });

/** The page of a house whose own work is done. */
async function open(visit, options) {
  await until('the care of the house is done', async () => {
    const answer = await visit.program.request('GET', '/api/v1/jobs?state=completed');
    return JSON.parse(answer.body).jobs.length === 3;
  });
  return visit.open('/status', options);
}

export const journeys = [
  ...Object.entries(SIZES).map(([size, viewport]) => ({
    name: `a failed job appears by itself, says why, and is done once it can be, on a ${size}`,
    async run(visit) {
      const page = await open(visit, { viewport, isMobile: size === 'phone', hasTouch: size === 'phone' });
      expectEqual(await text(standing(page)), 'Nothing waits, nothing runs.', 'how it stands');
      expectEqual(await queues(page).count(), 1, 'the queue of this house');
      expectEqual(await jobs(page).count(), 3, 'what the house did for itself');
      await page.evaluate(() => (window.sameDocument = true));

      const id = enqueue(visit.program, { kind: 'tidy-jobs', payload: '"torn"' });
      const row = jobRow(page, id);
      await until('the page hears of it', async () => (await row.count()) === 1 && says(row, 'Failed'));
      expect(await says(row, 'Forget old background work'), 'its name in words');
      expect(await says(row, 'Its instructions can’t be read.'), 'why, in a sentence');
      expect(await says(row, 'What it was to do cannot be read: '), 'why, in detail');
      await until('the sentence follows', () => says(standing(page), '1 job failed.'));
      const verdict = page.locator('.verdict');
      await until('so does the verdict on the whole', () => says(verdict, 'some background work failed'));

      // As long as nothing changes it fails anew.
      const before = await row.locator('time').getAttribute('datetime');
      await button(row, /^Retry/).click();
      await until('it has failed once more', async () => {
        const now = await row.locator('time').getAttribute('datetime');
        return (await says(row, 'Failed')) && now !== before;
      });

      rewrite(visit.program, id, '{}');
      await button(row, /^Retry/).click();
      await until('it is done', () => says(row, 'Done'));
      expectEqual(await row.getByRole('button').count(), 0, 'nothing is left to do about it');
      await until('the sentence follows', () => says(standing(page), 'Nothing waits'));
      await until('and all is well', () => says(verdict, 'All is well'));
      expect(await page.evaluate(() => window.sameDocument === true), 'it stayed one document');
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expectEqual(wide, 0, 'the page scrolls sideways');
    },
  })),
  {
    name: 'what waits for nobody is cancelled and taken up again',
    async run(visit) {
      const id = enqueue(visit.program, { kind: 'polish' });
      const page = await open(visit);
      const row = jobRow(page, id);
      expect(await says(row, 'Waiting'), 'it waits');
      expect(await says(queues(page).first(), 'no worker of this version knows it: polish'), 'and the page says why');
      await button(row, /^Cancel/).click();
      await until('it is cancelled', () => says(row, 'Cancelled'));
      await until('nothing waits', () => says(standing(page), 'Nothing waits'));
      await button(row, /^Retry/).click();
      await until('it waits again', () => says(row, 'Waiting'));
    },
  },
  {
    name: 'what has changed meanwhile is said, not done',
    async run(visit) {
      visit.expectTrouble(/409|ERR_ABORTED/);
      const id = enqueue(visit.program, { kind: 'polish' });
      const page = await open(visit);
      const row = jobRow(page, id);
      // The page does not hear of it: somebody else was quicker.
      await page.route(/background_work/, (route) => route.abort('aborted'));
      const answer = await visit.program.request('POST', `/api/v1/jobs/${id}/cancel`);
      expectEqual(answer.status, 200, 'somebody else cancels it');
      await button(row, /^Cancel/).click();
      await until('the row says so', () => says(row, 'the job has moved on'));
      await page.unroute(/background_work/);
      await until('and shows how it stands', () => says(row, 'Cancelled'));
    },
  },
  {
    name: 'it asks while it is seen, not while it is hidden, and says when no answer comes',
    async run(visit) {
      const page = await visit.page();
      await page.clock.install();
      await page.addInitScript(() => {
        Object.defineProperty(Document.prototype, 'hidden', { get: () => window.away === true });
      });
      let looks = 0;
      page.on('request', (request) => (looks += isLook(request) ? 1 : 0));
      await page.goto('/status');
      await ready(page);
      const look = () => page.waitForResponse((answer) => isLook(answer.request()));
      await Promise.all([look(), page.clock.runFor(2_100)]);

      await page.evaluate(() => (window.away = true));
      const seen = looks;
      await page.clock.runFor(60_000);
      expectEqual(looks, seen, 'looks while it was hidden');
      await page.evaluate(() => (window.away = false));
      await Promise.all([look(), page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))]);

      visit.expectTrouble(/503/);
      await page.route(/background_work/, (route) => route.fulfill({ status: 503, body: '' }));
      await page.clock.runFor(2_100);
      await until('it says that this may be old', async () => (await page.locator('.work .late:visible').count()) === 1);
      expect((await jobs(page).count()) > 0, 'what was known stays');
      await page.unroute(/background_work/);
      await page.clock.runFor(12_000);
      await until('it is well again', async () => (await page.locator('.work .late:visible').count()) === 0);
    },
  },
  ...['light', 'dark'].flatMap((theme) =>
    Object.entries(SIZES).map(([size, viewport]) => ({
      name: `everything at once in ${theme} on a ${size} is readable and accessible`,
      settings: () => ({ DROPCAST_JOB_LEASE: '10m' }),
      async run(visit) {
        enqueueEverything(visit.program);
        const page = await open(visit, { viewport, colorScheme: theme, isMobile: size === 'phone', hasTouch: size === 'phone' });
        await page.evaluate(() => document.fonts.ready);
        await page.locator('.work').evaluate((work) => work.scrollIntoView({ block: 'start' }));
        await visit.photograph(page, `work-${theme}-${size}`);
        expectEqual(await jobs(page).count(), 10, 'all jobs');
        const folded = page.locator('.work details.why');
        expectEqual(await folded.count(), 1, 'a long reason is folded');
        await folded.locator('summary').click();
        expect(await folded.locator('p').isVisible(), 'and can be opened');
        await Promise.all([page.waitForResponse((answer) => isLook(answer.request()))]);
        expect(await folded.locator('p').isVisible(), 'and stays open while the page looks again');
        await page.locator('.work .list-foot').scrollIntoViewIfNeeded();
        await visit.photograph(page, `work-end-${theme}-${size}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expectEqual(wide, 0, 'the page scrolls sideways');
        await expectAccessible(page, 'background work');
      },
    })),
  ),
  {
    name: 'without JavaScript one can read it',
    async run(visit) {
      visit.expectTrouble(/request failed: GET .*\.js csp$/);
      enqueueEverything(visit.program);
      const page = await visit.page({ javaScriptEnabled: false });
      await page.goto('/status');
      expect((await text(page.locator('.work'))).includes('It took too long.'), 'why something failed');
      expectEqual(await page.locator('.work button:visible').count(), 0, 'no control that does nothing');
    },
  },
];
