import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** Arguments that keep the browser from connecting to other machines. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/** Meant for functions that run once: with it, closing one window ends the browser. */
const UNWANTED = ['--single-process'];

/** A headless Chromium out of an npm package, which runs where no browser is installed. */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args.filter((arg) => !UNWANTED.includes(arg)), ...QUIET],
    headless: true,
  });
}
