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

/** Figures are those with a fraction, and from 100 on: what a finer simulator may move. Counts and times stay as they are. */
const FIGURE_TOLERANCE = 0.05;

/** Whether a text has a line, its figures within the tolerance. */
function says(text: string, line: string): boolean {
  const parts = line.split(/(\d[\d,.]*)/);
  const pattern = parts.map((part, i) =>
    i % 2 === 1 ? '(\\d[\\d,.]*)' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  const numbers = parts.filter((_, i) => i % 2 === 1).map(valueOf);
  return [...text.matchAll(new RegExp(pattern.join(''), 'g'))].some(([, ...found]) =>
    numbers.every((wanted, i) => {
      const isFigure = !Number.isInteger(wanted) || wanted >= 100;
      return Math.abs(valueOf(found[i]!) - wanted) <= (isFigure ? FIGURE_TOLERANCE * wanted : 0);
    }),
  );
}

function valueOf(digits: string): number {
  return Number(digits.replaceAll(',', '').replace(/\.$/, ''));
}

describe('the questions of docs/what-if.md', () => {
  const open = windows();

  it('are found again by their words, counts and figures', () => {
    assert.ok(says('so 4 GPUs reach 93.8 %; 3 stop', '4 GPUs reach 93.5 %'));
    assert.ok(!says('5 GPUs reach 93.8 %', '4 GPUs reach 93.8 %'));
    assert.ok(!says('4 GPUs reach 83.8 %', '4 GPUs reach 93.8 %'));
    assert.ok(!says('4 GPUs stop at 93.8 %', '4 GPUs reach 93.8 %'));
  });

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
      for (const line of lines) assert.ok(says(text, line), `not on the page: ${line}\n${text}`);

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
