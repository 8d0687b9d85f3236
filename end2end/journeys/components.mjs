// The components: how each looks in all its states, what it says, and how it is used without a mouse.
// They live on a page that only development builds have, and so does the program under test.

import { expectStill } from '../lib/app.mjs';
import { expectAria } from '../lib/aria.mjs';
import { expectAccessible } from '../lib/axe.mjs';
import { expect, expectEqual, until } from '../lib/check.mjs';
import { DESKTOP, PHONE } from '../lib/visit.mjs';

const PAGE = '/dev/components';
const SIZES = { phone: PHONE, desktop: DESKTOP };
const SECTIONS = [
  'buttons',
  'fields',
  'choices',
  'menus',
  'tabs',
  'dialogs',
  'toasts',
  'banners',
  'lists',
  'endless',
  'breadcrumbs',
  'marks',
  'progress',
  'skeletons',
  'nothing',
  'icons',
  'colours',
];

const section = (page, name) => page.getByTestId(`section-${name}`);
const button = (page, name) => page.getByRole('button', { name, exact: true });
const optionsFor = (size, theme) => ({
  viewport: SIZES[size],
  colorScheme: theme,
  isMobile: size === 'phone',
  hasTouch: size === 'phone',
});

/** What has the focus, as its id or its words. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.id || (element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim();
  });

async function expectFocus(page, wanted, when) {
  let now;
  await until(`the focus is on “${wanted}” ${when}`, async () => (now = await focused(page)) === wanted).catch((error) => {
    throw new Error(`${error.message}, but it is on “${now}”`);
  });
}

export const journeys = [
  ...['light', 'dark'].flatMap((theme) =>
    Object.keys(SIZES).map((size) => ({
      name: `every component in ${theme} on a ${size}`,
      async run(visit) {
        const page = await visit.open(PAGE, optionsFor(size, theme));
        await page.evaluate(() => document.fonts.ready);
        await expectStill(page);
        await expectNarrow(page);
        await expectAccessible(page, 'the page of components');
        // What floats over the page would be in every picture.
        await page.evaluate(() => {
          for (const element of document.querySelectorAll('.skip, .top, .phone-head, .tabs, .page-head')) element.style.visibility = 'hidden';
        });
        // High enough for the longest section.
        await page.setViewportSize({ ...SIZES[size], height: 2000 });
        for (const name of SECTIONS) await visit.photograph(section(page, name), `components-${name}-${theme}-${size}`);
        await page.setViewportSize(SIZES[size]);
        expectEqual(await page.locator('.specimens').count(), SECTIONS.length, 'each section has its picture');
        await lookAtWhatOpens(visit, page, `${theme}-${size}`);
      },
    })),
  ),
  {
    name: 'every component says what it is',
    async run(visit) {
      const page = await visit.open(PAGE);
      for (const name of SECTIONS.filter((name) => !['icons', 'colours'].includes(name))) {
        await expectAria(section(page, name), `components-${name}`);
      }
    },
  },
  {
    name: 'every component in forced colours and at 200 %',
    async run(visit) {
      const forced = await visit.open(PAGE, { forcedColors: 'active' });
      for (const name of ['buttons', 'fields', 'choices', 'tabs', 'lists', 'marks', 'progress']) {
        await visit.photograph(section(forced, name), `components-${name}-forced`);
      }
      const large = await visit.open(PAGE, { viewport: { width: DESKTOP.width / 2, height: DESKTOP.height / 2 }, deviceScaleFactor: 2 });
      await expectNarrow(large);
      const larger = await visit.open(PAGE, { viewport: { width: 320, height: 512 } });
      await expectNarrow(larger);
    },
  },
  {
    name: 'a dialog by keyboard: it takes the focus, keeps it, and gives it back',
    async run(visit) {
      const page = await visit.open(PAGE);
      const dialog = page.locator('#dialog-rename');
      const opener = button(page, 'Rename a file');
      await opener.focus();
      await page.keyboard.press('Enter');
      await dialog.waitFor();
      await expectFocus(page, 'dialog-name', 'when it opens');
      await expectAria(dialog, 'components-dialog');
      // All the way around, the page behind is never reached.
      for (let step = 0; step < 8; step += 1) {
        await page.keyboard.press('Tab');
        const inside = await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest('#dialog-rename') !== null);
        expect(inside, `the focus left the dialog for “${await focused(page)}”`);
      }
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      await expectFocus(page, 'Rename a file', 'after Escape');

      // Enter in a field sends, an error keeps it open, and what is right closes it.
      await page.keyboard.press('Enter');
      await expectFocus(page, 'dialog-name', 'when it opens again');
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.press('Delete');
      expectEqual(await page.locator('#dialog-name').getAttribute('aria-invalid'), 'true', 'an empty name is marked');
      await page.keyboard.press('Enter');
      expect(await dialog.isVisible(), 'an error keeps the dialog open');
      await page.keyboard.type('Second look.mov');
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'hidden' });
      expectEqual((await page.getByTestId('dialog-kept').textContent()).trim(), 'Second look.mov', 'what was typed arrived');

      // A press beside it closes it; one that began inside does not.
      await opener.click();
      await dialog.waitFor();
      const box = await page.locator('#dialog-name').boundingBox();
      await page.mouse.move(box.x + 20, box.y + 10);
      await page.mouse.down();
      await page.mouse.move(5, 5);
      await page.mouse.up();
      expect(await dialog.isVisible(), 'choosing text beyond the edge closes nothing');
      await page.mouse.click(5, 5);
      await dialog.waitFor({ state: 'hidden' });
    },
  },
  {
    name: 'what is gone for good is named, and the safe answer has the focus',
    async run(visit) {
      const page = await visit.open(PAGE);
      await button(page, 'Empty the trash').click();
      const dialog = page.locator('#dialog-delete');
      await dialog.waitFor();
      await expectFocus(page, 'Keep them', 'when it opens');
      await expectAria(dialog, 'components-confirm');
      await dialog.getByRole('button', { name: 'Delete 3 files' }).click();
      const busy = dialog.getByRole('button', { name: 'Delete 3 files' });
      await until('the button is busy', async () => (await busy.getAttribute('aria-busy')) === 'true');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    },
  },
  {
    name: 'a menu by keyboard: arrows, ends, letters, Escape',
    async run(visit) {
      const page = await visit.open(PAGE);
      const opener = section(page, 'menus').getByRole('button', { name: 'Film.mkv' });
      const menu = page.locator('#menu-file');
      const words = (page) => page.evaluate(() => document.activeElement.querySelector('.words')?.textContent.trim());
      const expectItem = async (wanted, when) => {
        await until(`“${wanted}” has the focus ${when}`, async () => (await words(page)) === wanted);
      };
      await opener.focus();
      await page.keyboard.press('Enter');
      await menu.waitFor();
      await expectItem('Download', 'when it opens');
      await expectAria(menu, 'components-menu');
      await expectAccessible(page, 'an open menu');
      await page.keyboard.press('ArrowDown');
      await expectItem('Copy link', 'after one step down');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowUp');
      await expectItem('Move to trash', 'before the first comes the last');
      await page.keyboard.press('Home');
      await expectItem('Download', 'at the beginning');
      await page.keyboard.press('r');
      await expectItem('Rename', 'by its letter');
      await page.keyboard.press('Escape');
      await menu.waitFor({ state: 'hidden' });
      await expectFocus(page, 'Film.mkv', 'after Escape');

      await page.keyboard.press('ArrowUp');
      await menu.waitFor();
      await expectItem('Move to trash', 'when it opens from below');
      await page.keyboard.press('Enter');
      await menu.waitFor({ state: 'hidden' });
      expectEqual((await page.getByTestId('menu-done').textContent()).trim(), 'Move to trash', 'it was done');
      await expectFocus(page, 'Film.mkv', 'after it was done');

      // What is off can be found and does nothing.
      await page.keyboard.press('ArrowDown');
      await menu.waitFor();
      await expectItem('Download', 'when it opens again');
      await page.keyboard.type('mo');
      await expectItem('Move', 'by its letters');
      await page.keyboard.press('Enter');
      expect(await menu.isVisible(), 'what is off does not close the menu');
      expectEqual((await page.getByTestId('menu-done').textContent()).trim(), 'Move to trash', 'nothing more was done');
      await page.keyboard.press('Tab');
      await menu.waitFor({ state: 'hidden' });

      // One of several.
      await section(page, 'menus').getByRole('button', { name: 'Sort' }).click();
      await page.getByRole('menuitemradio', { name: 'Size' }).click();
      await section(page, 'menus').getByRole('button', { name: 'Sort' }).click();
      expectEqual(await page.getByRole('menuitemradio', { name: 'Size' }).getAttribute('aria-checked'), 'true', 'the choice is marked');
    },
  },
  {
    name: 'tabs by keyboard',
    async run(visit) {
      const page = await visit.open(PAGE);
      const tab = (name) => page.getByRole('tab', { name, exact: true });
      const chosen = async () => page.locator('#tabs-file-panel-0, #tabs-file-panel-1, #tabs-file-panel-2').filter({ visible: true }).getAttribute('id');
      await tab('Details').focus();
      expectEqual(await chosen(), 'tabs-file-panel-0', 'at first');
      await page.keyboard.press('ArrowRight');
      await expectFocus(page, 'tabs-file-tab-1', 'one to the right');
      expectEqual(await chosen(), 'tabs-file-panel-1', 'one to the right');
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowRight');
      await expectFocus(page, 'tabs-file-tab-0', 'after the last comes the first');
      await page.keyboard.press('ArrowLeft');
      expectEqual(await chosen(), 'tabs-file-panel-2', 'before the first comes the last');
      await page.keyboard.press('Tab');
      await expectFocus(page, 'tabs-file-panel-2', 'Tab goes on into the panel');
    },
  },
  {
    name: 'toasts stay while somebody looks, can be taken back, and are never more than three',
    async run(visit) {
      const page = await visit.open(PAGE);
      const shown = page.locator('.toast:not(.leaving)');
      const state = () => page.evaluate(() => document.querySelector('.toast').getAnimations()[0].playState);
      await button(page, 'Copy a link').click();
      await shown.waitFor();
      expectEqual(await page.evaluate(() => document.querySelector('.toast').getAnimations()[0].effect.getTiming().duration), 8000, 'it stays for');
      expectEqual(await state(), 'running', 'its time runs');
      await shown.hover();
      await until('it waits below the pointer', async () => (await state()) === 'paused');
      await page.mouse.move(5, 5);
      await until('its time goes on', async () => (await state()) === 'running');
      await shown.getByRole('button', { name: 'Dismiss' }).focus();
      await until('it waits for the focus', async () => (await state()) === 'paused');
      await page.evaluate(() => document.activeElement.blur());
      await page.evaluate(() => document.querySelector('.toast').getAnimations()[0].finish());
      await until('it is gone after its time', async () => (await page.locator('.toast').count()) === 0);

      await section(page, 'toasts').getByRole('button', { name: 'Move to trash' }).click();
      await shown.getByRole('button', { name: 'Undo' }).focus();
      await page.keyboard.press('Enter');
      await until('it is gone', async () => (await page.locator('.toast').count()) === 0);
      expectEqual(await page.getByTestId('toast-undone').textContent(), '1', 'it was taken back');

      for (let times = 0; times < 5; times += 1) await button(page, 'Copy a link').click();
      expectEqual(await shown.count(), 3, 'older ones leave');
      await expectAria(page.locator('.toaster'), 'components-toasts-shown');
      await page.keyboard.press('Escape');
      await until('Escape takes the newest', async () => (await shown.count()) === 2);
    },
  },
  {
    name: 'fields, switches and choices by keyboard',
    async run(visit) {
      const page = await visit.open(PAGE);
      const address = page.getByLabel('Address');
      expectEqual(await address.getAttribute('aria-describedby'), 'field-slug-error field-slug-hint', 'error and hint belong to the field');
      await address.fill('first-look');
      expectEqual(await address.getAttribute('aria-invalid'), null, 'what is right is not marked');
      expectEqual(await address.getAttribute('aria-describedby'), 'field-slug-hint', 'the error is gone');

      const password = page.getByRole('textbox', { name: 'Password' });
      expectEqual(await password.getAttribute('type'), 'password', 'a password is hidden');
      await button(page, 'Show the password').press('Enter');
      expectEqual(await password.getAttribute('type'), 'text', 'it can be shown');
      expectEqual(await password.inputValue(), 'correct horse', 'it stays');

      await page.locator('#select-quality').selectOption('720');
      expectEqual((await page.getByTestId('quality-chosen').textContent()).trim(), '720', 'the choice arrived');

      const links = page.getByRole('switch', { name: 'Public links' });
      expect(await links.isChecked(), 'on at first');
      await links.focus();
      await page.keyboard.press('Space');
      expect(!(await links.isChecked()), 'off by the space bar');

      await page.getByRole('radio', { name: 'Tiles' }).focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.getByRole('radio', { name: 'List', exact: true }).isChecked(), 'the arrow chose the next');

      expect(await page.getByLabel('Everything', { exact: true }).evaluate((box) => box.indeterminate), 'some of it is neither yes nor no');
      await page.getByLabel('Films').check();
      expect(!(await page.getByLabel('Everything', { exact: true }).evaluate((box) => box.indeterminate)), 'all of it is');

      const volume = page.getByLabel('Volume');
      await volume.focus();
      await page.keyboard.press('ArrowRight');
      expectEqual(await volume.getAttribute('aria-valuetext'), '65 %', 'one step louder');

      await page.getByLabel('Search places').focus();
      await button(page, 'Clear the search').filter({ visible: true }).press('Enter');
      await expectFocus(page, 'search-filled', 'after it was emptied');
      expectEqual(await page.getByLabel('Search places').inputValue(), '', 'it is empty');
    },
  },
  {
    name: 'ten thousand rows by keyboard, with few of them there',
    async run(visit) {
      const page = await visit.open(PAGE);
      const list = page.locator('.endless');
      const number = () => page.evaluate(() => document.activeElement.getAttribute('aria-posinset'));
      const expectRow = (wanted, when) => until(`row ${wanted} has the focus ${when}`, async () => (await number()) === wanted);
      const nodes = () => list.evaluate((list) => list.querySelectorAll('*').length);
      await list.locator('[aria-posinset="1"]').focus();
      await page.keyboard.press('ArrowDown');
      await expectRow('2', 'one down');
      await page.keyboard.press('End');
      await expectRow('10000', 'at the end');
      expect(await list.locator('[aria-posinset="10000"]').isVisible(), 'the last row can be seen');
      expectEqual(await list.locator('[aria-posinset="10000"]').getAttribute('aria-setsize'), '10000', 'it says of how many');
      const most = await nodes();
      expect(most < 2000, `there are ${most} nodes`);
      await page.keyboard.press('PageUp');
      await until('a page up', async () => Number(await number()) < 10000 && Number(await number()) > 9980);
      await page.keyboard.press('Home');
      await expectRow('1', 'at the beginning');

      // Who has the focus stays, however far one scrolls.
      await list.evaluate((list) => (list.scrollTop = 200_000));
      await list.locator(`[aria-posinset="${Math.floor(200_000 / 44) + 2}"]`).waitFor();
      expectEqual(await number(), '1', 'the focus was kept');
      expect((await nodes()) < 2000, 'there are still few nodes');

      // And one gets back to where one was.
      await button(page, 'Leave the list').click();
      await list.waitFor({ state: 'detached' });
      await button(page, 'Come back').click();
      await list.waitFor();
      await until('the list is where it was', async () => (await list.evaluate((list) => list.scrollTop)) === 200_000);
    },
  },
  {
    name: 'without JavaScript menus open and every panel can be read',
    async run(visit) {
      visit.expectTrouble(/request failed: GET .*\.js csp$/);
      const page = await visit.page({ javaScriptEnabled: false });
      await page.goto(PAGE);
      await section(page, 'menus').getByRole('button', { name: 'Film.mkv' }).click();
      await page.locator('#menu-file').waitFor();
      for (const panel of [0, 1, 2]) await page.locator(`#tabs-file-panel-${panel}`).waitFor();
      expectEqual(await page.locator('.endless li').count(), 48, 'the first rows of a long list are there');
      expectEqual(await page.locator('.toast').count(), 0, 'nothing is said');
    },
  },
  {
    name: 'what was typed before the page was taken over stays',
    async run(visit) {
      const page = await visit.page();
      let arrive;
      const late = new Promise((resolve) => (arrive = resolve));
      await page.route('**/*.wasm', async (route) => {
        await late;
        await route.continue();
      });
      await page.goto(PAGE, { waitUntil: 'domcontentloaded' });
      await page.getByLabel('Owner').fill('Early bird');
      await page.getByRole('switch', { name: 'Captions' }).check();
      arrive();
      await page.waitForFunction(() => window.heard.has(document.querySelector('#field-empty')));
      expectEqual(await page.getByLabel('Owner').inputValue(), 'Early bird', 'the field');
      expect(await page.getByRole('switch', { name: 'Captions' }).isChecked(), 'the switch');
    },
  },
];

/** Menus, dialogs and toasts, open. */
async function lookAtWhatOpens(visit, page, suffix) {
  const photograph = async (name) => {
    await settle(page);
    await visit.photograph(page, `components-open-${name}-${suffix}`);
  };
  await section(page, 'menus').getByRole('button', { name: 'Film.mkv' }).click();
  await photograph('menu');
  await page.keyboard.press('Escape');
  await section(page, 'menus').getByRole('button', { name: '1080p' }).click();
  await photograph('menu-choice');
  await page.keyboard.press('Escape');
  await section(page, 'menus').getByRole('button', { name: 'Season 1' }).click();
  await photograph('menu-long');
  await page.keyboard.press('Escape');
  await page.locator('#breadcrumbs-heading').scrollIntoViewIfNeeded();
  await page.locator('[popovertarget="crumbs-many"]').click();
  await photograph('breadcrumbs');
  await page.keyboard.press('Escape');
  for (const [opener, name] of [['Rename a file', 'dialog'], ['Read the terms', 'dialog-long'], ['Empty the trash', 'dialog-danger']]) {
    await button(page, opener).click();
    await photograph(name);
    if (name === 'dialog-danger') await expectAccessible(page, 'an open dialog');
    await page.keyboard.press('Escape');
  }
  await button(page, 'Say more').click();
  await section(page, 'toasts').getByRole('button', { name: 'Move to trash' }).click();
  await photograph('toasts');
  await expectAccessible(page, 'toasts');
}

/** Waits until nothing moves any more, save what only counts the time. */
async function settle(page) {
  await page.waitForFunction(() => document.getAnimations().every((animation) => ['toast-stay', 'turn'].includes(animation.animationName) || animation.playState !== 'running'));
}

async function expectNarrow(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expectEqual(wide, 0, 'the page scrolls sideways by');
}
