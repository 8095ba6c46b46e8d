import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { capacityAnswer, forecastAnswer } from '../../src/api/index.js';
import { answered, isAccessible } from './asked.js';
import { PHONE, picture, scrollsSideways, windows } from './browser.js';

const FORECAST = '/?ask=forecast&model=yesterday&steps=6&growth=2';
const LONG = '/?ask=splits&gpus=32';
const TOKEN = 'a-token-of-some-length';

/** Presses a button that gives a file, and reads it. */
async function fileOf(page: Page, button: string): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).first().click(),
  ]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

describe('asking on the page', () => {
  const open = windows();

  it('begins without an answer, and is good to look at', async () => {
    const { page, url } = await open();
    await page.goto(url);
    await page.waitForSelector('.strip');
    assert.equal(await page.locator('.figure').count(), 0);
    await isAccessible(page);
    await picture(page, 'welcome');
    await page.setViewportSize(PHONE);
    assert.ok(!(await scrollsSideways(page)));
    await picture(page, 'welcome-phone');
  });

  it('answers the question of an address, and gives it as JSON, CSV and PNG', async () => {
    const { page, url } = await open();
    await page.goto(url + FORECAST);
    await answered(page);
    await picture(page, 'forecast');
    const json = await fileOf(page, 'JSON');
    const { question, answer } = JSON.parse(json.content.toString()) as Record<string, unknown>;
    assert.equal(json.name, 'forecast.json');
    assert.equal((question as { steps: number }).steps, 6);
    const { steps, history } = forecastAnswer.parse(answer);

    const csv = (await fileOf(page, 'CSV')).content.toString().trimEnd().split('\r\n');
    assert.equal(csv.length, 1 + history.length + steps.length);
    assert.equal(Number(csv.at(-1)!.split(',').at(-6)), steps.at(-1)!.mean / 600);

    const png = await fileOf(page, 'PNG');
    assert.equal(png.name, 'load-and-forecast.png');
    assert.equal(png.content.subarray(1, 4).toString(), 'PNG');
    const [width, height] = [png.content.readUInt32BE(16), png.content.readUInt32BE(20)];
    assert.ok(width > 1000 && height > 600, `${width} x ${height}`);
  });

  it('keeps the question in the address, there and back', async () => {
    const { page, url } = await open();
    await page.goto(url + FORECAST);
    await answered(page);
    await page.locator('#growth').fill('3');
    await page.waitForURL(/growth=3/);
    assert.match(await page.locator('.stale').innerText(), /ask again/);
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await answered(page);
    assert.equal(await page.locator('.stale').count(), 0);
    await page.getByRole('link', { name: 'How many GPUs?' }).click();
    await page.waitForURL(/ask=size.*growth=3/);
    await page.goBack();
    assert.match(await page.locator('nav [aria-current]').innerText(), /What comes next/);
    assert.equal(await page.locator('#growth').inputValue(), '3');
  });

  it('compares profiles at their prices', async () => {
    const { page, url } = await open();
    await page.goto(`${url}/?fromHours=24&forHours=2&rate=2&gpus=2&splits=serve&price=3`);
    await page.getByLabel('H100 · llama-2-13b').check();
    await page.getByLabel('Price of H100 · llama-2-13b per GPU-hour').fill('2');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await answered(page);
    const json = await fileOf(page, 'JSON');
    const { answer } = JSON.parse(json.content.toString()) as { answer: unknown };
    const { profiles } = capacityAnswer.parse(answer);
    assert.deepEqual(
      profiles.map(({ pricePerGpuHour }) => pricePerGpuHour),
      [3, 2],
    );
    assert.equal(await page.locator('.legend li').count(), 2);
  });

  it('shows how far a long question is, and takes it back', async () => {
    const { page, url } = await open({ service: { mostWaiting: 1 } });
    await page.goto(url + LONG);
    const bar = page.locator('.progress progress');
    await page.waitForFunction(
      () => (document.querySelector('.progress progress')?.getAttribute('value') ?? '0') !== '0',
    );
    assert.match(await page.locator('.progress').innerText(), /\d+ of \d+: deployments/);
    assert.ok(Number(await bar.getAttribute('max')) > 100);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.problem.is-calm').waitFor();
    const { jobs } = (await (await fetch(`${url}/v1/jobs`)).json()) as { jobs: { state: string }[] };
    assert.deepEqual(
      jobs.map(({ state }) => state),
      ['cancelled'],
    );
  });

  it('says at the field what the service refuses', async () => {
    const { page, url } = await open();
    await page.goto(`${url}/?ask=forecast&model=yesterday&steps=5000`);
    const field = page.locator('#steps[aria-invalid=true]');
    await field.waitFor();
    assert.equal(await field.getAttribute('aria-describedby'), 'steps-error');
    assert.match(await page.locator('#steps-error').innerText(), /1000/);
    assert.match(await page.locator('.problem').innerText(), /Bad Request/);
    await isAccessible(page);
    await page.locator('#steps').fill('6');
    await page.keyboard.press('Enter');
    await answered(page);
    assert.equal(await field.count(), 0);
  });

  it('says that the service is busy, and when to come back', async () => {
    const { page, url } = await open({ service: { mostWaiting: 0 } });
    const busy = await fetch(`${url}/v1/goodput`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ gpus: 32, upTo: true, slo: { ttftSeconds: 1 }, requests: 50_000 }),
    });
    assert.equal(busy.status, 202);
    await page.goto(url + LONG);
    assert.match(await page.locator('.problem').innerText(), /Too Many Requests.*Try again in \d+ s/s);
  });

  it('uploads a trace and asks about it', async () => {
    const { page, url } = await open();
    await page.goto(url + FORECAST);
    await answered(page);
    const rows = Array.from({ length: 400 }, (_, i) => `${i * 30},100,${20 + (i % 5)}`);
    const buffer = Buffer.from(`time,prompt_tokens,output_tokens\n${rows.join('\n')}\n`);
    await page.locator('#upload').setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer });
    await page.locator('#trace option', { hasText: 'mine.csv (400 requests)' }).waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await answered(page);
    assert.match(await page.locator('h1').innerText(), /of day 1$/);
    await page
      .locator('#upload')
      .setInputFiles({ name: 'bad.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
    assert.match(await page.locator('.problem').innerText(), /trace/);
  });

  it('asks for a token where the service wants one', async () => {
    const { page, url } = await open({ service: { tokens: [TOKEN] } });
    await page.goto(url + FORECAST);
    await page.getByLabel('This service wants a token').fill(TOKEN);
    await page.keyboard.press('Enter');
    await answered(page);
    assert.equal(await page.locator('.figure').count(), 1);
  });
});
