// Dropcast as an installed app: it can be, it has a page when nobody answers, it keeps nothing
// private, and a newer version comes when somebody says so.

import { LANGUAGES, languageOf, parts, ready } from '../lib/app.mjs';
import { expectAccessible } from '../lib/axe.mjs';
import { expect, expectEqual, until } from '../lib/check.mjs';
import { Upgrade } from '../lib/upgrade.mjs';

const OFFLINE = /ERR_INTERNET_DISCONNECTED|Failed to load resource|Failed to fetch|ERR_FAILED/;
const PUBLIC = [
  /^\/pkg\/[0-9a-f]{16}\/[\w.-]+$/,
  /^\/offline(\?language=(en|de|fr|es|it))?$/,
  /^\/(icon\.svg|favicon\.ico|apple-touch-icon\.png|icons\/any-192\.png)$/,
];

export const journeys = [
  {
    name: 'the manifest is whole in five languages, and its pictures are as large as it says',
    async run(visit) {
      const names = new Set();
      for (const language of LANGUAGES) {
        const page = await visit.open('/', { locale: language });
        const protocol = await page.context().newCDPSession(page);
        const { url, errors, data } = await protocol.send('Page.getAppManifest');
        expectEqual(errors, [], `errors of ${url}`);
        const manifest = JSON.parse(data);
        expectEqual([manifest.id, manifest.scope, manifest.lang], ['/', '/', language], 'what it is');
        names.add(manifest.shortcuts.map(({ name }) => name).join());
        if (language === 'en') {
          for (const picture of [...manifest.icons, ...manifest.screenshots]) {
            expectEqual(await sizeOf(page, picture), picture.sizes, picture.src);
          }
          const errors = await protocol.send('Page.getInstallabilityErrors');
          // The browser of the suite forgets everything, and says that nothing is installed there.
          const grave = errors.installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito');
          expectEqual(grave, [], 'what keeps it from being installed');
        }
        await page.context().close();
      }
      expect(names.size > 2, `the shortcuts are in the language: ${[...names]}`);
    },
  },
  {
    name: 'the colour around the page is that of its ground',
    async run(visit) {
      for (const colorScheme of ['light', 'dark']) {
        const page = await visit.open('/', { colorScheme });
        const [said, painted] = await page.evaluate(() => {
          const said = [...document.querySelectorAll('meta[name="theme-color"]')].find(({ media }) => matchMedia(media).matches);
          const probe = document.body.appendChild(document.createElement('i'));
          probe.style.color = 'var(--surface)';
          const brush = new OffscreenCanvas(1, 1).getContext('2d');
          brush.fillStyle = getComputedStyle(probe).color;
          brush.fillRect(0, 0, 1, 1);
          const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
          return [said.content, `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`];
        });
        expectEqual(said, painted, `the ground in ${colorScheme}`);
      }
    },
  },
  {
    name: 'what the worker keeps is public, whatever was looked at',
    async run(visit) {
      await visit.program.put('secret plans.txt', 'nobody else may know');
      const page = await visit.open('/');
      await controlled(page);
      for (const path of ['/', '/files', '/status', '/no/such/page', '/de/status']) {
        visit.expectTrouble(/404/);
        await page.goto(path);
        await page.waitForLoadState('networkidle');
      }
      const kept = await keptBy(page);
      expect(kept.length > 10, `too little is kept: ${kept}`);
      expectEqual(kept.filter((address) => !PUBLIC.some((pattern) => pattern.test(address))), [], 'kept and not public');
      const private_ = await page.evaluate(async () => {
        const found = [];
        for (const name of await caches.keys()) {
          const cache = await caches.open(name);
          for (const request of await cache.keys()) {
            if ((await (await cache.match(request)).text()).includes('secret plans')) found.push(request.url);
          }
        }
        return found;
      });
      expectEqual(private_, [], 'kept with somebody’s files in it');

      // What a later version may have kept for somebody goes when it is told to forget.
      await page.evaluate(async () => {
        const [name] = await caches.keys();
        await (await caches.open(name)).put('/api/v1/files', new Response('mine'));
        await (await caches.open('somebody')).put('/files', new Response('mine'));
        await new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = resolve;
          navigator.serviceWorker.controller.postMessage({ type: 'forget' }, [port2]);
        });
      });
      expectEqual((await keptBy(page)).sort(), kept.sort(), 'what is kept after forgetting');
    },
  },
  {
    name: 'without a network there is a page that says so, and then the one that was wanted',
    async run(visit) {
      const page = await visit.open('/', { locale: 'de' });
      await controlled(page);
      await until('the worker knows the language', async () => (await keptPage(page, '/offline')).includes('<html lang="de"'));
      visit.expectTrouble(OFFLINE);
      for (const [path, language] of [['/status', 'de'], ['/fr/status', 'fr'], ['/no/such/page', 'de'], ['/it', 'it']]) {
        await page.context().setOffline(true);
        await page.goto(path);
        expectEqual(await page.locator('html').getAttribute('data-waits-for'), 'answer', `the offline page at ${path}`);
        expectEqual(await languageOf(page), language, `its language at ${path}`);
        expectEqual(new URL(page.url()).pathname, path, 'the address stays');
        expect((await page.locator('.problem').evaluate((element) => getComputedStyle(element).display)) === 'grid', 'it has its style');
        if (path === '/status') await expectAccessible(page, 'the offline page');
        if (path !== '/status') continue;
        await visit.photograph(page, 'offline');
        await page.context().setOffline(false);
        await parts(page).first().waitFor();
        await ready(page);
      }
      await page.context().setOffline(false);
      await page.waitForFunction(() => document.documentElement.dataset.waitsFor === undefined);
    },
  },
  {
    name: 'the offline page has the appearance that was chosen, and its button tries again',
    async run(visit) {
      const page = await visit.open('/', { colorScheme: 'light' });
      await controlled(page);
      const ground = () => page.locator('.problem').evaluate((element) => getComputedStyle(element).backgroundColor);
      visit.expectTrouble(OFFLINE);
      await page.context().setOffline(true);
      await page.goto('/status');
      const light = await ground();
      await page.context().addCookies([{ name: 'dc_theme', value: 'dark', url: visit.origin }]);
      await page.locator('[data-retry]').click();
      await until('it is dark', async () => (await ground()) !== light);
      expectEqual(await page.locator('html').getAttribute('data-theme'), 'dark', 'the theme');
      await expectAccessible(page, 'the offline page in dark');
      await visit.photograph(page, 'offline-dark');
    },
  },
  {
    name: 'opened by itself the offline page leads home',
    async run(visit) {
      const page = await visit.page();
      await page.goto('/offline');
      await page.waitForFunction(() => new URL(document.querySelector('[data-retry]').href).pathname === '/');
      await page.goto('/de/offline');
      expectEqual(await languageOf(page), 'de', 'its language');
      await page.locator('[data-retry]').click();
      await ready(page);
      expectEqual(await languageOf(page), 'de', 'home in the same language');
    },
  },
  {
    name: 'a newer version is offered to a page that was open, and reloads it once',
    run: beforeAnUpgrade(async (visit, upgrade) => {
      const page = await visit.open('/');
      await controlled(page);
      const documents = countDocuments(page);
      upgrade.happen();
      await page.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => registration.update()));
      await page.waitForFunction(() => window.dropcast.update !== null);
      expectEqual(documents.count, 0, 'nothing happens by itself');
      const offer = page.getByTestId('update');
      await offer.waitFor({ state: 'visible' });
      await offer.getByRole('button').first().click();
      await page.waitForFunction((build) => document.querySelector('link[rel="stylesheet"]')?.href.includes(build), upgrade.second);
      await ready(page);
      await page.waitForLoadState('networkidle');
      expectEqual(documents.count, 1, 'it was loaded again once');
      await until('only the new version is kept', async () => {
        const kept = await keptBy(page);
        return kept.some((address) => address.includes(upgrade.second)) && !kept.some((address) => address.includes(upgrade.first));
      });
      expectEqual(await page.evaluate(() => window.dropcast.update), null, 'nothing is left to be offered');
    }),
  },
  {
    name: 'a page that is of the newer version already is not asked',
    run: beforeAnUpgrade(async (visit, upgrade) => {
      const page = await visit.open('/');
      await controlled(page);
      upgrade.happen();
      await page.reload();
      await ready(page);
      const documents = countDocuments(page);
      await until('the new worker has taken over', async () => {
        const kept = await keptBy(page);
        return kept.length > 0 && !kept.some((address) => address.includes(upgrade.first));
      });
      expectEqual(await page.evaluate(() => window.dropcast.update), null, 'what is offered');
      expectEqual(documents.count, 0, 'it is not loaded again');
    }),
  },
  {
    name: 'a proxy that cannot reach the server is spoken for',
    run: beforeAnUpgrade(async (visit, upgrade) => {
      const page = await visit.open('/');
      await controlled(page);
      visit.expectTrouble(/502|Failed to load resource/);
      upgrade.away = true;
      await page.goto('/status');
      expectEqual(await page.locator('html').getAttribute('data-waits-for'), 'answer', 'the offline page');
      upgrade.away = false;
      await page.evaluate(() => dispatchEvent(new Event('online')));
      await parts(page).first().waitFor();
    }),
  },
  {
    name: 'an offer to install can be used once',
    async run(visit) {
      const page = await visit.open('/');
      expectEqual(await page.evaluate(() => window.dropcast.install), null, 'before there is an offer');
      // The suite's browser forgets everything and so never offers by itself.
      await page.evaluate(() => {
        window.asked = 0;
        window.told = 0;
        addEventListener('dropcast:install', () => (window.told += 1));
        const offer = new Event('beforeinstallprompt', { cancelable: true });
        dispatchEvent(Object.assign(offer, { prompt: async () => (window.asked += 1), userChoice: Promise.resolve({ outcome: 'accepted' }) }));
        window.kept = offer.defaultPrevented;
      });
      expectEqual(await page.evaluate(() => window.dropcast.install()), 'accepted', 'what somebody chose');
      const after = await page.evaluate(() => [window.kept, window.asked, window.told, window.dropcast.install]);
      expectEqual(after, [true, 1, 2, null], 'kept for later, asked once, told of both changes, used up');
    },
  },
  {
    name: 'where workers are not to be had nothing is said about it',
    async run(visit) {
      const blocked = await visit.page();
      // As a browser does where storage is blocked.
      await blocked.addInitScript(() => {
        Object.defineProperty(Navigator.prototype, 'serviceWorker', {
          get() {
            throw new DOMException('blocked', 'SecurityError');
          },
        });
      });
      await blocked.goto('/');
      await ready(blocked);
      await blocked.waitForLoadState('networkidle');
      expectEqual(await blocked.evaluate(() => window.dropcast), { update: null, install: null }, 'what is offered');
    },
  },
  {
    name: 'plain HTTP in the local network does without a worker',
    browserArgs: ['--host-resolver-rules=MAP dropcast.lan 127.0.0.1'],
    settings: (port) => ({ DROPCAST_PUBLIC_URL: `http://dropcast.lan:${port}` }),
    async run(visit) {
      visit.origin = `http://dropcast.lan:${visit.program.port}`;
      const page = await visit.open('/');
      await page.waitForLoadState('networkidle');
      expectEqual(await page.evaluate(() => window.dropcast), { update: null, install: null }, 'what is offered');
    },
  },
];

/** Waits for the worker, and loads the page once more, under it. */
async function controlled(page) {
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active.state !== 'activated') await new Promise((resolve) => active.addEventListener('statechange', resolve));
  });
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
  await ready(page);
}

/** The addresses of everything that is kept. */
function keptBy(page) {
  return page.evaluate(async () => {
    const kept = [];
    for (const name of await caches.keys()) {
      for (const { url } of await (await caches.open(name)).keys()) kept.push(url.slice(location.origin.length));
    }
    return kept;
  });
}

function keptPage(page, address) {
  return page.evaluate(async (address) => (await caches.match(address))?.text(), address);
}

/** Counts the documents from here on. */
function countDocuments(page) {
  const documents = { count: 0 };
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) documents.count += 1;
  });
  return documents;
}

/** The size of a picture in the words of a manifest. */
function sizeOf(page, { src }) {
  return page.evaluate(async (src) => {
    const picture = new Image();
    picture.src = src;
    await picture.decode();
    return src.endsWith('.svg') ? 'any' : `${picture.naturalWidth}x${picture.naturalHeight}`;
  }, src);
}

/** A journey through an address behind which another version may appear. */
function beforeAnUpgrade(run) {
  return async (visit) => {
    const upgrade = await Upgrade.before(visit.program);
    visit.origin = upgrade.origin;
    try {
      await run(visit, upgrade);
    } finally {
      await upgrade.close();
    }
  };
}
