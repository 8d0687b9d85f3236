// Expectations, and waiting for them. Nothing here waits for a time, only for a condition.

import { isDeepStrictEqual, inspect } from 'node:util';

const PATIENCE_MS = 20_000;

/** Fails unless `condition` holds. */
export function expect(condition, message) {
  if (!condition) throw new Error(message);
}

export function expectEqual(actual, expected, what) {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Error(`${what}\n  expected ${inspect(expected)}\n  but it is ${inspect(actual)}`);
  }
}

/** Waits until `condition()` gives something true, and gives it back. */
export async function until(what, condition) {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1000} s until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
