import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { windows } from './browser.js';

const LOADS = 5;
const MOST_PAINT_MS = 1000;
const MOST_GZIPPED = 100_000;

describe('the page is light', () => {
  const open = windows();

  it('paints within a second on loopback: the middle one of five fresh loads', async () => {
    const { page, url } = await open();
    const paints: number[] = [];
    for (let load = 0; load < LOADS; load++) {
      const context = await page.context().browser()!.newContext();
      const fresh = await context.newPage();
      await fresh.goto(url, { waitUntil: 'load' });
      await fresh.waitForSelector('.panel');
      const [paint] = await fresh.evaluate(() =>
        performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime),
      );
      paints.push(paint!);
      await context.close();
    }
    const middle = paints.sort((a, b) => a - b)[Math.floor(LOADS / 2)]!;
    assert.ok(middle < MOST_PAINT_MS, `first paints: ${paints.map(Math.round).join(', ')} ms`);
  });

  it('asks nobody but its service, and brings less than 100 KB of JavaScript, gzipped', async () => {
    const { page, url } = await open();
    const scripts: Buffer[] = [];
    const others: string[] = [];
    const read: Promise<void>[] = [];
    page.on('response', (response) => {
      if (!response.url().startsWith(`${url}/`) && !response.url().startsWith('data:')) others.push(response.url());
      if (response.request().resourceType() === 'script')
        read.push(response.body().then((body) => void scripts.push(body)));
    });
    await page.goto(url, { waitUntil: 'networkidle' });
    await Promise.all(read);
    const bytes = scripts.reduce((sum, script) => sum + gzipSync(script).length, 0);
    assert.deepEqual(others, []);
    assert.ok(scripts.length > 0 && bytes < MOST_GZIPPED, `${bytes} bytes in ${scripts.length} scripts`);
  });

  it('is kept by the browser for as long as it is the same, and no longer', async () => {
    const { page, url } = await open();
    const kept = new Map<string, string | undefined>();
    page.on('response', (response) => kept.set(response.request().resourceType(), response.headers()['cache-control']));
    await page.goto(url, { waitUntil: 'networkidle' });
    assert.equal(kept.get('document'), 'no-cache');
    assert.match(kept.get('script') ?? '', /immutable/);
  });
});
