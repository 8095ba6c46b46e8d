import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { packageFile } from '../../src/base/index.js';
import { answered, isAccessible } from './asked.js';
import { DESK, PHONE, picture, scrollsSideways, windows } from './browser.js';

/** Each question of the document: its heading, its address, and the lines of its answer. */
const questions = readFileSync(packageFile('docs/what-if.md'), 'utf8')
  .split(/^## /m)
  .flatMap((section) => {
    const address = /`(\/\?ask=[^`]+)`/.exec(section)?.[1];
    if (address === undefined) return [];
    const lines = [...section.matchAll(/^> (.+)$/gm)].map(([, line]) => line!.replaceAll('**', ''));
    return [{ heading: section.split('\n')[0]!, address, lines }];
  });

describe('the questions of docs/what-if.md', () => {
  const open = windows();

  it('are three, with answers', () => {
    assert.equal(questions.length, 3);
    for (const { lines } of questions) assert.ok(lines.length >= 2);
  });

  for (const [at, { heading, address, lines }] of questions.entries())
    it(heading, async () => {
      const { page, url } = await open();
      await page.goto(url);
      await page.locator(`.welcome a[href="${address.slice(1)}"]`).click();
      await answered(page);
      const text = (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ');
      for (const line of lines) assert.ok(text.includes(line), `not on the page: ${line}\n${text}`);

      await isAccessible(page);
      await picture(page, `question-${at + 1}`);
      await page.emulateMedia({ colorScheme: 'dark' });
      await picture(page, `question-${at + 1}-dark`);
      await page.setViewportSize(PHONE);
      await isAccessible(page);
      assert.ok(!(await scrollsSideways(page)));
      await picture(page, `question-${at + 1}-phone`);
      await page.setViewportSize(DESK);
    });
});
