import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { answered } from './asked.js';
import { windows } from './browser.js';

const FORECAST = '?ask=forecast&model=yesterday&steps=6';

/** Presses Tab until an element has the focus that a selector means. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  assert.fail(`Tab does not lead to ${selector}`);
}

describe('the page by keyboard alone', () => {
  const open = windows();

  it('asks a question, reads its chart and opens its table', async () => {
    const { page, url } = await open();
    await page.goto(url);
    await page.waitForSelector('#profile option', { state: 'attached' });
    await tabTo(page, 'nav a:nth-child(3)');
    await page.keyboard.press('Enter');
    await tabTo(page, '#steps');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('6');
    await tabTo(page, '#model');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await answered(page);
    await page.waitForURL('**/?ask=forecast&steps=6&model=yesterday');

    await tabTo(page, '[role=slider]');
    const slider = page.locator('[role=slider]');
    await page.keyboard.press('End');
    const last = await slider.getAttribute('aria-valuetext');
    assert.match(last ?? '', /^day 8, 00:50 · .* expected, P90/);
    await page.keyboard.press('ArrowLeft');
    assert.match((await slider.getAttribute('aria-valuetext')) ?? '', /^day 8, 00:40/);
    await page.keyboard.press('Home');
    assert.match(await page.locator('.readout').innerText(), /came$/);

    await tabTo(page, '.figure summary');
    await page.keyboard.press('Enter');
    const row = page.locator('.figure tbody tr').last();
    await row.waitFor();
    assert.match(await row.innerText(), /^day 8, 00:50/);
  });

  it('skips to the answer', async () => {
    const { page, url } = await open();
    await page.goto(url);
    await page.waitForSelector('.panel');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'answer');
  });

  it('always shows where the focus is', async () => {
    const { page, url } = await open();
    await page.goto(url + '/' + FORECAST);
    await answered(page);
    for (let presses = 0; presses < 25; presses++) {
      await page.keyboard.press('Tab');
      const isSeen = await page.evaluate(() => {
        const focused = document.activeElement!;
        const shown = focused.matches('#upload') ? focused.parentElement!.querySelector('label')! : focused;
        const { outlineStyle, outlineWidth } = getComputedStyle(shown);
        return focused === document.body || (outlineStyle !== 'none' && outlineWidth !== '0px');
      });
      assert.ok(isSeen, await page.evaluate(() => document.activeElement!.outerHTML.slice(0, 200)));
    }
  });
});
