import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** Waits until every part of the question has its answer; a problem fails. */
export async function answered(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('.progress') === null && document.querySelector('.figure, .problem') !== null,
    null,
    { timeout: 400_000 },
  );
  assert.deepEqual(await page.locator('.problem').allInnerTexts(), []);
}

/** Finds what axe calls serious or critical, in the light and in the dark. */
export async function isAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    assert.deepEqual(
      serious.map(
        ({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
      ),
      [],
    );
  }
}
