// The browser suite: `node end2end/run.mjs --binary PATH [--all] [--only WORD]`.
//
// It starts the real program over an empty folder for each journey and drives it with the system's
// Chromium. A journey fails when what it checks is not so, and also when the page logs an error,
// throws, breaks its policy or asks for something that is not there.
//
// To add a journey: an entry in a file of `journeys/`, with a name that says what somebody can rely
// on. `slow: true` keeps it for `--all`; trouble that belongs to it is announced by `expectTrouble`.

import { readdir, rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { Browsers } from './lib/browser.mjs';
import { Program } from './lib/program.mjs';
import { Visit } from './lib/visit.mjs';

const LIMIT_MS = 120_000;
const here = new URL('.', import.meta.url);

const { values: options } = parseArgs({
  options: {
    binary: { type: 'string' },
    all: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
if (!options.binary) {
  console.error('end2end: name the program to test with --binary PATH');
  process.exit(2);
}

const journeys = await collect();
if (journeys.length === 0) {
  console.error(`end2end: no journey is called like "${options.only}"`);
  process.exit(2);
}
await rm(new URL('results/', here), { recursive: true, force: true });

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
const browsers = new Browsers();
let passed = 0;
let failed = 0;
for (const journey of journeys) {
  const started = performance.now();
  const failures = await travel(journey);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (failures.length === 0) {
    passed += 1;
    console.log(`  pass  ${journey.name} (${seconds} s)`);
  } else {
    failed += 1;
    console.log(`  FAIL  ${journey.name} (${seconds} s)`);
    for (const failure of failures) console.log(indent(failure));
  }
}
await browsers.close();
console.log(`end2end: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

/** Every journey of every file, in the order of their names. */
async function collect() {
  const files = (await readdir(new URL('journeys/', here))).filter((file) => file.endsWith('.mjs')).sort();
  const all = [];
  for (const file of files) {
    const { journeys } = await import(new URL(`journeys/${file}`, here));
    for (const journey of journeys) all.push({ ...journey, name: `${file.replace(/\.mjs$/, '')}: ${journey.name}` });
  }
  return all.filter((journey) => (options.all || !journey.slow) && (!options.only || journey.name.includes(options.only)));
}

/** Runs one journey; everything that went wrong, in words. */
async function travel(journey) {
  const failures = [];
  let program;
  let visit;
  try {
    program = await Program.start(options.binary, journey.settings ?? (() => ({})));
    visit = new Visit(await browsers.get(journey.browserArgs ?? []), program, journey.name, new URL('results/', here));
    await withLimit(journey.run(visit));
    failures.push(...visit.complaints());
  } catch (error) {
    failures.push(error.stack ?? String(error), ...(visit?.complaints() ?? []));
    await visit?.photographAll();
  }
  await visit?.close();
  const left = await program?.stop();
  if (left) failures.push(left);
  if (failures.length > 0 && program) failures.push(`the program's last words:\n${program.lastWords()}`);
  return failures;
}

async function withLimit(promise) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not through after ${LIMIT_MS / 1000} s`)), LIMIT_MS);
  });
  try {
    await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function indent(text) {
  return text.split('\n').map((line) => `        ${line}`).join('\n');
}
