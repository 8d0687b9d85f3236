// One journey's way through the app: its pages, what went wrong on them, its pictures.

import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { ready } from './app.mjs';

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1440, height: 900 };

export class Visit {
  #browser;
  #name;
  #results;
  #contexts = [];
  #complaints = [];
  #expected = [];

  constructor(browser, program, name, results) {
    this.#browser = browser;
    this.program = program;
    this.#name = name;
    this.#results = results;
    this.origin = program.origin;
  }

  /** From here on, complaints that match `pattern` are part of the journey. */
  expectTrouble(pattern) {
    this.#expected.push(pattern);
  }

  /** A page of a browser that has never been here, showing nothing yet. */
  async page(options = {}) {
    const context = await this.#browser.newContext({
      baseURL: this.origin,
      viewport: DESKTOP,
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      reducedMotion: 'reduce',
      acceptDownloads: true,
      ...options,
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(20_000);
    if (options.javaScriptEnabled !== false) await context.addInitScript(watch);
    const page = await context.newPage();
    this.#listen(page);
    return page;
  }

  /** A page that has been taken over by its script. */
  async open(path, options) {
    const page = await this.page(options);
    await page.goto(path);
    await ready(page);
    return page;
  }

  /** Everything that went wrong and was not expected. */
  complaints() {
    return this.#complaints.filter((complaint) => !this.#expected.some((pattern) => pattern.test(complaint)));
  }

  /** Keeps a picture for people to look at. */
  async photograph(page, name) {
    await mkdir(this.#results, { recursive: true });
    await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, this.#results)), fullPage: false });
  }

  async photographAll() {
    const name = this.#name.replace(/[^a-z0-9]+/gi, '-');
    let number = 0;
    for (const context of this.#contexts) {
      for (const page of context.pages()) {
        number += 1;
        await this.photograph(page, `failed-${name}-${number}`).catch(() => {});
      }
    }
  }

  async close() {
    for (const context of this.#contexts) await context.close();
  }

  #listen(page) {
    const complain = (text) => this.#complaints.push(text);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.text().startsWith('policy broken')) {
        complain(`console: ${message.text()} (${message.location().url})`);
      }
    });
    page.on('pageerror', (error) => complain(`page error: ${error.message}`));
    page.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? '';
      // A navigation that turns into a download, and requests of a page that was left, end so.
      if (reason !== 'net::ERR_ABORTED') complain(`request failed: ${request.method()} ${request.url()} ${reason}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) complain(`answer ${response.status()}: ${response.url()}`);
    });
  }
}

// Runs in the page before anything of its own.
function watch() {
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`policy broken: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
  });
  // Who is listened to: a page has been taken over once its controls are.
  window.heard = new WeakSet();
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (...words) {
    window.heard.add(this ?? window);
    return listen.apply(this, words);
  };
  window.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
}
