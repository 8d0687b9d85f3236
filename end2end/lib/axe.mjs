// Accessibility: axe finds nothing serious.

import { createRequire } from 'node:module';

import { expect } from './check.mjs';

const { source } = createRequire(import.meta.url)('axe-core');
const GRAVE = ['serious', 'critical'];

export async function expectAccessible(page, what) {
  // Evaluated from outside, so that the page's policy stays as it is.
  await page.evaluate(source);
  const violations = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { preload: false, resultTypes: ['violations'] });
    return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.map((node) => `${node.html}\n    ${node.failureSummary}`) }));
  });
  const grave = violations.filter(({ impact }) => GRAVE.includes(impact));
  const words = grave.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.join('\n  ')}`);
  expect(grave.length === 0, `${what} is not accessible:\n${words.join('\n')}`);
}
