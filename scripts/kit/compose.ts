import type { Page } from 'playwright-core';

/** A file as it is dropped on the channel. */
export interface DroppedFile {
  name: string;
  text: string;
}

/** Drops a file on the channel, which opens the import of proxies with it. */
export async function dropFile(page: Page, { name, text }: DroppedFile): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    (file) => {
      const data = new DataTransfer();
      data.items.add(new File([file.text], file.name, { type: 'text/plain' }));
      return data;
    },
    { name, text },
  );
  await page.dispatchEvent('.channel', 'drop', { dataTransfer });
  await page.getByRole('button', { name: 'Leave the command' }).waitFor();
}

/**
 * Writes a command with its options, as a person does.
 *
 * @returns the number of options that had to be added by a click
 */
export async function writeCommand(
  page: Page,
  path: string,
  options: Record<string, string | DroppedFile>,
): Promise<number> {
  await page.getByRole('combobox', { name: /Message #ops/ }).fill(path);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Leave the command' }).waitFor();
  let added = 0;
  for (const [name, value] of Object.entries(options)) {
    const field = page.locator('.composer').getByLabel(new RegExp(`^${name}`));
    if ((await field.count()) === 0) {
      await page.getByRole('button', { name: `+ ${name}`, exact: true }).click();
      added++;
    }
    await fillOption(field, value);
  }
  return added;
}

async function fillOption(field: ReturnType<Page['locator']>, value: string | DroppedFile): Promise<void> {
  if (typeof value !== 'string') {
    await field.setInputFiles({ name: value.name, mimeType: 'text/plain', buffer: Buffer.from(value.text) });
  } else if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
  else await field.fill(value);
}

/** Sends what is written. */
export async function send(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send' }).click();
}
