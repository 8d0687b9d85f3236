// The system's Chromium. One process serves all journeys that ask for the same arguments.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const ARGS = [
  // The suite also runs as root and in containers, where the sandbox cannot.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export class Browsers {
  #running = new Map();

  /** A browser started with these further arguments. */
  async get(args) {
    const key = args.join(' ');
    if (!this.#running.has(key)) {
      const browser = await chromium.launch({ executablePath: executable(), args: [...ARGS, ...args] });
      this.#running.set(key, browser);
    }
    return this.#running.get(key);
  }

  async close() {
    for (const browser of this.#running.values()) await browser.close();
  }
}

function executable() {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/bin']) {
    for (const name of NAMES) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here.
      }
    }
  }
  throw new Error('Chromium is not installed: run `cargo xtask test`, or install the package `chromium`');
}
