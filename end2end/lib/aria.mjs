// What a page says to those who do not see it: roles, names and states, compared with what is kept
// in `snapshots/`. A change there is a change for them, so it is read before it is kept: `UPDATE=1`
// writes what is there now.

import { mkdir, readFile, writeFile } from 'node:fs/promises';

import { expect } from './check.mjs';

const folder = new URL('../snapshots/', import.meta.url);
const update = process.env.UPDATE === '1';

/**
 * Compares what `locator` holds with `snapshots/<name>.yml`. `vary` lists patterns of what differs
 * from run to run: versions, ports, times. Each match is kept as `…`.
 */
export async function expectAria(locator, name, vary = []) {
  const said = await locator.ariaSnapshot();
  const actual = `${vary.reduce((text, pattern) => text.replace(everywhere(pattern), '…'), said).trimEnd()}\n`;
  const file = new URL(`${name}.yml`, folder);
  if (update) {
    await mkdir(folder, { recursive: true });
    await writeFile(file, actual);
    return;
  }
  const kept = await readFile(file, 'utf8').catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  expect(kept !== undefined, `snapshots/${name}.yml is not there: look at what follows, then keep it with UPDATE=1\n${actual}`);
  expect(kept === actual, `snapshots/${name}.yml is not what is said now (keep it with UPDATE=1 if it should be)\n${difference(kept, actual)}`);
}

const everywhere = ({ source, flags }) => new RegExp(source, flags.includes('g') ? flags : `${flags}g`);

/** The lines that went and came, with what is the same at both ends left out. */
function difference(before, after) {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const gone = old.slice(head, old.length - tail).map((line) => `- ${line}`);
  const come = now.slice(head, now.length - tail).map((line) => `+ ${line}`);
  return [`from line ${head + 1}:`, ...gone, ...come].join('\n');
}
