// The pictures that an installer shows before Dropcast is installed: `node end2end/screenshots.mjs
// --binary PATH` writes `public/screenshots/`. They are made of the real program; make them anew
// when the pages have changed so much that the pictures promise something else. The next build of
// the front end takes them in.

import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { ready } from './lib/app.mjs';
import { Browsers } from './lib/browser.mjs';
import { Program } from './lib/program.mjs';

// As server/src/http/manifest.rs says of them.
const PICTURES = [
  { name: 'wide', path: '/files', viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
  { name: 'narrow', path: '/files', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
];
const DAY = 86_400_000;
const CONTENT = [
  ['Lisbon, the first evening.jpg', 'ffd8ffe0', 4_180_000, 0.05],
  ['Tram 28 up the hill.mov', '00000018667479707174202000000000', 48_900_000, 0.11],
  ['Contract for the flat, signed.pdf', '255044462d312e37', 620_000, 0.31],
  ['Garden plan 2026.pdf', '255044462d312e37', 1_940_000, 1.2],
  ['Birthday song.m4a', '00000020667479704d344120', 5_730_000, 1.37],
  ['Holiday pictures, all of them.zip', '504b0304', 61_400_000, 3.12],
  ['Budget of the association.ods', '504b0304', 88_000, 3.4],
  ['Notes from the meeting.md', '23', 6_400, 5.58],
  ['Portrait of grandmother, scanned.tif', '49492a00', 22_300_000, 8.23],
  ['Recipe for the Sunday bread.txt', '20', 2_100, 8.9],
  ['Talk about bicycles.mp4', '000000186674797069736f6d', 37_200_000, 12.46],
];

const { values: options } = parseArgs({ options: { binary: { type: 'string' } } });
if (!options.binary) {
  console.error('screenshots: name the program with --binary PATH');
  process.exit(2);
}

const folder = new URL('../public/screenshots/', import.meta.url);
await mkdir(folder, { recursive: true });
const program = await Program.start(options.binary, () => ({}));
const browsers = new Browsers();
try {
  for (const [name, head, size, days] of CONTENT.toReversed()) {
    const content = Buffer.alloc(size);
    Buffer.from(head, 'hex').copy(content);
    content.write(name, 64);
    await program.put(name, content);
    program.sql(`UPDATE nodes SET added_at = ${Math.round(Date.now() - days * DAY) * 1000} WHERE name = '${name}'`);
  }
  const browser = await browsers.get([]);
  for (const { name, path, ...look } of PICTURES) {
    const context = await browser.newContext({
      ...look,
      baseURL: program.origin,
      locale: 'en-GB',
      colorScheme: 'light',
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    await context.addInitScript(() => {
      window.heard = new WeakSet();
      const listen = EventTarget.prototype.addEventListener;
      EventTarget.prototype.addEventListener = function (...words) {
        window.heard.add(this ?? window);
        return listen.apply(this, words);
      };
    });
    const page = await context.newPage();
    // The first visit brings the face along, which then is there from the first paint.
    for (let visit = 0; visit < 2; visit += 1) {
      await page.goto(path);
      await ready(page);
      await page.evaluate(() => document.fonts.ready);
    }
    const protocol = await context.newCDPSession(page);
    const clip = { x: 0, y: 0, ...look.viewport, scale: look.deviceScaleFactor };
    const { data } = await protocol.send('Page.captureScreenshot', { format: 'webp', quality: 90, clip });
    await writeFile(new URL(`${name}.webp`, folder), Buffer.from(data, 'base64'));
    await context.close();
  }
} finally {
  await browsers.close();
  await program.stop();
}
