import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { StartOptions } from '../../src/api/index.js';
import { packageFile } from '../../src/base/index.js';
import { testServices } from '../helpers/service.js';

/** A page of a service of its own, in a window of its own. */
export interface Opened {
  readonly page: Page;
  readonly url: string;
}

/** How a window is opened. */
export interface WindowOptions {
  readonly service?: Partial<StartOptions>;
  readonly dark?: boolean;
  readonly size?: { readonly width: number; readonly height: number };
}

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/**
 * Opens windows of Debian's Chromium (CHROMIUM names another) on services of their own; all are closed when the enclosing
 * `describe` is over. An error in the page fails the test that comes to its end next.
 */
export function windows(): (options?: WindowOptions) => Promise<Opened> {
  const start = testServices();
  const errors: string[] = [];
  let browser: Browser | null = null;
  after(() => browser?.close());
  afterEach(() => {
    if (errors.length > 0) throw new Error(`the page: ${errors.splice(0).join('; ')}`);
  });
  return async ({ service = {}, dark = false, size = DESK } = {}) => {
    browser ??= await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' });
    const { url } = await start(service);
    const context = await browser.newContext({ viewport: size, colorScheme: dark ? 'dark' : 'light' });
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => errors.push(message));
    return { page, url };
  };
}

/** Keeps a picture of the whole page under dist/pictures, for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = packageFile('dist/pictures');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}

/** Whether the page can be scrolled sideways. */
export function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
