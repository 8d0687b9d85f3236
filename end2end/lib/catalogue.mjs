// The texts of the app by language, to find those that were left in another one.

import { readFile } from 'node:fs/promises';

const folder = new URL('../../crates/texts/locales/', import.meta.url);

/** Every text of a language by its key; one that counts has several. */
export async function catalogue(language) {
  const texts = new Map();
  let section = '';
  for (const line of (await readFile(new URL(`${language}.toml`, folder), 'utf8')).split('\n')) {
    const head = line.match(/^\[(.+)\]$/);
    if (head) {
      section = head[1];
      continue;
    }
    const entry = line.match(/^(\w+)\s*=\s*(.+)$/);
    if (!entry) continue;
    const values = [...entry[2].matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => JSON.parse(`"${match[1]}"`));
    texts.set(`${section}.${entry[1]}`, values);
  }
  return texts;
}

/** Finds texts of `foreign` among `seen`, save those that `own` has as well. */
export function leftovers(seen, foreign, own) {
  const known = new Set([...own.values()].flat());
  const patterns = [...foreign.values()].flat().filter((text) => !known.has(text)).map(pattern);
  return seen.filter((text) => !known.has(text) && patterns.some((pattern) => pattern?.test(text)));
}

/** A text with its places for values left open. One that is little but places says nothing. */
function pattern(text) {
  if (text.replace(/\{\w+\}/g, '').replace(/[^\p{L}]/gu, '').length < 3) return undefined;
  const escaped = text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.+')}$`, 'u');
}
